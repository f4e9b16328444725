"""The decision of protocol.md clause 8, row by row, and what every HLR answers."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs
from waiting import until

from hlr_stub.auc import Auc
from hlr_stub.audit import Audit
from hlr_stub.faults import Fault, Faults
from hlr_stub.map_service import MapPeers, MapService
from hlr_stub.operations import Operations, Rules
from hlr_stub.reasons import ANSWERS, Reason
from hlr_stub.store import SubscriberStore
from hlr_stub.subscribers import Subscriber
from mkef.crypto.algorithms import ALGORITHMS
from mkef.crypto.kdf import derive_rands
from mkef.crypto.secret import Secret
from mkef.net.database import Location
from mkef.net.endpoint import NetworkError
from mkef.net.sigtran import Answered, Caller, Question
from mkef.net.store import StoreError
from mkef.stack.map_server import ArgumentRefused, Mistake
from mkef_codecs.errors import CodecError
from mkef_codecs.establishment import Profile
from mkef_codecs.identity import Imsi
from mkef_codecs.ss7.map_auth import (
    BadExtension,
    MapUserError,
    Resynchronisation,
    SendAuthenticationInfoArg,
    SendAuthenticationInfoRes,
)
from mkef_codecs.ss7.sccp import GlobalTitle, SccpAddress

MKEF_POINT_CODE = 2
ASSOCIATION = "192.0.2.3:41234"
TAG = b"MTCR"
RAND = bytes.fromhex("23553cbe9637a89d218ae64dae47bf35")
TAGGED_RAND = TAG + RAND[4:]
IMSI = Imsi("001010000000001")
SIM = Imsi("001010000000004")
QUOTA = 5

PEERS = MapPeers(frozenset({MKEF_POINT_CODE}), frozenset({"491710000001"}), frozenset())
RULES = Rules(TAG, QUOTA)


def rand_list(n: int, *, tagged: bool = False, first: bytes | None = None) -> tuple[bytes, ...]:
    first = first or (TAGGED_RAND if tagged else RAND)
    return derive_rands(first, Profile(vectors=n, tagged=tagged))


def argument(rands: Iterable[bytes] | None, **changes: Any) -> SendAuthenticationInfoArg:
    rands = None if rands is None else tuple(rands)
    arg = SendAuthenticationInfoArg(
        IMSI, len(rands or [0]), segmentation_prohibited=True, rand_list=rands
    )
    return structs.replace(arg, **changes)


def caller(point_code: int | None = MKEF_POINT_CODE, title: str | None = None) -> Caller:
    global_title = None if title is None else GlobalTitle(title)
    return Caller(
        SccpAddress(ssn=149, point_code=point_code, global_title=global_title),
        association=ASSOCIATION,
        transaction=bytes.fromhex("0a1b2c3d"),
    )


@dataclass
class Home:
    """An HLR's service over a store, and what it counted."""

    directory: Any
    counted: Counter[tuple[str, str]]
    faults: Faults
    audit: Audit
    now: float = 0.0
    rules: Rules = RULES
    variant: bool = True

    def service(self) -> MapService:
        octets = lambda length: bytes(range(length))  # noqa: E731
        operations = Operations(
            self.directory, Auc(TAG, octets), self.rules, timer=lambda: self.now
        )
        return MapService(
            self.directory,
            operations,
            PEERS,
            self.faults,
            self.audit,
            variant=self.variant,
            count=lambda service, outcome: self.counted.update([(service, outcome)]),
        )

    async def ask(self, arg: SendAuthenticationInfoArg, asking: Caller | None = None) -> Answered:
        (answer,) = await self.ask_all([(arg, asking or caller())])
        return answer

    async def ask_all(self, questions: Sequence[Question]) -> list[Answered]:
        if not hasattr(self, "_service"):
            self._service = self.service()
        found = self._service(questions)
        answers = found if isinstance(found, list) else await found
        return await asyncio.gather(*map(settled, answers))  # at once, as a SigtranNode does


async def settled(answer: Answered | Awaitable[Answered]) -> Answered:
    return answer if isinstance(answer, Answered) else await answer


