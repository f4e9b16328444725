"""MAP dialogues: a client joined to a server, every end of a dialogue, what a server refuses."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from mkef.stack import map_failure
from mkef.stack.map_dialogue import Answer, Effects, Forget, MapDialogues, Outcome, Refused, Serve
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
from mkef.stack.map_server import Mistake
from mkef.stack.tcap_dialogue import ORPHAN_S, Path, Transactions, Transmit
from mkef_codecs.identity import Imsi
from mkef_codecs.ss7 import tcap
from mkef_codecs.ss7.ber import tlv
from mkef_codecs.ss7.component import (
    Component,
    GeneralProblem,
    Invoke,
    InvokeProblem,
    Problem,
    Reject,
    ReturnError,
    ReturnResult,
)
from mkef_codecs.ss7.dialogue import Diagnostic, DialogueAbort, DialogueRequest, DialogueResponse
from mkef_codecs.ss7.map_auth import (
    INFO_RETRIEVAL_V2,
    INFO_RETRIEVAL_V3,
    MTC_SEND_AUTHENTICATION_INFO,
    Encoding,
    MapUserError,
    Quintuplet,
    SendAuthenticationInfoArg,
    SendAuthenticationInfoRes,
    Triplet,
    decode_result,
    decode_result_v2,
    encode_argument,
    encode_result,
)
from mkef_codecs.ss7.map_dialogue import MapDialogue, encode_map_dialogue
from mkef_codecs.ss7.sccp import GlobalTitle, SccpAddress, Unitdata
from mkef_codecs.ss7.tcap import Abort, Begin, Continue, End
from mkef_codecs.tbcd import encode_tbcd

MKEF, HLR = SccpAddress(149, 1), SccpAddress(6, 2)
THERE, BACK = Path(MKEF, HLR, 2, "hlr"), Path(HLR, MKEF, 1, "mkef")
RANDS = (bytes(16), b"\1" * 16)
ARG = SendAuthenticationInfoArg(
    Imsi("001010123456789"), 2, segmentation_prohibited=True, rand_list=RANDS
)
RESULT = SendAuthenticationInfoRes(tuple(Triplet(r, b"sres", b"8 octets") for r in RANDS))
REQUEST = DialogueRequest(INFO_RETRIEVAL_V3, (encode_map_dialogue(MapDialogue.OPEN),))
ACCEPT = DialogueResponse(INFO_RETRIEVAL_V3)
SAI = Invoke(5, 56, encode_argument(ARG, Encoding.EXTENSION))


def dialogues(
    *, serves: bool = False, knows_variant: bool = True, limit: int = 10, segments: bool = True
) -> MapDialogues:
    numbers = itertools.count(1)
    transactions = Transactions(lambda length: next(numbers).to_bytes(length, "big"), limit=limit)
    return MapDialogues(transactions, serves=serves, knows_variant=knows_variant, segments=segments)


def octets(effects: Effects) -> bytes:
    (transmitted,) = [e.octets for e in effects if isinstance(e, Transmit)]
    return transmitted


def asked(encoding: Encoding = Encoding.EXTENSION) -> tuple[MapDialogues, bytes]:
    """A client with one request under way."""
    client = dialogues()
    own, _ = client.request(ARG, encoding, THERE, deadline=15.0)
    return client, own


def outcome(effects: Effects) -> SendAuthenticationInfoRes | MapFailure:
    (found,) = [e.result for e in effects if isinstance(e, Outcome)]
    return found


def answered(message: tcap.Message) -> SendAuthenticationInfoRes | MapFailure:
    """What a client makes of an answer to its request."""
    client, _ = asked()
    return outcome(client.receive(tcap.encode(message), THERE, 1.0))


def begun(*components: Component, dialogue: Any = REQUEST, **options: Any) -> tcap.Message:
    """What a server answers to a Begin."""
    server = dialogues(serves=True, **options)
    begin = tcap.encode(Begin(b"peer", dialogue, components))
    return tcap.decode(octets(server.receive(begin, BACK, 0.0)))


@pytest.mark.parametrize("encoding", Encoding)
@pytest.mark.parametrize("answer", [RESULT, SendAuthenticationInfoRes(), MapUserError.DATA_MISSING])
def test_a_client_and_a_server(encoding: Encoding, answer: Answer) -> None:
    client, server = dialogues(), dialogues(serves=True)
    own, begin = client.request(ARG, encoding, THERE, deadline=15.0)
    (serve,) = server.receive(begin.octets, BACK, 0.0)
    assert isinstance(serve, Serve)
    assert serve.arg == ARG
    assert serve.path == BACK
    found = client.receive(
        octets(server.answer(serve.transaction, serve.invoke_id, answer)), THERE, 0.0
    )
    assert [e.transaction for e in found if isinstance(e, Outcome)] == [own]
    if isinstance(answer, MapUserError):
        returned = outcome(found)
        assert isinstance(returned, MapErrorReturned)
        assert returned.error is answer
    else:
        assert outcome(found) == answer


def test_an_ordinary_hlr_rejects_the_operation_and_ignores_nothing_else() -> None:
    operation = Invoke(5, MTC_SEND_AUTHENTICATION_INFO, encode_argument(ARG, Encoding.OPERATION))
    end = begun(operation, knows_variant=False)
    assert isinstance(end, End)
    unrecognized = InvokeProblem.UNRECOGNIZED_OPERATION
    assert end.components == (Reject(5, Problem.INVOKE, unrecognized),)
    server = dialogues(serves=True, knows_variant=False)
    (serve,) = server.receive(tcap.encode(Begin(b"peer", REQUEST, (SAI,))), BACK, 0.0)
    assert isinstance(serve, Serve)
    assert serve.arg == ARG


# --- What a client makes of every end of its dialogue ---

OWN = (1).to_bytes(4, "big")
VERSION_2 = (0, 4, 0, 0, 1, 0, 14, 2)
NOT_SUPPORTED = Diagnostic.CONTEXT_NOT_SUPPORTED
NO_REASON = Diagnostic.NO_REASON_GIVEN
USER_ABORT = DialogueAbort(user_information=(encode_map_dialogue(MapDialogue.USER_ABORT),))


def refusing(
    context: tuple[int, ...], diagnostic: Diagnostic, *said: MapDialogue
) -> DialogueResponse:
    information = tuple(map(encode_map_dialogue, said))
    return DialogueResponse(
        context, accepted=False, diagnostic=diagnostic, user_information=information
    )


@pytest.mark.parametrize(
    ("message", "failure", "says"),
    [
        (End(OWN, ACCEPT, (ReturnError(1, 1),)), MapErrorReturned, "UNKNOWN_SUBSCRIBER"),
        (End(OWN, ACCEPT, (ReturnError(1, 21),)), MapErrorReturned, "error 21"),
        (End(OWN, ACCEPT, (ReturnError(1, (1, 2, 3)),)), UnusableAnswer, "no number"),
        (End(OWN, ACCEPT, (Reject(1, Problem.INVOKE, 1),)), OperationRejected, "problem 1"),
        (End(OWN, None, (Reject(None, Problem.GENERAL, 0),)), OperationRejected, "general"),
        (End(OWN, ACCEPT), UnusableAnswer, "without a result"),
        (End(OWN, ACCEPT, (ReturnResult(9),)), UnusableAnswer, "returnResult problem"),
        (End(OWN, ACCEPT, (ReturnError(9, 1),)), UnusableAnswer, "returnError problem"),
        (End(OWN, ACCEPT, (ReturnResult(1, 57, b"\5\0"),)), UnusableAnswer, "nobody waits for"),
        (End(OWN, ACCEPT, (ReturnResult(1, last=False),)), UnusableAnswer, "without a result"),
        (End(OWN, ACCEPT, (ReturnResult(1, 56, b"\5\0"),)), UnusableAnswer, "malformed result"),
        (End(OWN, ACCEPT, (Invoke(1, 56),)), UnusableAnswer, "an invocation"),
        (End(OWN, DialogueResponse(INFO_RETRIEVAL_V3, accepted=False)), DialogueRefused, "ACCEPT"),
        (Continue(b"peer", OWN, ACCEPT), UnusableAnswer, "continued"),
        (Abort(OWN, 4), DialogueAborted, "RESOURCE_LIMITATION"),
        (Abort(OWN, 99), DialogueAborted, "99"),
        (Abort(OWN), DialogueAborted, "the HLR aborted"),
        (Abort(OWN, dialogue=USER_ABORT), DialogueAborted, "userAbort userSpecificReason"),
        (
            Abort(OWN, dialogue=refusing(VERSION_2, NOT_SUPPORTED)),
            DialogueRefused,
            "version 2 is offered",
        ),
        (
            Abort(OWN, dialogue=refusing(INFO_RETRIEVAL_V3, NO_REASON, MapDialogue.REFUSE)),
            DialogueRefused,
            "refuse noReasonGiven",
        ),
    ],
)
def test_every_end_has_its_name(
    message: tcap.Message, failure: type[MapFailure], says: str
) -> None:
    found = answered(message)
    assert type(found) is failure
    assert says in str(found)


@pytest.mark.parametrize(
    ("offered", "version"),
    [(VERSION_2, 2), (INFO_RETRIEVAL_V3, None), ((1, 2), None), (None, None)],
)
def test_what_a_refusal_offers(offered: tuple[int, ...] | None, version: int | None) -> None:
    assert DialogueRefused(offered).offered_version == version


def test_of_two_results_the_first_counts() -> None:
    first = ReturnResult(1, 56, encode_result(RESULT))
    assert answered(End(OWN, ACCEPT, (first, ReturnResult(1), ReturnError(1, 1)))) == RESULT


def test_a_result_in_parts_is_joined() -> None:
    parts = [SendAuthenticationInfoRes((triplet,)) for triplet in RESULT.triplets]
    components = tuple(
        ReturnResult(1, 56, encode_result(part), last=part is parts[-1]) for part in parts
    )
    assert answered(End(OWN, ACCEPT, components)) == RESULT
    many = tuple(replace(components[0]) for _ in range(6))
    assert isinstance(answered(End(OWN, ACCEPT, many)), UnusableAnswer)


def test_a_result_after_an_abort_is_no_result() -> None:
    client, _ = asked()
    client.receive(tcap.encode(Abort(OWN)), THERE, 1.0)
    late = End(OWN, ACCEPT, (ReturnResult(1, 56, encode_result(RESULT)),))
    assert not [e for e in client.receive(tcap.encode(late), THERE, 1.0) if isinstance(e, Outcome)]


def test_a_result_without_a_parameter_is_an_empty_one() -> None:
    assert answered(End(OWN, ACCEPT, (ReturnResult(1),))) == SendAuthenticationInfoRes()


def test_a_malformed_component_is_no_result() -> None:
    client, _ = asked()
    end = tlv(b"\x64", tlv(b"\x49", OWN) + tlv(b"\x6c", bytes.fromhex("a5020500")))
    assert isinstance(outcome(client.receive(end, THERE, 0.0)), UnusableAnswer)


def test_a_continue_is_aborted() -> None:
    client, _ = asked()
    effects = client.receive(tcap.encode(Continue(b"peer", OWN, ACCEPT)), THERE, 0.0)
    assert tcap.decode(octets(effects)) == Abort(b"peer", dialogue=USER_ABORT)


def test_no_answer_no_route_no_room() -> None:
    client, own = asked()
    assert client.deadline == 15.0
    assert isinstance(outcome(client.tick(15.0)), MapTimeout)
    client, own = asked()
    assert isinstance(outcome(client.returned(tcap.encode(Begin(own)), "NO_TRANSLATION")), NoRoute)
    client, own = asked()
    assert client.lost(lambda _: True) == []
    assert isinstance(outcome(client.lost(lambda _: False)), NoRoute)
    client = dialogues(limit=0)
    with pytest.raises(TooManyDialogues):
        client.request(ARG, Encoding.EXTENSION, THERE, deadline=15.0)


def test_who_no_longer_waits_hears_nothing() -> None:
    client, own = asked()
    assert client.cancel(own) == []
    assert not [e for e in client.tick(15.0) if isinstance(e, Outcome)]
    late = client.receive(tcap.encode(End(own, ACCEPT, (ReturnResult(1),))), THERE, 1.0)
    assert not [e for e in late if isinstance(e, Outcome)]


# --- What a server refuses ---

SHORT_RAND = tlv(b"\x30", tlv(b"\x30", tlv(b"\x04", bytes(15))))


def extended(argument: bytes) -> bytes:
    """An argument of sendAuthenticationInfo with our extension, and that with its own argument."""
    extension = tlv(b"\x30", bytes.fromhex("060a2b0601040181fd590101") + argument)
    imsi = tlv(b"\x80", encode_tbcd(ARG.imsi.digits))
    container = tlv(b"\xa2", tlv(b"\xa0", extension))
    return tlv(b"\x30", imsi + bytes.fromhex("020101") + container)


@pytest.mark.parametrize(
    ("invoke", "expected"),
    [
        (Invoke(5, 57, b"\5\0"), Reject(5, Problem.INVOKE, InvokeProblem.UNRECOGNIZED_OPERATION)),
        (Invoke(5, (1, 2)), Reject(5, Problem.INVOKE, InvokeProblem.UNRECOGNIZED_OPERATION)),
        (Invoke(5, 56, b"\5\0"), Reject(5, Problem.INVOKE, InvokeProblem.MISTYPED_PARAMETER)),
        (Invoke(5, 56), ReturnError(5, MapUserError.DATA_MISSING)),
        (Invoke(5, 56, extended(b"")), ReturnError(5, MapUserError.DATA_MISSING)),
        (
            Invoke(5, 56, extended(SHORT_RAND)),
            Reject(5, Problem.INVOKE, InvokeProblem.MISTYPED_PARAMETER),
        ),
        (ReturnResult(5, 56, b"\5\0"), Reject(5, Problem.RETURN_RESULT, 0)),
        (ReturnError(5, 1), Reject(5, Problem.RETURN_ERROR, 0)),
    ],
)
def test_what_is_not_served_is_rejected(invoke: Component, expected: Component) -> None:
    end = begun(invoke)
    assert isinstance(end, End)
    assert end.components == (expected,)
    assert end.dialogue is not None
    assert end.dialogue.accepted


@pytest.mark.parametrize(
    ("parameter", "said", "imsi"),
    [
        (None, "argument missing", None),
        (extended(b""), "argument missing", ARG.imsi),
        (extended(SHORT_RAND), "argument mistyped", ARG.imsi),
        (b"\5\0", "argument mistyped", None),
    ],
)
def test_our_user_hears_of_arguments_that_were_refused(
    parameter: bytes | None, said: str, imsi: Imsi | None
) -> None:
    server = dialogues(serves=True)
    begin = tcap.encode(Begin(b"peer", REQUEST, (Invoke(5, 56, parameter),)))
    (refused,) = [e for e in server.receive(begin, BACK, 0.0) if isinstance(e, Refused)]
    assert (refused.refusal.outcome, refused.refusal.imsi) == (said, imsi)
    assert (refused.path, refused.remote_id) == (BACK, b"peer")


def test_a_reject_is_not_rejected() -> None:
    end = begun(Reject(5, Problem.GENERAL, 0))
    assert isinstance(end, End)
    assert end.components == ()


def test_a_malformed_component_is_rejected() -> None:
    begin = tcap.encode(Begin(b"peer", REQUEST))
    content = begin[2:] + tlv(b"\x6c", bytes.fromhex("a103020101"))
    server = dialogues(serves=True)
    end = tcap.decode(octets(server.receive(tlv(b"\x62", content), BACK, 0.0)))
    mistyped = GeneralProblem.MISTYPED_COMPONENT
    assert getattr(end, "components", ()) == (Reject(None, Problem.GENERAL, mistyped),)


@pytest.mark.parametrize(
    ("context", "offered"),
    [
        ((0, 4, 0, 0, 1, 0, 14, 1), (0, 4, 0, 0, 1, 0, 14, 1)),
        ((0, 4, 0, 0, 1, 0, 14, 4), INFO_RETRIEVAL_V3),
        ((0, 4, 0, 0, 1, 0, 1, 3), (0, 4, 0, 0, 1, 0, 1, 3)),
    ],
)
def test_another_context_is_refused(context: tuple[int, ...], offered: tuple[int, ...]) -> None:
    abort = begun(SAI, dialogue=DialogueRequest(context))
    refusal = refusing(offered, NOT_SUPPORTED)
    assert abort == Abort(b"peer", dialogue=refusal)


def test_version_1_is_refused_without_a_dialogue_portion() -> None:
    assert begun(SAI, dialogue=None) == Abort(b"peer")


def test_who_serves_nothing_refuses_everything() -> None:
    client = dialogues()
    effects = client.receive(tcap.encode(Begin(b"peer", REQUEST, (SAI,))), BACK, 0.0)
    refusal = refusing(INFO_RETRIEVAL_V3, NOT_SUPPORTED)
    assert tcap.decode(octets(effects)) == Abort(b"peer", dialogue=refusal)


def test_a_dialogue_may_open_before_anything_is_invoked() -> None:
    server = dialogues(serves=True)
    accept = tcap.decode(octets(server.receive(tcap.encode(Begin(b"peer", REQUEST)), BACK, 0.0)))
    assert isinstance(accept, Continue)
    assert accept.dialogue is not None
    assert accept.dialogue.accepted
    more = tcap.encode(Continue(b"peer", accept.otid, None, (SAI,)))
    (serve,) = server.receive(more, BACK, 1.0)
    assert isinstance(serve, Serve)
    end = tcap.decode(octets(server.answer(serve.transaction, serve.invoke_id, RESULT)))
    assert end == End(b"peer", None, (ReturnResult(5, 56, encode_result(RESULT)),))


def serving() -> tuple[MapDialogues, bytes]:
    server = dialogues(serves=True)
    (serve,) = server.receive(tcap.encode(Begin(b"peer", REQUEST, (SAI,))), BACK, 0.0)
    assert isinstance(serve, Serve)
    return server, serve.transaction


def test_an_answer_too_late_is_not_sent() -> None:
    server, own = serving()
    assert Forget(own, 5) in server.tick(ORPHAN_S)
    assert server.answer(own, 5, RESULT) == []


@pytest.mark.parametrize(
    ("mistake", "failure"), [(Mistake.ABORT, DialogueAborted), (Mistake.GARBAGE, UnusableAnswer)]
)
def test_what_no_hlr_should_say(mistake: Mistake, failure: type[MapFailure]) -> None:
    """A service says it on demand: the client's side of it."""
    client, server = dialogues(), dialogues(serves=True)
    _, begin = client.request(ARG, Encoding.EXTENSION, THERE, deadline=15.0)
    (serve,) = server.receive(begin.octets, BACK, 0.0)
    assert isinstance(serve, Serve)
    sent = octets(server.answer(serve.transaction, serve.invoke_id, mistake))
    assert isinstance(outcome(client.receive(sent, THERE, 1.0)), failure)
    assert server.answer(serve.transaction, serve.invoke_id, RESULT) == []


