"""MAP's own dialogue PDUs, which travel in TCAP's user information (TS 29.002 clause 17.4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from mkef_codecs.generated.asn1 import MKEF_MAP
from mkef_codecs.ss7.asn1 import Asn1Type
from mkef_codecs.ss7.ber import Oid
from mkef_codecs.ss7.dialogue import UserInformation

MAP_DIALOGUE: Oid = (0, 4, 0, 0, 1, 1, 1, 1)
_PDU = Asn1Type("MAP-DialoguePDU", MKEF_MAP.MAP_DialoguePDU)


class MapDialogue(Enum):
    """The kind of a MAP dialogue PDU; the values are the ASN.1 alternatives."""

    OPEN = "open"
    ACCEPT = "accept"
    CLOSE = "close"
    REFUSE = "refuse"
    USER_ABORT = "userAbort"
    PROVIDER_ABORT = "providerAbort"


@dataclass(frozen=True, slots=True)
class MapDialoguePdu:
    """One MAP dialogue PDU; `reason` is the ASN.1 name of a refusal or an abort, for people."""

    kind: MapDialogue
    reason: str = ""


# What a PDU holds when we send it.
_VALUES: dict[MapDialogue, Any] = {
    MapDialogue.OPEN: {},
    MapDialogue.ACCEPT: {},
    MapDialogue.CLOSE: {},
    MapDialogue.REFUSE: {"reason": "noReasonGiven"},
    MapDialogue.USER_ABORT: {"choice": ("userSpecificReason", 0)},
    MapDialogue.PROVIDER_ABORT: {"reason": "abnormalDialogue"},
}


def encode_map_dialogue(kind: MapDialogue) -> UserInformation:
    """The user information that holds a MAP dialogue PDU."""
    return UserInformation(MAP_DIALOGUE, _PDU.encode((kind.value, _VALUES[kind])))


def decode_map_dialogue(information: tuple[UserInformation, ...]) -> MapDialoguePdu | None:
    """The MAP dialogue PDU of some user information, None if there is none of MAP's."""
    for entry in information:
        if entry.syntax == MAP_DIALOGUE:
            kind, value = _PDU.decode(entry.value)
            return MapDialoguePdu(MapDialogue(kind), _REASONS.get(kind, _no_reason)(value))
    return None


def _no_reason(_value: dict[str, Any]) -> str:
    return ""


_REASONS: dict[str, Callable[[dict[str, Any]], str]] = {
    "refuse": lambda value: str(value["reason"]),
    "userAbort": lambda value: str(value["choice"][0]),
    "providerAbort": lambda value: str(value["reason"]),
}
