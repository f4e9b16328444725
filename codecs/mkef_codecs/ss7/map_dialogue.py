"""MAP's own dialogue PDUs, which travel in TCAP's user information (TS 29.002 clause 17.4)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from mkef_codecs.errors import CodecError
from mkef_codecs.generated import mkef_map as asn1
from mkef_codecs.ss7.ber import Oid
from mkef_codecs.ss7.dialogue import UserInformation

MAP_DIALOGUE: Oid = (0, 4, 0, 0, 1, 1, 1, 1)


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


# What we send: each kind of PDU is always the same.
_PDUS: dict[MapDialogue, asn1.MAPDialoguePDU] = {
    MapDialogue.OPEN: ("open", asn1.MAPOpen()),
    MapDialogue.ACCEPT: ("accept", asn1.MAPAccept()),
    MapDialogue.CLOSE: ("close", asn1.MAPClose()),
    MapDialogue.REFUSE: ("refuse", asn1.MAPRefuse("noReasonGiven")),
    MapDialogue.USER_ABORT: ("userAbort", asn1.MAPUserAbort(("userSpecificReason", None))),
    MapDialogue.PROVIDER_ABORT: ("providerAbort", asn1.MAPProviderAbort("abnormalDialogue")),
}
_INFORMATION = {
    kind: UserInformation(MAP_DIALOGUE, asn1.encode_map_dialogue_pdu(pdu))
    for kind, pdu in _PDUS.items()
}


def encode_map_dialogue(kind: MapDialogue) -> UserInformation:
    """The user information that holds a MAP dialogue PDU."""
    return _INFORMATION[kind]


def decode_map_dialogue(information: tuple[UserInformation, ...]) -> MapDialoguePdu | None:
    """The MAP dialogue PDU of some user information, None if there is none of MAP's."""
    for index, entry in enumerate(information):
        if entry.syntax == MAP_DIALOGUE:
            try:
                return decode_pdu(entry.value)
            except CodecError as error:
                raise error.within(entry.at, f"userInformation.{index}.value") from None
    return None


# Nearly all peers send the same few: the last ones are remembered.
@lru_cache(maxsize=64)
def decode_pdu(octets: bytes) -> MapDialoguePdu:
    """A MAP dialogue PDU."""
    pdu = asn1.decode_map_dialogue_pdu(octets)
    return MapDialoguePdu(MapDialogue(pdu[0]), _reason(pdu))


def _reason(pdu: asn1.MAPDialoguePDU) -> str:
    if pdu[0] == "refuse" or pdu[0] == "providerAbort":
        return pdu[1].reason
    return pdu[1].choice[0] if pdu[0] == "userAbort" else ""