def test_several_invocations_are_answered_together() -> None:
    server = dialogues(serves=True)
    unknown = Invoke(7, 99, b"\5\0")
    begin = Begin(b"peer", REQUEST, (SAI, Invoke(6, 56, SAI.parameter), unknown))
    first, second = server.receive(tcap.encode(begin), BACK, 0.0)
    assert isinstance(first, Serve)
    assert isinstance(second, Serve)
    assert (
        server.answer(second.transaction, second.invoke_id, MapUserError.UNKNOWN_SUBSCRIBER) == []
    )
    assert server.answer(second.transaction, second.invoke_id, RESULT) == []
    end = tcap.decode(octets(server.answer(first.transaction, first.invoke_id, RESULT)))
    assert isinstance(end, End)
    assert end.components == (
        Reject(7, Problem.INVOKE, InvokeProblem.UNRECOGNIZED_OPERATION),
        ReturnError(6, MapUserError.UNKNOWN_SUBSCRIBER),
        ReturnResult(5, 56, encode_result(RESULT)),
    )


def test_what_a_peer_adds_while_we_work_is_answered_as_well() -> None:
    server = dialogues(serves=True)
    opened = server.receive(tcap.encode(Begin(b"peer", REQUEST)), BACK, 0.0)
    accept = tcap.decode(octets(opened))
    assert isinstance(accept, Continue)
    assert server.receive(tcap.encode(Continue(b"peer", accept.otid)), BACK, 0.0) == []
    again = tcap.encode(Continue(b"peer", accept.otid, None, (SAI,)))
    (serve,) = server.receive(again, BACK, 0.0)
    assert isinstance(serve, Serve)
    assert server.receive(again, BACK, 0.0) == []
    end = tcap.decode(octets(server.answer(serve.transaction, serve.invoke_id, RESULT)))
    assert isinstance(end, End)
    assert end.components[0] == Reject(5, Problem.INVOKE, InvokeProblem.DUPLICATE_INVOKE_ID)
    assert isinstance(end.components[1], ReturnResult)