@pytest.fixture
async def home(
    directory: Callable[..., Any], location: Location, subscriber: Subscriber
) -> AsyncIterator[Home]:
    subscribers = (
        subscriber,
        structs.replace(subscriber, imsi=Imsi("001010000000002"), mtc_allowed=False),
        structs.replace(subscriber, imsi=Imsi("001010000000003"), tagged_only=True),
        Subscriber(SIM, Secret(bytes(16)), None, ALGORITHMS["comp128v1"]),
    )
    async with directory(location, *subscribers) as found:
        with Audit(None, lambda: 0.0, show_imsi=False) as audit:
            yield Home(found, Counter(), Faults(lambda: 0.0), audit)


@pytest.mark.parametrize("tagged", [False, True])
@pytest.mark.parametrize("n", [1, 2, 3])
async def test_a_right_list_is_answered_in_order(home: Home, n: int, *, tagged: bool) -> None:
    rands = rand_list(n, tagged=tagged)
    answer = await home.ask(argument(rands))
    assert isinstance(answer, SendAuthenticationInfoRes)
    assert tuple(triplet.rand for triplet in answer.triplets) == rands
    assert answer.quintuplets == ()


async def test_the_values_are_those_of_the_standard(home: Home) -> None:
    answer = await home.ask(argument([RAND]))
    assert isinstance(answer, SendAuthenticationInfoRes)
    assert answer.triplets[0].sres.hex() == "46f8416a"  # TS 35.208 set 1
    assert answer.triplets[0].kc.hex() == "eae4be823af9a08b"


OTHER = bytes(16)
ROWS = [
    # name, caller, argument, reason
    ("another point code", caller(9), argument([RAND]), Reason.NOT_LISTED),
    ("no point code", caller(None), argument([RAND]), Reason.NOT_LISTED),
    ("another global title", caller(9, "4917"), argument([RAND]), Reason.NOT_LISTED),
    ("unknown IMSI", caller(), argument([RAND], imsi=Imsi("001019")), Reason.UNKNOWN_IMSI),
    ("no MTC", caller(), argument([RAND], imsi=Imsi("001010000000002")), Reason.NOT_ALLOWED),
    ("RAND_2 chosen", caller(), argument([RAND, OTHER]), Reason.WRONG_LIST),
    ("RAND_3 chosen", caller(), argument([*rand_list(2), OTHER]), Reason.WRONG_LIST),
    ("the same RAND twice", caller(), argument([RAND, RAND]), Reason.WRONG_LIST),
    ("another order", caller(), argument(rand_list(3)[::-1]), Reason.WRONG_LIST),
    (
        "RAND_2 of the random format after a tagged one",
        caller(),
        argument(derive_rands(TAGGED_RAND, Profile(vectors=2))),
        Reason.WRONG_LIST,
    ),
    (
        "RAND_2 of the tagged format after a random one",
        caller(),
        argument(derive_rands(RAND, Profile(vectors=2, tagged=True))),
        Reason.WRONG_LIST,
    ),
    (
        "more vectors than RANDs",
        caller(),
        argument([RAND], number_of_requested_vectors=2),
        Reason.WRONG_LIST,
    ),
    (
        "fewer vectors than RANDs",
        caller(),
        argument(rand_list(2), number_of_requested_vectors=1),
        Reason.WRONG_LIST,
    ),
    ("untagged", caller(), argument([RAND], imsi=Imsi("001010000000003")), Reason.UNTAGGED),
    ("COMP128v1", caller(), argument([RAND], imsi=SIM), Reason.COMP128V1),
    (
        "not listed wins over an unknown IMSI",
        caller(9),
        argument([RAND], imsi=Imsi("001019")),
        Reason.NOT_LISTED,
    ),
]


@pytest.mark.parametrize(
    ("asking", "arg", "reason"), [row[1:] for row in ROWS], ids=[r[0] for r in ROWS]
)
async def test_each_refusal_is_an_error_and_an_audit_line(
    home: Home,
    log: list[structlog.typing.EventDict],
    asking: Caller,
    arg: SendAuthenticationInfoArg,
    reason: Reason,
) -> None:
    assert await home.ask(arg, asking) is ANSWERS[reason].map_error
    (line,) = log
    assert (line["event"], line["audit"], line["outcome"]) == ("variant", True, reason.value)
    assert (line["imsi"], line["association"]) == (arg.imsi, ASSOCIATION)
    assert home.counted == {("variant", reason.value): 1}


