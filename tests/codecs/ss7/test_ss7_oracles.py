"""Foreign readers of what we write: pycrate's own MAP module, and stock tshark."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mkef_codecs.generate import asn1
from mkef_codecs.ss7 import tcap
from mkef_codecs.ss7.component import Problem, Reject, ReturnError
from mkef_codecs.ss7.dialogue import Diagnostic, DialogueAbort, DialogueResponse
from mkef_codecs.ss7.map_auth import (
    INFO_RETRIEVAL_V3,
    Encoding,
    SendAuthenticationInfoArg,
    SendAuthenticationInfoRes,
)
from mkef_codecs.ss7.map_dialogue import MapDialogue, encode_map_dialogue
from mkef_codecs.ss7.tcap import Abort, Begin, End

Make = Callable[[Encoding], Begin]


@pytest.fixture(scope="module")
def foreign() -> object:
    """The message type of pycrate's MAP version 2 and 3."""
    from pycrate_asn1dir.TCAP_MAPv2v3 import GLOBAL

    return GLOBAL.MOD["TCAP-MAP-Messages"]["TCAP-MAP-Message"]


def test_pycrate_reads_the_variant(
    foreign: object, begin: Make, argument: SendAuthenticationInfoArg
) -> None:
    foreign.from_ber(tcap.encode(begin(Encoding.EXTENSION)))  # type: ignore[attr-defined]
    kind, message = foreign.get_val()  # type: ignore[attr-defined]
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