# --- Version 2 ---

BARE = encode_tbcd("001010123456789")
SAI_V2 = Invoke(5, 56, tlv(b"\4", BARE))
REQUEST_V2 = DialogueRequest(INFO_RETRIEVAL_V2)


def served_v2(answer: Answer) -> End:
    server = dialogues(serves=True)
    begin = tcap.encode(Begin(b"peer", REQUEST_V2, (SAI_V2,)))
    (serve,) = server.receive(begin, BACK, 0.0)
    assert isinstance(serve, Serve)
    assert serve.arg == SendAuthenticationInfoArg(Imsi("001010123456789"), 5, map_version=2)
    end = tcap.decode(octets(server.answer(serve.transaction, serve.invoke_id, answer)))
    assert isinstance(end, End)
    assert end.dialogue is not None
    assert end.dialogue.application_context == INFO_RETRIEVAL_V2
    return end


def test_version_2_asks_with_an_imsi_and_gets_triplets() -> None:
    (result,) = served_v2(RESULT).components
    assert isinstance(result, ReturnResult)
    assert result.parameter is not None
    assert decode_result_v2(result.parameter) == RESULT


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (MapUserError.UNKNOWN_SUBSCRIBER, ReturnError(5, 1)),
        (MapUserError.SYSTEM_FAILURE, ReturnError(5, 34, b"\x0a\x01\x01")),
        (SendAuthenticationInfoRes(), ReturnError(5, 34, b"\x0a\x01\x01")),
        (
            SendAuthenticationInfoRes(quintuplets=(Quintuplet(*(bytes(16),) * 5),)),
            ReturnError(5, 34, b"\x0a\x01\x01"),
        ),
    ],
)
def test_what_version_2_cannot_say_is_a_system_failure(answer: Answer, expected: Component) -> None:
    assert served_v2(answer).components == (expected,)


