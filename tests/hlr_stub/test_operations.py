"""The decision of protocol.md clause 8, row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hlr_stub.auc import Auc
from hlr_stub.operations import MAP_ERROR, Operations, Reason, Refused, Rules
from hlr_stub.subscribers import Subscriber, SubscriberStore
from mkef.crypto.kdf import derive_rands
from mkef.net.sigtran import Caller
from mkef_codecs.establishment import Profile
from mkef_codecs.identity import Imsi
from mkef_codecs.ss7.map_auth import (
    MapUserError,
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
QUOTA = 5

RULES = Rules(
    point_codes=frozenset({MKEF_POINT_CODE}),
    global_titles=frozenset({"491710000001"}),
    hosts=frozenset(),
    tag=TAG,
    quota_per_hour=QUOTA,
    variant=True,
)


def rand_list(n: int, *, tagged: bool = False, first: bytes | None = None) -> tuple[bytes, ...]:
    first = first or (TAGGED_RAND if tagged else RAND)
    return derive_rands(first, Profile(vectors=n, tagged=tagged))


def argument(rands: Iterable[bytes] | None, **changes: Any) -> SendAuthenticationInfoArg:
    rands = None if rands is None else tuple(rands)
    arg = SendAuthenticationInfoArg(
        IMSI, len(rands or [0]), segmentation_prohibited=True, rand_list=rands
    )
    return replace(arg, **changes)


def caller(point_code: int | None = MKEF_POINT_CODE, title: str | None = None) -> Caller:
    global_title = None if title is None else GlobalTitle(title)
    return Caller(
        SccpAddress(ssn=149, point_code=point_code, global_title=global_title),
        association=ASSOCIATION,
    )


def operations(
    store: SubscriberStore, rules: Rules = RULES, counted: Counter[str] | None = None
) -> Operations:
    counted = Counter() if counted is None else counted
    return Operations(
        store,
        Auc(TAG, lambda length: bytes(range(length))),
        rules,
        timer=lambda: 0.0,
        count=lambda outcome: counted.update([outcome]),
    )


@pytest.fixture
def home(store: SubscriberStore, subscriber: Subscriber) -> SubscriberStore:
    store.add(subscriber)
    store.add(replace(subscriber, imsi=Imsi("001010000000002"), mtc_allowed=False))
    store.add(replace(subscriber, imsi=Imsi("001010000000003"), tagged_only=True))
    return store


@pytest.mark.parametrize("tagged", [False, True])
@pytest.mark.parametrize("n", [1, 2, 3])
async def test_a_right_list_is_answered_in_order(
    home: SubscriberStore, n: int, *, tagged: bool
) -> None:
    rands = rand_list(n, tagged=tagged)
    answer = await operations(home).send_authentication_info(argument(rands), caller())
    assert isinstance(answer, SendAuthenticationInfoRes)
    assert tuple(triplet.rand for triplet in answer.triplets) == rands
    assert answer.quintuplets == ()


async def test_the_values_are_those_of_the_standard(home: SubscriberStore) -> None:
    answer = await operations(home).send_authentication_info(argument([RAND]), caller())
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
    home: SubscriberStore,
    log: list[structlog.typing.EventDict],
    asking: Caller,
    arg: SendAuthenticationInfoArg,
    reason: Reason,
) -> None:
    answer = await operations(home).send_authentication_info(arg, asking)
    assert answer is MAP_ERROR[reason]
    (line,) = log
    assert (line["event"], line["audit"], line["reason"]) == ("refused", True, reason.value)
    assert (line["imsi"], line["association"]) == (arg.imsi, ASSOCIATION)


@pytest.mark.parametrize(
    ("reason", "error"),
    [
        (Reason.NOT_LISTED, MapUserError.SYSTEM_FAILURE),
        (Reason.UNKNOWN_IMSI, MapUserError.UNKNOWN_SUBSCRIBER),
        (Reason.NOT_ALLOWED, MapUserError.UNEXPECTED_DATA_VALUE),
        (Reason.WRONG_LIST, MapUserError.UNEXPECTED_DATA_VALUE),
        (Reason.UNTAGGED, MapUserError.UNEXPECTED_DATA_VALUE),
        (Reason.QUOTA, MapUserError.SYSTEM_FAILURE),
        (Reason.AUC_FAILURE, MapUserError.SYSTEM_FAILURE),
    ],
)
def test_the_table_of_clause_8(reason: Reason, error: MapUserError) -> None:
    assert MAP_ERROR[reason] is error
    assert set(MAP_ERROR) == set(Reason)


async def test_a_tagged_rand_where_only_they_are_allowed(home: SubscriberStore) -> None:
    arg = argument(rand_list(2, tagged=True), imsi=Imsi("001010000000003"))
    answer = await operations(home).send_authentication_info(arg, caller())
    assert isinstance(answer, SendAuthenticationInfoRes)


async def test_an_mkef_can_be_listed_by_its_global_title(home: SubscriberStore) -> None:
    asking = caller(None, "491710000001")
    answer = await operations(home).send_authentication_info(argument([RAND]), asking)
    assert isinstance(answer, SendAuthenticationInfoRes)


@pytest.mark.parametrize(
    ("association", "listed"),
    [("192.0.2.3:1", True), ("[2001:db8::3]:2905", True), ("192.0.2.30:1", False)],
)
def test_an_mkef_can_be_bound_to_its_association(*, association: str, listed: bool) -> None:
    """A calling point code or global title is easily forged: clause 8 asks for both."""
    rules = replace(RULES, hosts=frozenset({"192.0.2.3", "2001:db8::3"}))
    asking = replace(caller(), association=association)
    assert rules.lists(asking) is listed
    assert not rules.lists(replace(caller(9), association=association))


def test_the_quota_is_per_imsi_and_fills_again(home: SubscriberStore) -> None:
    hlr = operations(home)
    for _ in range(QUOTA):
        hlr.triplets(argument([RAND]), caller(), now=0.0)
    with pytest.raises(Refused) as refused:
        hlr.triplets(argument([RAND]), caller(), now=0.0)
    assert refused.value.reason is Reason.QUOTA
    tagged = argument([TAGGED_RAND], imsi=Imsi("001010000000003"))
    assert hlr.triplets(tagged, caller(), now=0.0)
    assert hlr.triplets(argument([RAND]), caller(), now=3600.0 / QUOTA)


def test_what_is_refused_costs_no_quota(home: SubscriberStore) -> None:
    hlr = operations(home)
    for _ in range(3 * QUOTA):
        with pytest.raises(Refused):
            hlr.triplets(argument([RAND, OTHER]), caller(), now=0.0)
    assert hlr.triplets(argument([RAND]), caller(), now=0.0)


async def test_a_store_that_fails_is_an_auc_failure(
    home: SubscriberStore, log: list[structlog.typing.EventDict]
) -> None:
    hlr = operations(home)
    home.close()
    answer = await hlr.send_authentication_info(argument([RAND]), caller())
    assert answer is MapUserError.SYSTEM_FAILURE
    assert log[-1]["reason"] == Reason.AUC_FAILURE.value


@pytest.mark.parametrize("count", [1, 5])
async def test_an_ordinary_request_gets_random_triplets(home: SubscriberStore, count: int) -> None:
    """Whoever asks: the list is of MKEFs, and no RAND is chosen here."""
    arg = argument(None, number_of_requested_vectors=count)
    answer = await operations(home).send_authentication_info(arg, caller(9))
    assert isinstance(answer, SendAuthenticationInfoRes)
    assert [triplet.rand for triplet in answer.triplets] == [bytes(range(16))] * count


async def test_an_ordinary_request_for_nobody(home: SubscriberStore) -> None:
    arg = argument(None, imsi=Imsi("001019"))
    answer = await operations(home).send_authentication_info(arg, caller(9))
    assert answer is MapUserError.UNKNOWN_SUBSCRIBER


async def test_an_hlr_without_the_variant_passes_over_the_rands(home: SubscriberStore) -> None:
    hlr = operations(home, replace(RULES, variant=False))
    answer = await hlr.send_authentication_info(argument([RAND]), caller(9))
    assert isinstance(answer, SendAuthenticationInfoRes)
    assert [triplet.rand for triplet in answer.triplets] == [bytes(range(16))]


async def test_outcomes_are_counted(home: SubscriberStore) -> None:
    counted = Counter[str]()
    hlr = operations(home, counted=counted)
    for rands in ([RAND], [RAND], [RAND, OTHER]):
        await hlr.send_authentication_info(argument(rands), caller())
    assert counted == {"answered": 2, "wrong list": 1}


async def test_no_key_is_logged(
    home: SubscriberStore, log: list[structlog.typing.EventDict]
) -> None:
    answer = await operations(home).send_authentication_info(argument([RAND]), caller())
    assert isinstance(answer, SendAuthenticationInfoRes)
    assert log[0]["event"] == "answered"
    assert "eae4be823af9a08b" not in repr(log) + repr(answer)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rands=st.lists(st.binary(min_size=16, max_size=16), min_size=2, max_size=3),
    tag=st.sampled_from([b"", TAG]),
)
def test_only_derived_lists_are_answered(
    home: SubscriberStore, rands: list[bytes], tag: bytes
) -> None:
    """A chosen RAND_2 would make the AuC an oracle for two free choices in one request."""
    rands[0] = (tag + rands[0])[:16]
    rules = replace(RULES, quota_per_hour=10_000)
    with pytest.raises(Refused) as refused:
        operations(home, rules).triplets(argument(rands), caller(), now=0.0)
    assert refused.value.reason is Reason.WRONG_LIST