@pytest.mark.parametrize(
    ("reason", "error", "result", "vendor"),
    [
        (Reason.NOT_LISTED, MapUserError.SYSTEM_FAILURE, 5003, 0),
        (Reason.UNKNOWN_IMSI, MapUserError.UNKNOWN_SUBSCRIBER, 5001, 10415),
        (Reason.NOT_ALLOWED, MapUserError.UNEXPECTED_DATA_VALUE, 5003, 32473),
        (Reason.COMP128V1, MapUserError.UNEXPECTED_DATA_VALUE, 5003, 32473),
        (Reason.WRONG_LIST, MapUserError.UNEXPECTED_DATA_VALUE, 5003, 32473),
        (Reason.UNTAGGED, MapUserError.UNEXPECTED_DATA_VALUE, 5003, 32473),
        (Reason.QUOTA, MapUserError.SYSTEM_FAILURE, 4001, 32473),
        (Reason.AUC_FAILURE, MapUserError.SYSTEM_FAILURE, 4181, 10415),
        (Reason.BAD_AUTS, MapUserError.UNEXPECTED_DATA_VALUE, 4181, 10415),
        (Reason.NO_AKA, MapUserError.UNEXPECTED_DATA_VALUE, 5420, 10415),
    ],
)
def test_the_table_of_clause_8(
    reason: Reason, error: MapUserError, result: int, vendor: int
) -> None:
    answer = ANSWERS[reason]
    assert (answer.map_error, answer.result, answer.vendor) == (error, result, vendor)
    assert set(ANSWERS) == set(Reason)


async def test_requests_of_one_turn_are_answered_like_single_ones(home: Home) -> None:
    questions = [(arg, asking) for _, asking, arg, _ in ROWS] + [(argument([RAND]), caller())]
    answers = await home.ask_all(questions)
    assert answers[:-1] == [ANSWERS[reason].map_error for *_, reason in ROWS]
    assert answers[-1] == await home.ask(argument([RAND]))
    assert home.counted["variant", "answered"] == 2


async def test_a_subscription_that_cannot_be_read_fails_no_other_of_its_turn(
    home: Home, location: Location, log: list[structlog.typing.EventDict]
) -> None:
    """Why is in the log, which shortens the IMSI where it stands alone."""
    with closing(SubscriberStore.open(location)) as store:
        change = "UPDATE subscriber SET algorithm = 'none' WHERE imsi = ?"
        store.database.change(change, "001010000000002")
    imsis = (IMSI, Imsi("001010000000002"))
    questions = [(argument([RAND], imsi=imsi), caller()) for imsi in imsis]
    first, second = await home.ask_all(questions)
    assert isinstance(first, SendAuthenticationInfoRes)
    assert second is MapUserError.SYSTEM_FAILURE
    (line,) = [line for line in log if line["event"] == "store"]
    assert (line["imsi"], line["problem"]) == (imsis[1], "none is no algorithm")


async def test_a_tagged_rand_where_only_they_are_allowed(home: Home) -> None:
    arg = argument(rand_list(2, tagged=True), imsi=Imsi("001010000000003"))
    assert isinstance(await home.ask(arg), SendAuthenticationInfoRes)


async def test_comp128v1_where_the_configuration_allows_it(home: Home) -> None:
    home.rules = replace(RULES, allow_comp128v1=True)
    assert isinstance(await home.ask(argument([RAND], imsi=SIM)), SendAuthenticationInfoRes)


async def test_an_mkef_can_be_listed_by_its_global_title(home: Home) -> None:
    answer = await home.ask(argument([RAND]), caller(None, "491710000001"))
    assert isinstance(answer, SendAuthenticationInfoRes)


