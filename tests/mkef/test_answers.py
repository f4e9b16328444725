"""Every outcome has its answer (protocol.md clauses 5, 6 and 8)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mkef import answers
from mkef.answers import ANSWERS, Code, answer_of
from mkef.crypto.secret import Kc
from mkef.domain import errors
from mkef.domain.errors import HlrNotCapable, ProfileNotAllowed, Refusal, VectorsUnavailable
from mkef.stack.map_failure import (
    DialogueAborted,
    DialogueRefused,
    MapErrorReturned,
    MapFailure,
    MapTimeout,
    NoRoute,
    OperationRejected,
    TooManyDialogues,
    UnusableAnswer,
)
from mkef.zr import USER_ERRORS, MapHlr
from mkef_codecs.identity import Imsi
from mkef_codecs.ss7.component import Problem
from mkef_codecs.ss7.map_auth import (
    INFO_RETRIEVAL_V3,
    Encoding,
    MapUserError,
    Quintuplet,
    SendAuthenticationInfoArg,
    SendAuthenticationInfoRes,
    Triplet,
)
from mkef_codecs.ss7.sccp import SccpAddress

IMSI = Imsi("001010123456789")
RANDS = (bytes(16), b"\1" * 16)
ADDRESS = SccpAddress(ssn=6, point_code=2)

# The table of clause 5, in its own words.
CLAUSE_5 = {
    errors.ResMismatch: "4001 DIAMETER_AUTHENTICATION_REJECTED",
    errors.NotEntitled: "5003 DIAMETER_AUTHORIZATION_REJECTED",
    errors.UserUnknown: "10415/5001 DIAMETER_ERROR_USER_UNKNOWN",
    errors.VectorsUnavailable: "10415/4181 DIAMETER_AUTHENTICATION_DATA_UNAVAILABLE",
    errors.HlrNotCapable: "32473/5001 MTC_HLR_NOT_CAPABLE",
    errors.RandNotFresh: "32473/5002 MTC_RAND_NOT_FRESH",
    errors.ProfileNotAllowed: "32473/5003 MTC_PROFILE_NOT_ALLOWED",
    errors.QuotaExceeded: "32473/4001 MTC_QUOTA_EXCEEDED",
    errors.Overloaded: "32473/4002 MTC_OVERLOAD",
}


def test_every_refusal_has_its_row() -> None:
    assert set(ANSWERS) == set(Refusal.__subclasses__()) == set(CLAUSE_5)
    assert answer_of(errors.HlrSilent("t")) == ANSWERS[errors.VectorsUnavailable]
    assert answer_of(errors.RecordsUnavailable("x")) == ANSWERS[errors.Overloaded]
    assert len(set(ANSWERS.values())) == len(ANSWERS)
    assert {answers.VENDOR, answers.VENDOR_3GPP} == {32473, 10415}


@pytest.mark.parametrize(("refusal", "words"), CLAUSE_5.items())
def test_the_table_is_that_of_the_protocol(refusal: type[Refusal], words: str) -> None:
    code, name = answer_of(refusal("why"))
    assert f"{code} {name}" == words


def test_who_names_us_has_nobody_else_to_ask() -> None:
    assert [str(answer_of(kind("x"), named=True)[0]) for kind in CLAUSE_5] == [
        "3004" if kind is errors.Overloaded else words.split()[0]
        for kind, words in CLAUSE_5.items()
    ]


def test_codes_are_written_with_their_vendor() -> None:
    assert (str(Code(2001)), str(Code(5001, 10415))) == ("2001", "10415/5001")


class Node:
    """Does what it is told instead of asking an HLR."""

    def __init__(self, outcome: SendAuthenticationInfoRes | Exception) -> None:
        self.outcome = outcome
        self.asked: list[tuple[SccpAddress, SendAuthenticationInfoArg, Encoding, float]] = []

    async def send_authentication_info(
        self,
        destination: SccpAddress,
        arg: SendAuthenticationInfoArg,
        *,
        encoding: Encoding,
        timeout_s: float,
        begun: Callable[[bytes], None],
    ) -> SendAuthenticationInfoRes:
        begun(b"otid")
        self.asked.append((destination, arg, encoding, timeout_s))
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


def hlr_of(outcome: SendAuthenticationInfoRes | Exception) -> tuple[MapHlr, Node]:
    node = Node(outcome)
    return MapHlr(node, ADDRESS, Encoding.EXTENSION, timeout_s=15.0), node  # type: ignore[arg-type]


TRIPLETS = tuple(Triplet(rand, bytes((n,)) * 4, bytes((n,)) * 8) for n, rand in enumerate(RANDS))


async def test_vectors_come_back_as_the_hlr_gave_them() -> None:
    hlr, node = hlr_of(SendAuthenticationInfoRes(triplets=TRIPLETS[::-1]))
    echoed = await hlr.vectors(IMSI, RANDS, 18.0)
    assert [e.rand for e in echoed] == list(RANDS[::-1])
    assert (echoed[0].vector.sres, echoed[0].vector.kc) == (b"\1" * 4, Kc(b"\1" * 8))
    argument = SendAuthenticationInfoArg(
        imsi=IMSI, number_of_requested_vectors=2, segmentation_prohibited=True, rand_list=RANDS
    )
    assert node.asked == [(ADDRESS, argument, Encoding.EXTENSION, 15.0)]


async def test_the_shorter_patience_counts() -> None:
    hlr, node = hlr_of(SendAuthenticationInfoRes(triplets=TRIPLETS))
    await hlr.vectors(IMSI, RANDS, 3.0)
    assert node.asked[0][3] == 3.0


def test_user_errors_of_clause_8() -> None:
    assert {MapUserError(e): refusal for e, refusal in USER_ERRORS.items()} == {
        MapUserError.UNKNOWN_SUBSCRIBER: errors.UserUnknown,
        MapUserError.SYSTEM_FAILURE: VectorsUnavailable,
        MapUserError.DATA_MISSING: VectorsUnavailable,
        MapUserError.UNEXPECTED_DATA_VALUE: ProfileNotAllowed,
    }


VERSION_2 = (*INFO_RETRIEVAL_V3[:-1], 2)
UNRECOGNISED_OPERATION, MISTYPED_PARAMETER = 1, 2
QUINTUPLET = Quintuplet(bytes(16), bytes(8), bytes(16), bytes(16), bytes(16))


@pytest.mark.parametrize(
    ("outcome", "refusal"),
    [
        *((MapErrorReturned(code), refusal) for code, refusal in USER_ERRORS.items()),
        (MapErrorReturned(99), VectorsUnavailable),
        (DialogueAborted("U-ABORT"), VectorsUnavailable),
        (DialogueRefused(VERSION_2), HlrNotCapable),
        (OperationRejected(Problem.INVOKE, UNRECOGNISED_OPERATION), HlrNotCapable),
        (OperationRejected(Problem.INVOKE, MISTYPED_PARAMETER), VectorsUnavailable),
        (DialogueRefused(None), VectorsUnavailable),
        (NoRoute("UDTS"), errors.HlrSilent),
        (TooManyDialogues("65536"), errors.Overloaded),
        (MapTimeout("15 s"), errors.HlrSilent),
        (UnusableAnswer("TC-CONTINUE"), VectorsUnavailable),
        (SendAuthenticationInfoRes(quintuplets=(QUINTUPLET,)), HlrNotCapable),
    ],
    ids=repr,
)
async def test_every_failure_is_a_refusal(
    outcome: SendAuthenticationInfoRes | MapFailure, refusal: type[Refusal]
) -> None:
    hlr, _ = hlr_of(outcome)
    with pytest.raises(Refusal) as caught:
        await hlr.vectors(IMSI, RANDS, 18.0)
    assert type(caught.value) is refusal
    assert "\n" not in str(caught.value)


def test_every_kind_of_failure_is_tried() -> None:
    tried = {
        MapErrorReturned,
        DialogueAborted,
        DialogueRefused,
        OperationRejected,
        NoRoute,
        MapTimeout,
        TooManyDialogues,
        UnusableAnswer,
    }
    assert set(MapFailure.__subclasses__()) == tried
