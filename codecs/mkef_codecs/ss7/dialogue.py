"""TCAP's dialogue portion: AARQ, AARE and ABRT (ITU-T Q.773 clause 3.2)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from mkef_codecs.errors import CodecError
from mkef_codecs.generated.asn1 import MKEF_TCAP
from mkef_codecs.ss7.asn1 import Asn1Type, open_octets, open_value
from mkef_codecs.ss7.ber import Oid

STRUCTURED_DIALOGUE: Oid = (0, 0, 17, 773, 1, 1, 1)
_VERSION_1 = (1, 1)  # a bit string of one bit, set
_PDU = Asn1Type("DialoguePDU", MKEF_TCAP.DialoguePDU)


@dataclass(frozen=True, slots=True)
class UserInformation:
    """An abstract syntax and one encoded value of it."""

    syntax: Oid
    value: bytes


@dataclass(frozen=True, slots=True)
class DialogueRequest:
    """AARQ: the application context that the initiator proposes."""

    application_context: Oid
    user_information: tuple[UserInformation, ...] = ()


class Diagnostic(Enum):
    """Why a dialogue was accepted or rejected: ASN.1 alternative and value."""

    ACCEPTED = ("user", 0)
    NO_REASON_GIVEN = ("user", 1)
    CONTEXT_NOT_SUPPORTED = ("user", 2)
    PROVIDER_NULL = ("provider", 0)
    PROVIDER_NO_REASON_GIVEN = ("provider", 1)
    NO_COMMON_PORTION = ("provider", 2)


@dataclass(frozen=True, slots=True)
class DialogueResponse:
    """AARE: the application context that is accepted, or offered with a rejection."""

    application_context: Oid
    accepted: bool = True
    diagnostic: Diagnostic = Diagnostic.ACCEPTED
    user_information: tuple[UserInformation, ...] = ()


@dataclass(frozen=True, slots=True)
class DialogueAbort:
    """ABRT: a dialogue that its user, or TCAP, gave up."""

    by_provider: bool = False
    user_information: tuple[UserInformation, ...] = ()


Dialogue = DialogueRequest | DialogueResponse | DialogueAbort
Portion = dict[str, Any]  # the EXTERNAL as pycrate takes and gives it


def encode_portion(dialogue: Dialogue) -> Portion:
    """The EXTERNAL of a dialogue portion."""
    pdu = _PDU.encode(_ENCODERS[type(dialogue)](dialogue))
    return {"oid": STRUCTURED_DIALOGUE, "value": open_value(pdu)}


def decode_portion(portion: Portion) -> Dialogue:
    """The dialogue PDU of an EXTERNAL; unstructured dialogues are refused."""
    if portion["oid"] != STRUCTURED_DIALOGUE:
        raise CodecError("not a structured dialogue", path="dialoguePortion")
    kind, value = _PDU.decode(open_octets(portion["value"]))
    information = tuple(
        UserInformation(external["oid"], open_octets(external["value"]))
        for external in value.get("userInformation", ())
    )
    dialogue: Dialogue = _DECODERS[kind](value, information)
    return dialogue


def _user_information(dialogue: Dialogue) -> dict[str, Any]:
    externals = [{"oid": u.syntax, "value": open_value(u.value)} for u in dialogue.user_information]
    return {"userInformation": externals} if externals else {}


def _encode_request(d: DialogueRequest) -> tuple[str, Any]:
    value = {"protocolVersion": _VERSION_1, "applicationContext": d.application_context}
    return "aarq", value | _user_information(d)


def _encode_response(d: DialogueResponse) -> tuple[str, Any]:
    value = {
        "protocolVersion": _VERSION_1,
        "applicationContext": d.application_context,
        "result": 0 if d.accepted else 1,
        "diagnostic": d.diagnostic.value,
    }
    return "aare", value | _user_information(d)


def _encode_abort(d: DialogueAbort) -> tuple[str, Any]:
    return "abrt", {"source": int(d.by_provider)} | _user_information(d)


_ENCODERS: dict[type, Any] = {
    DialogueRequest: _encode_request,
    DialogueResponse: _encode_response,
    DialogueAbort: _encode_abort,
}


def _decode_response(value: dict[str, Any], info: tuple[UserInformation, ...]) -> Dialogue:
    try:
        diagnostic = Diagnostic(value["diagnostic"])
    except ValueError:
        diagnostic = Diagnostic.NO_REASON_GIVEN  # a number that Q.773 does not have
    return DialogueResponse(value["applicationContext"], value["result"] == 0, diagnostic, info)


_DECODERS: dict[str, Any] = {
    "aarq": lambda value, info: DialogueRequest(value["applicationContext"], info),
    "aare": _decode_response,
    "abrt": lambda value, info: DialogueAbort(value["source"] == 1, info),
}