@pytest.mark.parametrize(
    ("association", "listed"),
    [("192.0.2.3:1", True), ("[2001:db8::3]:2905", True), ("192.0.2.30:1", False)],
)
def test_an_mkef_can_be_bound_to_its_association(*, association: str, listed: bool) -> None:
    """A calling point code or global title is easily forged: clause 8 asks for both."""
    peers = replace(PEERS, hosts=frozenset({"192.0.2.3", "2001:db8::3"}))
    asking = structs.replace(caller(), association=association)
    assert peers.lists(asking) is listed
    assert not peers.lists(structs.replace(caller(9), association=association))


async def test_the_quota_is_per_imsi_and_fills_again(home: Home) -> None:
    for _ in range(QUOTA):
        assert isinstance(await home.ask(argument([RAND])), SendAuthenticationInfoRes)
    assert await home.ask(argument([RAND])) is MapUserError.SYSTEM_FAILURE
    assert home.counted["variant", "quota of the HLR"] == 1
    tagged = argument([TAGGED_RAND], imsi=Imsi("001010000000003"))
    assert isinstance(await home.ask(tagged), SendAuthenticationInfoRes)
    home.now = 3600.0 / QUOTA
    assert isinstance(await home.ask(argument([RAND])), SendAuthenticationInfoRes)


async def test_what_is_refused_costs_no_quota(home: Home) -> None:
    for _ in range(3 * QUOTA):
        await home.ask(argument([RAND, OTHER]))
    assert isinstance(await home.ask(argument([RAND])), SendAuthenticationInfoRes)


async def test_a_store_that_fails_is_a_system_failure(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise StoreError("the disk is on fire")

    for name in ("find", "get"):
        monkeypatch.setattr(home.directory, name, fail)
    assert await home.ask(argument([RAND])) is MapUserError.SYSTEM_FAILURE
    assert await home.ask(argument(None)) is MapUserError.SYSTEM_FAILURE
    assert home.counted["variant", "AuC failure"] == 1


# What every HLR answers.


@pytest.mark.parametrize("count", [1, 5])
async def test_a_usim_gets_quintuplets_that_it_accepts(
    home: Home, subscriber: Subscriber, usim: Callable[..., Any], count: int
) -> None:
    """Whoever asks: the list is of MKEFs, and no RAND is chosen here."""
    card = usim(subscriber)
    for _ in range(2):
        answer = await home.ask(argument(None, number_of_requested_vectors=count), caller(9))
        assert isinstance(answer, SendAuthenticationInfoRes)
        assert (len(answer.quintuplets), answer.triplets) == (count, ())
        for vector in answer.quintuplets:
            assert card.authenticate(vector.rand, vector.autn) == ("ok", vector.xres)


async def test_version_2_gets_triplets_for_a_usim_too(home: Home, subscriber: Subscriber) -> None:
    """TS 33.102 clause 6.8.1.2: folded by c2 and c3."""
    arg = argument(None, map_version=2, number_of_requested_vectors=5)
    answer = await home.ask(arg, caller(9))
    assert isinstance(answer, SendAuthenticationInfoRes)
    assert (len(answer.triplets), answer.quintuplets) == (5, ())
    vector = subscriber.instance().gsm(answer.triplets[0].rand)
    assert (answer.triplets[0].sres, answer.triplets[0].kc) == (vector.sres, vector.kc.octets)


@pytest.mark.parametrize("count", [1, 5])
async def test_a_sim_gets_triplets(home: Home, count: int) -> None:
    arg = argument(None, imsi=SIM, number_of_requested_vectors=count)
    answer = await home.ask(arg, caller(9))
    assert isinstance(answer, SendAuthenticationInfoRes)
    assert [triplet.rand for triplet in answer.triplets] == [bytes(range(16))] * count


async def test_a_usim_that_is_ahead_is_followed(
    home: Home, subscriber: Subscriber, usim: Callable[..., Any]
) -> None:
    card = usim(subscriber, array=dict.fromkeys(range(32), 5000))
    first = await home.ask(argument(None))
    assert isinstance(first, SendAuthenticationInfoRes)
    (vector,) = first.quintuplets
    outcome, auts = card.authenticate(vector.rand, vector.autn)
    assert outcome == "resync"
    again = Resynchronisation(vector.rand, auts)
    second = await home.ask(argument(None, resynchronisation=again))
    assert isinstance(second, SendAuthenticationInfoRes)
    (vector,) = second.quintuplets
    assert card.authenticate(vector.rand, vector.autn) == ("ok", vector.xres)


async def test_an_auts_of_nobody_is_refused(home: Home) -> None:
    again = Resynchronisation(RAND, bytes(14))
    answer = await home.ask(argument(None, resynchronisation=again))
    assert answer is MapUserError.UNEXPECTED_DATA_VALUE


async def test_an_ordinary_request_for_nobody(home: Home) -> None:
    answer = await home.ask(argument(None, imsi=Imsi("001019")), caller(9))
    assert answer is MapUserError.UNKNOWN_SUBSCRIBER


async def test_an_hlr_without_the_variant_passes_over_the_rands(home: Home) -> None:
    home.variant = False
    answer = await home.ask(argument([RAND], imsi=SIM), caller(9))
    assert isinstance(answer, SendAuthenticationInfoRes)
    assert [triplet.rand for triplet in answer.triplets] == [bytes(range(16))]


async def test_no_key_is_logged(home: Home, log: list[structlog.typing.EventDict]) -> None:
    answer = await home.ask(argument([RAND]))
    assert isinstance(answer, SendAuthenticationInfoRes)
    assert (log[0]["event"], log[0]["outcome"]) == ("variant", "answered")
    assert "eae4be823af9a08b" not in repr(log) + repr(answer)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rands=st.lists(st.binary(min_size=16, max_size=16), min_size=2, max_size=3),
    tag=st.sampled_from([b"", TAG]),
)
def test_only_derived_lists_are_right(rands: list[bytes], tag: bytes) -> None:
    """A chosen RAND_2 would make the AuC an oracle for two free choices in one request."""
    rands[0] = (tag + rands[0])[:16]
    assert not RULES.right(len(rands), tuple(rands))


