"""Messages of the variant, as they stand on the wire."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mkef.net.capture import Capture, Protocol
from mkef_codecs.identity import Imsi
from mkef_codecs.ss7 import m3ua, sccp, tcap
from mkef_codecs.ss7.component import Invoke, ReturnResult
from mkef_codecs.ss7.dialogue import DialogueRequest, DialogueResponse
from mkef_codecs.ss7.map_auth import (
    INFO_RETRIEVAL_V3,
    OPCODES,
    Encoding,
    SendAuthenticationInfoArg,
    SendAuthenticationInfoRes,
    Triplet,
    encode_argument,
    encode_result,
)
from mkef_codecs.ss7.map_dialogue import MapDialogue, encode_map_dialogue

RANDS = (bytes(range(16)), bytes(range(16, 32)))
MKEF = sccp.SccpAddress(149, 1)
HLR = sccp.SccpAddress(6, 2)


@pytest.fixture
def argument() -> SendAuthenticationInfoArg:
    return SendAuthenticationInfoArg(
        Imsi("001010123456789"), 2, segmentation_prohibited=True, rand_list=RANDS
    )


@pytest.fixture
def result() -> SendAuthenticationInfoRes:
    return SendAuthenticationInfoRes(
        tuple(Triplet(rand, rand[:4], rand[8:]) for rand in RANDS),
    )


@pytest.fixture
def begin(argument: SendAuthenticationInfoArg) -> Callable[[Encoding], tcap.Begin]:
    def make(encoding: Encoding) -> tcap.Begin:
        opening = DialogueRequest(INFO_RETRIEVAL_V3, (encode_map_dialogue(MapDialogue.OPEN),))
        invoke = Invoke(1, OPCODES[encoding], encode_argument(argument, encoding))
        return tcap.Begin(b"\0\0\0\x01", opening, (invoke,))

    return make


@pytest.fixture
def end(result: SendAuthenticationInfoRes) -> tcap.End:
    accept = DialogueResponse(
        INFO_RETRIEVAL_V3, user_information=(encode_map_dialogue(MapDialogue.ACCEPT),)
    )
    return tcap.End(b"\0\0\0\x01", accept, (ReturnResult(1, 56, encode_result(result)),))


@pytest.fixture
def captured(tmp_path: Path) -> Callable[..., Path]:
    """A capture of TCAP messages, by turns from the MKEF to the HLR and back."""

    def write(*messages: tcap.Message) -> Path:
        file = tmp_path / "messages.pcapng"
        capture = Capture(file, node="mkef", clock=lambda: 0.0)
        leg = capture.leg(Protocol.M3UA, "hlr", initiator=True, carried="")
        for i, message in enumerate(messages):
            called, calling = (MKEF, HLR) if i % 2 else (HLR, MKEF)
            unitdata = sccp.Unitdata(called, calling, tcap.encode(message), return_on_error=True)
            assert calling.point_code is not None
            assert called.point_code is not None
            label = m3ua.ProtocolData(calling.point_code, called.point_code, unitdata.encode())
            (leg.received if i % 2 else leg.sent)(m3ua.data(label).encode())
        capture.close()
        return file

    return write
