"""TCAP's dialogue portion: AARQ, AARE and ABRT (ITU-T Q.773 clause 3.2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from typing import Any

from mkef_codecs.errors import CodecError
from mkef_codecs.generated import mkef_tcap as asn1
from mkef_codecs.ss7.ber import Oid

STRUCTURED_DIALOGUE: Oid = (0, 0, 17, 773, 1, 1, 1)
_VERSION_1 = (1, 1)  # a bit string of one bit, set


@dataclass(frozen=True, slots=True)
class UserInformation:
    """An abstract syntax and one encoded value of it; `at` is its offset in what was received."""

    syntax: Oid
    value: bytes
    at: int = field(default=0, repr=False, compare=False)  # counted from the dialogue portion


# A dialogue does not change, and is sent again and again: what `encode_portion` made of it.
_WRITTEN: Any = field(default=b"", init=False, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class DialogueRequest:
    """AARQ: the application context that the initiator proposes."""

    application_context: Oid
    user_information: tuple[UserInformation, ...] = ()
    octets: bytes = _WRITTEN


class Diagnostic(Enum):
    """Why a dialogue was accepted or rejected: ASN.1 alternative and value."""

    ACCEPTED = ("user", 0)
    NO_REASON_GIVEN = ("user", 1)
    CONTEXT_NOT_SUPPORTED = ("user", 2)
    PROVIDER_NULL = ("provider", 0)
    PROVIDER_NO_REASON_GIVEN = ("provider", 1)
    NO_COMMON_PORTION = ("provider", 2)


_DIAGNOSTICS: dict[asn1.AAREDiagnostic, Diagnostic] = {each.value: each for each in Diagnostic}


@dataclass(frozen=True, slots=True)
class DialogueResponse:
    """AARE: the application context that is accepted, or offered with a rejection."""

    application_context: Oid
    accepted: bool = True
    diagnostic: Diagnostic = Diagnostic.ACCEPTED
    user_information: tuple[UserInformation, ...] = ()
    octets: bytes = _WRITTEN


@dataclass(frozen=True, slots=True)
class DialogueAbort:
    """ABRT: a dialogue that its user, or TCAP, gave up."""

    by_provider: bool = False
    user_information: tuple[UserInformation, ...] = ()
    octets: bytes = _WRITTEN


Dialogue = DialogueRequest | DialogueResponse | DialogueAbort


def encode_portion(dialogue: Dialogue) -> bytes:
    """The EXTERNAL of a dialogue portion."""
    if not dialogue.octets:
        pdu = asn1.encode_dialogue_pdu(_ENCODERS[type(dialogue)](dialogue))
        octets = asn1.encode_external(asn1.External(STRUCTURED_DIALOGUE, pdu))
        object.__setattr__(dialogue, "octets", octets)
    return dialogue.octets


# Each application context is opened, accepted and refused with the same octets again and again,
# so the last few are remembered.
@lru_cache(maxsize=64)
def decode_portion(octets: bytes) -> Dialogue:
    """The dialogue PDU of an EXTERNAL; unstructured dialogues are refused."""
    external = asn1.decode_external(octets)
    if external.oid != STRUCTURED_DIALOGUE:
        raise CodecError("not a structured dialogue", path="External.oid")
    try:
        kind, value = asn1.decode_dialogue_pdu(external.value)
    except CodecError as error:
        raise error.within(external.value_at, "External.value") from None
    dialogue: Dialogue = _DECODERS[kind](value, external.value_at)
    return dialogue


def _externals(dialogue: Dialogue) -> list[asn1.External] | None:
    return [asn1.External(u.syntax, u.value) for u in dialogue.user_information] or None


def _encode_request(d: DialogueRequest) -> asn1.DialoguePDU:
    return "aarq", asn1.AARQ(d.application_context, _VERSION_1, _externals(d))


def _encode_response(d: DialogueResponse) -> asn1.DialoguePDU:
    result = 0 if d.accepted else 1
    diagnostic: asn1.AAREDiagnostic = d.diagnostic.value
    return "aare", asn1.AARE(d.application_context, result, diagnostic, _VERSION_1, _externals(d))


def _encode_abort(d: DialogueAbort) -> asn1.DialoguePDU:
    return "abrt", asn1.ABRT(int(d.by_provider), _externals(d))


_ENCODERS: dict[type, Callable[[Any], asn1.DialoguePDU]] = {
    DialogueRequest: _encode_request,
    DialogueResponse: _encode_response,
    DialogueAbort: _encode_abort,
}


def _information(externals: list[asn1.External] | None, at: int) -> tuple[UserInformation, ...]:
    return tuple([UserInformation(e.oid, e.value, at + e.value_at) for e in externals or ()])


def _decode_request(value: asn1.AARQ, at: int) -> Dialogue:
    return DialogueRequest(value.application_context, _information(value.user_information, at))


def _decode_response(value: asn1.AARE, at: int) -> Dialogue:
    # A number that Q.773 does not have says nothing more.
    diagnostic = _DIAGNOSTICS.get(value.diagnostic, Diagnostic.NO_REASON_GIVEN)
    information = _information(value.user_information, at)
    return DialogueResponse(value.application_context, value.result == 0, diagnostic, information)


def _decode_abort(value: asn1.ABRT, at: int) -> Dialogue:
    return DialogueAbort(value.source == 1, _information(value.user_information, at))


_DECODERS: dict[str, Callable[[Any, int], Dialogue]] = {
    "aarq": _decode_request,
    "aare": _decode_response,
    "abrt": _decode_abort,
}

# The alternatives of DialoguePDU, as paths name them.
ALTERNATIVES: dict[type[Dialogue], str] = {
    DialogueRequest: "aarq",
    DialogueResponse: "aare",
    DialogueAbort: "abrt",
}