def test_version_2_does_not_know_the_operation_of_the_variant() -> None:
    operation = Invoke(5, MTC_SEND_AUTHENTICATION_INFO, encode_argument(ARG, Encoding.OPERATION))
    end = begun(operation, dialogue=REQUEST_V2)
    assert isinstance(end, End)
    unrecognized = InvokeProblem.UNRECOGNIZED_OPERATION
    assert end.components == (Reject(5, Problem.INVOKE, unrecognized),)


TITLE = GlobalTitle("1" * 15)


@pytest.mark.parametrize("remote", [MKEF, SccpAddress(149, 1, TITLE, route_on_ssn=False)])
@pytest.mark.parametrize("local", [HLR, SccpAddress(6, 2, TITLE, route_on_ssn=False)])
@pytest.mark.parametrize("opening", [True, False])
def test_as_many_vectors_as_fit_into_one_message(
    remote: SccpAddress, local: SccpAddress, opening: bool
) -> None:
    """TS 29.002 clause 8.5.2 allows fewer than were asked for."""
    server = dialogues(serves=True, segments=False)
    path = Path(local, remote, 1, "sgsn")
    ids = b"\xff\xff\xff\xff"
    first = server.receive(tcap.encode(Begin(ids, REQUEST, (SAI,) * opening)), path, 0.0)
    if not opening:
        accept = tcap.decode(octets(first))
        assert isinstance(accept, Continue)
        more = Continue(ids, accept.otid, None, (SAI,))
        first = server.receive(tcap.encode(more), path, 0.0)
    (serve,) = first
    assert isinstance(serve, Serve)
    quintuplet = Quintuplet(*(bytes(16),) * 5)
    five = SendAuthenticationInfoRes(quintuplets=(quintuplet,) * 5)
    sent = octets(server.answer(serve.transaction, serve.invoke_id, five))
    assert len(Unitdata(remote, local, sent).encode()) <= 268
    (component,) = getattr(tcap.decode(sent), "components", ())
    assert component.parameter.count(bytes(16)) >= 1


def test_all_vectors_go_where_segments_are_allowed() -> None:
    server, own = serving()
    five = SendAuthenticationInfoRes(quintuplets=(Quintuplet(*(bytes(16),) * 5),) * 5)
    end = tcap.decode(octets(server.answer(own, 5, five)))
    (component,) = getattr(end, "components", ())
    assert decode_result(component.parameter) == five


@given(st.lists(st.binary(max_size=40), max_size=3))
def test_any_octets_are_survived(received: list[bytes]) -> None:
    server = dialogues(serves=True)
    for message in received:
        server.receive(message, BACK, 0.0)
        server.returned(message, "NO_TRANSLATION")


def test_every_failure_is_a_map_failure() -> None:
    named = [getattr(map_failure, name) for name in dir(map_failure)]
    failures = [n for n in named if isinstance(n, type) and issubclass(n, Exception)]
    assert len(failures) == 9
    assert all(issubclass(failure, MapFailure) for failure in failures)