# Audit.


async def test_audit_lines_go_to_a_file_of_their_own(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "audit.jsonl"
    for _ in range(2):  # it only grows
        with Audit(file, lambda: 1.5, show_imsi=False) as home.audit:
            home._service = home.service()
            await home.ask(argument(rand_list(2)))
            await asyncio.sleep(0)
            await home.ask(argument([RAND]), caller(9))
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert lines[:2] == lines[2:]
    assert lines[0] == {
        "event": "variant",
        "timestamp": "1970-01-01T00:00:01.500000+00:00",
        "audit": True,
        "outcome": "answered",
        "imsi": "00101…01",
        "rands": 2,
        "zr_otid": "0a1b2c3d",
        "caller": str(caller().address),
        "association": ASSOCIATION,
    }
    assert lines[1]["outcome"] == "MKEF not listed"
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("missing", [True, False])
async def test_an_argument_that_cannot_be_used_is_counted_and_audited(
    home: Home, log: list[structlog.typing.EventDict], *, missing: bool
) -> None:
    service, outcome = home.service(), "argument missing" if missing else "argument mistyped"
    service.argument_refused(ArgumentRefused(CodecError("bad"), missing=missing), caller())
    assert log == []  # whose it is is not known: the node's own line is all there is to say
    bad = BadExtension(CodecError("bad"), IMSI, missing=missing)
    service.argument_refused(ArgumentRefused(bad, missing=missing), caller())
    (line,) = log
    assert (line["audit"], line["outcome"], line["imsi"]) == (True, outcome, IMSI)
    assert home.counted == {("MAP", outcome): 2}


async def test_audit_lines_show_imsis_where_logs_do(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "audit.jsonl"
    with Audit(file, lambda: 0.0, show_imsi=True) as home.audit:
        await home.ask(argument([RAND]))
    assert json.loads(file.read_text())["imsi"] == IMSI.digits


def test_an_audit_file_that_cannot_be(tmp_path: Path) -> None:
    with (
        pytest.raises(NetworkError, match=r"audit\.file: .*: No such file"),
        Audit(tmp_path / "absent" / "audit", lambda: 0.0, show_imsi=False),
    ):
        pass


# Mistakes on demand.


def faulty(home: Home, *faults: str, imsi: str = "") -> None:
    home.faults.replace([Fault.parse(text, imsi) for text in faults])


@pytest.mark.parametrize("error", MapUserError)
async def test_each_error(home: Home, error: MapUserError) -> None:
    faulty(home, f"error={error.name.lower().replace('_', '-')}")
    assert await home.ask(argument([RAND])) is error
    outcome = f"fault:error={error.name.lower().replace('_', '-')}"
    assert home.counted == {("fault", "error"): 1, ("variant", outcome): 1}


async def test_another_rand_than_asked_for(home: Home) -> None:
    faulty(home, "wrong-rand")
    answer = await home.ask(argument([RAND]))
    assert isinstance(answer, SendAuthenticationInfoRes)
    assert answer.triplets[0].rand != RAND


async def test_quintuplets_instead(home: Home) -> None:
    faulty(home, "quintuplets")
    answer = await home.ask(argument([RAND]))
    assert isinstance(answer, SendAuthenticationInfoRes)
    assert (len(answer.quintuplets), answer.triplets) == (1, ())


async def test_a_delay_before_the_answer(home: Home) -> None:
    faulty(home, "delay=0.05")
    started = asyncio.get_running_loop().time()
    assert isinstance(await home.ask(argument([RAND])), SendAuthenticationInfoRes)
    assert asyncio.get_running_loop().time() - started >= 0.05


async def test_no_answer(home: Home) -> None:
    faulty(home, "drop")
    asking = asyncio.ensure_future(home.ask(argument([RAND])))
    done, _ = await asyncio.wait([asking], timeout=0.05)
    assert not done
    asking.cancel()


@pytest.mark.parametrize("mistake", Mistake)
async def test_what_no_hlr_should_say(home: Home, mistake: Mistake) -> None:
    faulty(home, mistake.value)
    assert await home.ask(argument([RAND])) is mistake


async def test_a_fault_of_another_subscriber(home: Home) -> None:
    faulty(home, "error=system-failure", imsi="001010000000002")
    assert isinstance(await home.ask(argument([RAND])), SendAuthenticationInfoRes)


async def test_faults_keep_their_order(home: Home) -> None:
    faulty(home, "delay=0.01", "error=data-missing")
    assert await home.ask(argument([RAND])) is MapUserError.DATA_MISSING
    assert home.counted == {
        ("fault", "delay"): 1,
        ("fault", "error"): 1,
        ("variant", "fault:error=data-missing"): 1,
    }


@pytest.mark.parametrize("fault", ["drop", "abort", "garbage", "error=system-failure"])
async def test_a_use_that_a_fault_took_is_an_audit_line(
    home: Home, log: list[structlog.typing.EventDict], fault: str
) -> None:
    faulty(home, "delay=0.001", fault)
    with suppress(TimeoutError):
        await asyncio.wait_for(home.ask(argument(rand_list(2))), 0.1)
    (line,) = log
    assert (line["audit"], line["outcome"]) == (True, f"fault:{fault}")
    assert (line["imsi"], line["rands"], line["zr_otid"]) == (IMSI, 2, "0a1b2c3d")
    assert home.counted["variant", f"fault:{fault}"] == 1


async def test_a_use_that_is_given_up_in_a_delay_is_an_audit_line(
    home: Home, log: list[structlog.typing.EventDict]
) -> None:
    faulty(home, "delay=3600", "drop")
    asking = asyncio.ensure_future(home.ask(argument(rand_list(2))))
    await until(lambda: home.counted["fault", "delay"])
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    (line,) = log
    assert (line["audit"], line["outcome"]) == (True, "fault:delay=3600")
    assert (line["imsi"], line["rands"], line["zr_otid"]) == (IMSI, 2, "0a1b2c3d")
    assert home.counted == {("fault", "delay"): 1, ("variant", "fault:delay=3600"): 1}


async def test_an_ordinary_request_that_a_fault_took_is_counted(
    home: Home, log: list[structlog.typing.EventDict]
) -> None:
    faulty(home, "abort")
    assert await home.ask(argument(None)) is Mistake.ABORT
    home.variant = False
    del home._service
    assert await home.ask(argument([RAND])) is Mistake.ABORT
    assert (home.counted["sendAuthenticationInfo", "fault:abort"], log) == (2, [])
