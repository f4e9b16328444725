"""Foreign readers of what we write: pycrate's own MAP module, and stock tshark."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mkef_codecs.ss7 import tcap
from mkef_codecs.ss7.component import Problem, Reject, ReturnError, ReturnResult
from mkef_codecs.ss7.dialogue import Diagnostic, DialogueAbort, DialogueRequest, DialogueResponse
from mkef_codecs.ss7.map_auth import (
    INFO_RETRIEVAL_V3,
    Encoding,
    Quintuplet,
    SendAuthenticationInfoArg,
    SendAuthenticationInfoRes,
    encode_result,
)
from mkef_codecs.ss7.map_dialogue import MapDialogue, encode_map_dialogue
from mkef_codecs.ss7.tcap import Abort, Begin, Continue, End

RANDS = (bytes(range(16)), bytes(range(16, 32)))
Make = Callable[[Encoding], Begin]


@pytest.fixture(scope="module")
def foreign() -> Any:
    """The message type of pycrate's MAP version 2 and 3."""
    from pycrate_asn1dir.TCAP_MAPv2v3 import GLOBAL

    return GLOBAL.MOD["TCAP-MAP-Messages"]["TCAP-MAP-Message"]


def test_pycrate_reads_the_variant(
    foreign: Any, begin: Make, argument: SendAuthenticationInfoArg
) -> None:
    foreign.from_ber(tcap.encode(begin(Encoding.EXTENSION)))
    kind, message = foreign.get_val()
    assert kind == "begin"
    assert message["otid"] == b"\0\0\0\x01"
    dialogue = message["dialoguePortion"]
    assert dialogue["direct-reference"] == (0, 0, 17, 773, 1, 1, 1)
    _, (_, invoke) = message["components"][0]
    assert invoke["opcode"] == ("local", 56)
    _, arg = invoke["argument"]
    assert arg["numberOfRequestedVectors"] == 2
    assert "segmentationProhibited" in arg
    extension = arg["extensionContainer"]["privateExtensionList"][0]
    assert extension["extId"] == (1, 3, 6, 1, 4, 1, 32473, 1, 1)
    assert argument.rand_list is not None
    rands = b"".join(b"\x04\x10" + rand for rand in argument.rand_list)
    assert extension["extType"] == ("_unk_0116", b"\x30\x24" + rands)


OWN = b"\0\0\0\x01"
ACCEPT = DialogueResponse(INFO_RETRIEVAL_V3)
QUINTUPLET = Quintuplet(bytes(16), bytes(8), bytes(16), bytes(16), bytes(16))
VECTORS = encode_result(SendAuthenticationInfoRes(quintuplets=(QUINTUPLET,) * 2))


def aborting(kind: MapDialogue) -> Abort:
    return Abort(OWN, dialogue=DialogueAbort(user_information=(encode_map_dialogue(kind),)))


MESSAGES = [
    Begin(OWN, DialogueRequest(INFO_RETRIEVAL_V3, (encode_map_dialogue(MapDialogue.OPEN),))),
    Continue(OWN, OWN, ACCEPT),
    End(OWN, ACCEPT, (ReturnResult(1, 56, VECTORS),)),
    End(OWN, ACCEPT, (ReturnError(1, 1),)),
    End(OWN, ACCEPT, (Reject(1, Problem.INVOKE, 1),)),
    End(OWN, None, (Reject(None, Problem.GENERAL, 0),)),
    Abort(
        OWN,
        dialogue=DialogueResponse(
            (0, 4, 0, 0, 1, 0, 14, 2),
            accepted=False,
            diagnostic=Diagnostic.CONTEXT_NOT_SUPPORTED,
            user_information=(encode_map_dialogue(MapDialogue.REFUSE),),
        ),
    ),
    *map(aborting, (MapDialogue.USER_ABORT, MapDialogue.PROVIDER_ABORT)),
    Abort(OWN, cause=1),
    Abort(OWN),
]


@pytest.mark.parametrize("message", MESSAGES)
def test_pycrate_knows_all_of_every_message_and_writes_the_same(
    foreign: Any, message: tcap.Message
) -> None:
    written = tcap.encode(message)
    foreign.from_ber(written)
    assert "_unk_" not in repr(foreign.get_val())
    assert foreign.to_ber() == written


def test_pycrate_writes_the_variant_the_same(foreign: Any, begin: Make, end: End) -> None:
    for message in (begin(Encoding.EXTENSION), begin(Encoding.OPERATION), end):
        written = tcap.encode(message)
        foreign.from_ber(written)
        assert foreign.to_ber() == written


def test_pycrate_reads_the_result(
    foreign: Any, end: End, result: SendAuthenticationInfoRes
) -> None:
    foreign.from_ber(tcap.encode(end))
    _, (_, component) = foreign.get_val()[1]["components"][0]
    _, value = component["result"]["result"]
    kind, triplets = value["authenticationSetList"]
    assert kind == "tripletList"
    expected = [{"rand": t.rand, "sres": t.sres, "kc": t.kc} for t in result.triplets]
    assert triplets == expected


ERRORS = "_ws.malformed || _ws.expert.severity == error"


def test_tshark_reads_the_variant(
    captured: Callable[..., Path], tshark: Callable[..., str], begin: Make, end: End
) -> None:
    file = captured(begin(Encoding.EXTENSION), end)
    assert tshark(file, "-Y", ERRORS) == ""
    fields = (
        "gsm_old.localValue",
        "e212.imsi",
        "gsm_map.ms.rand",
        "gsm_map.ms.kc",
        "sccp.called.ssn",
    )
    options = [option for field in fields for option in ("-e", field)]
    request, answer = tshark(file, "-T", "fields", "-E", "separator=;", *options).splitlines()
    assert request.split(";")[:2] == ["56", "001010123456789"]
    assert request.split(";")[4] == "6"
    rands = [rand.hex() for rand in RANDS]
    assert answer.split(";")[2].split(",") == rands
    assert answer.split(";")[3].split(",") == [rand[16:] for rand in rands]
    tree = tshark(file, "-V")
    assert "application-context-name: 0.4.0.0.1.0.14.3 (infoRetrievalContext-v3)" in tree
    assert "extId: 1.3.6.1.4.1.32473.1.1" in tree
    assert "segmentationProhibited" in tree


def test_tshark_reads_every_other_end(
    captured: Callable[..., Path], tshark: Callable[..., str], begin: Make
) -> None:
    answers = [message for message in MESSAGES if not isinstance(message, Begin)]
    request = begin(Encoding.EXTENSION)
    file = captured(*(message for answer in answers for message in (request, answer)))
    assert tshark(file, "-Y", ERRORS) == ""
    assert len(tshark(file, "-Y", "tcap").splitlines()) == 2 * len(answers)


def test_tshark_reads_the_operation_down_to_tcap(
    captured: Callable[..., Path], tshark: Callable[..., str], begin: Make
) -> None:
    file = captured(begin(Encoding.OPERATION))
    assert tshark(file, "-Y", "_ws.expert.severity == error") == ""
    assert "globalValue: 1.3.6.1.4.1.32473.1.3" in tshark(file, "-V")
