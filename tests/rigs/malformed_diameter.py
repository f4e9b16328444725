"""Malformed Diameter messages: what each breaks, and what a node says to it.

A message is a table of AVPs as octets; a row of the corpus is a good message with one thing wrong.
Nothing here uses our codecs, which are what is tried.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from zlib import crc32

REQUEST, PROXIABLE, ERROR = 0x80, 0x40, 0x20
V, M = 0x80, 0x40
ETSI = 13019
OURS, THREE_GPP = 32473, 10415
ZK = 16781313
HOME = "epc.mnc001.mcc001.3gppnetwork.org"


class Then(Enum):
    """What follows where no answer does."""

    CLOSED = "the connection ends"
    SILENCE = "nothing is said, and the connection stays"


@dataclass(frozen=True)
class Avp:
    """An AVP, or what passes for one."""

    code: int
    data: bytes
    vendor: int = 0
    flags: int = M
    length: int | None = None  # a lie

    @property
    def octets(self) -> bytes:
        vendor = self.vendor.to_bytes(4, "big") if self.flags & V else b""
        body = vendor + self.data
        length = 8 + len(body) if self.length is None else self.length
        head = self.code.to_bytes(4, "big") + bytes((self.flags,)) + length.to_bytes(3, "big")
        return head + body + bytes(-len(body) % 4)

    @property
    def header_octets(self) -> int:
        return 12 if self.flags & V else 8


@dataclass(frozen=True)
class Message:
    """A header and AVPs by name."""

    command: int
    application: int
    flags: int
    avps: dict[str, Avp]
    identifier: int = 1  # hop by hop and end to end
    version: int = 1
    length: int | None = None  # a lie

    @property
    def octets(self) -> bytes:
        body = b"".join(avp.octets for avp in self.avps.values())
        length = 20 + len(body) if self.length is None else self.length
        return (
            bytes((self.version,))
            + length.to_bytes(3, "big")
            + bytes((self.flags,))
            + self.command.to_bytes(3, "big")
            + self.application.to_bytes(4, "big")
            + self.identifier.to_bytes(4, "big") * 2
            + body
        )

    def without(self, name: str) -> Message:
        return replace(self, avps={n: avp for n, avp in self.avps.items() if n != name})

    def having(self, name: str, avp: Avp) -> Message:
        return replace(self, avps=self.avps | {name: avp})


@dataclass(frozen=True)
class Case:
    """One row: the octets, and a Result-Code or what else happens."""

    name: str
    clause: str
    octets: bytes
    expected: int | Then
    failed_avp: int | None = None  # code of the AVP that Failed-AVP shows
    introduced: bool = True  # CER and CEA come first
    ends: bool = field(default=False)  # the connection is closed after the answer


def number(value: int, octets: int = 4) -> bytes:
    return value.to_bytes(octets, "big")


def vendor_specific(vendor: int, application: int) -> bytes:
    return Avp(266, number(vendor)).octets + Avp(258, number(application)).octets


# Good messages.

ORIGIN = {
    "Origin-Host": Avp(264, b"mtc-server.example"),
    "Origin-Realm": Avp(296, b"example"),
}
CER = Message(
    257,
    0,
    REQUEST,
    ORIGIN
    | {
        "Host-IP-Address": Avp(257, b"\0\1\x7f\0\0\1"),
        "Vendor-Id": Avp(266, number(0)),
        "Product-Name": Avp(269, b"corpus", flags=0),
        "Origin-State-Id": Avp(278, number(1)),
        "Vendor-Specific-Application-Id": Avp(260, vendor_specific(OURS, ZK)),
        "Firmware-Revision": Avp(267, number(1), flags=0),
    },
)
DWR = Message(280, 0, REQUEST, ORIGIN | {"Origin-State-Id": Avp(278, number(1))})
DPR = Message(282, 0, REQUEST, ORIGIN | {"Disconnect-Cause": Avp(273, number(0))})
MKR = Message(
    16777214,
    ZK,
    REQUEST | PROXIABLE,
    {
        "Session-Id": Avp(263, b"mtc-server.example;1;1"),
        "Vendor-Specific-Application-Id": Avp(260, vendor_specific(OURS, ZK)),
        "Auth-Session-State": Avp(277, number(1)),
        **ORIGIN,
        "Destination-Realm": Avp(283, HOME.encode()),
        "Destination-Host": Avp(293, f"mkef.{HOME}".encode()),
        "User-Name": Avp(1, b"001010123456789"),
        "MTC-Key-Profile": Avp(2, number(0), OURS, V | M),
        "MTC-Device-RAND": Avp(3, bytes(range(16)), OURS, V | M),
        "MTC-Encrypted-RES": Avp(4, bytes(4), OURS, V | M),
        "MTC-Server-Id": Avp(5, b"mtc.example", OURS, V | M),
        "Requested-Key-Lifetime": Avp(415, number(0xFFFFFFFF), THREE_GPP, V | M),
        "Proxy-Info": Avp(284, Avp(280, b"relay.example").octets + Avp(33, b"state").octets),
    },
)
GOOD = {"CER": CER, "DWR": DWR, "DPR": DPR, "MKR": MKR}

# What a grammar demands and what may stand in it once; the rest may repeat.
REQUIRED = {
    "CER": ("Origin-Host", "Origin-Realm", "Host-IP-Address", "Vendor-Id", "Product-Name"),
    "DWR": ("Origin-Host", "Origin-Realm"),
    "DPR": ("Origin-Host", "Origin-Realm", "Disconnect-Cause"),
    "MKR": (
        *("Session-Id", "Auth-Session-State", "Origin-Host", "Origin-Realm", "Destination-Realm"),
        *("User-Name", "MTC-Key-Profile", "MTC-Device-RAND", "MTC-Encrypted-RES"),
    ),
}
MAY_REPEAT = {"Host-IP-Address", "Vendor-Specific-Application-Id@CER", "Proxy-Info"}
GRAMMAR = {
    "CER": "RFC 6733 5.3.1",
    "DWR": "RFC 6733 5.5.1",
    "DPR": "RFC 6733 5.4.1",
    "MKR": "protocol.md 5",
}

NO_IDENTITY = {
    "empty": b"",
    "not ASCII": b"m\xfcnchen.example",
    "a space inside": b"mtc server.example",
    "a zero octet inside": b"mtc\0.example",
    "a line end inside": b"mtc.example\r\nx",
    "256 octets": b"a" * 256,
}
NO_UTF8 = {
    "a lone continuation": b"\x80",
    "an overlong slash": b"\xc0\xaf",
    "a surrogate": b"\xed\xa0\x80",
    "beyond Unicode": b"\xf5\x80\x80\x80",
    "cut short": b"\xe2\x82",
}
FOUR_OCTETS = {"no octets": b"", "3 octets": bytes(3), "5 octets": bytes(5), "8 octets": bytes(8)}
NOT_16 = {"no octets": b"", "15 octets": bytes(15), "17 octets": bytes(17), "32 octets": bytes(32)}

VALUES: dict[str, tuple[str, int, dict[str, bytes]]] = {
    "Origin-Host": ("RFC 6733 4.3.1", 5004, NO_IDENTITY),
    "Origin-Realm": ("RFC 6733 4.3.1", 5004, NO_IDENTITY),
    "Destination-Realm": ("RFC 6733 4.3.1", 5004, NO_IDENTITY),
    "Destination-Host": ("RFC 6733 4.3.1", 5004, NO_IDENTITY),
    "Session-Id": ("RFC 6733 4.3.1", 5004, NO_UTF8),
    "Product-Name": ("RFC 6733 4.3.1", 5004, NO_UTF8),
    "User-Name": ("RFC 6733 4.3.1", 5004, NO_UTF8),
    "MTC-Server-Id": ("RFC 6733 4.3.1", 5004, NO_UTF8),
    "Vendor-Id": ("RFC 6733 4.2", 5014, FOUR_OCTETS),
    "Origin-State-Id": ("RFC 6733 4.2", 5014, FOUR_OCTETS),
    "Firmware-Revision": ("RFC 6733 4.2", 5014, FOUR_OCTETS),
    "Disconnect-Cause": ("RFC 6733 4.2", 5014, FOUR_OCTETS),
    "Auth-Session-State": ("RFC 6733 4.2", 5014, FOUR_OCTETS),
    "MTC-Key-Profile": ("RFC 6733 4.2", 5014, FOUR_OCTETS),
    "Requested-Key-Lifetime": ("RFC 6733 4.3.1", 5014, FOUR_OCTETS),
    "MTC-Device-RAND": ("protocol.md 5", 5014, NOT_16),
}
# Well-formed AVPs whose value the protocol does not have.
NO_VALUES: dict[str, dict[str, dict[str, bytes]]] = {
    "CER": {
        "Host-IP-Address": {
            "a family that nobody knows": b"\0\x99\x7f\0\0\1",
            "no family": b"",
            "IPv4 of 3 octets": b"\0\1\x7f\0\0",
            "IPv6 of 4 octets": b"\0\2\x7f\0\0\1",
        },
    },
    "DPR": {"Disconnect-Cause": {"3": number(3), "-1": number(0xFFFFFFFF)}},
    "MKR": {
        "Auth-Session-State": {"2": number(2), "-1": number(0xFFFFFFFF)},
        "User-Name": {
            "5 digits": b"00101",
            "16 digits": b"0010101234567890",
            "a letter": b"00101012345678a",
            "a minus sign": b"-01010123456789",
            "other digits": "٠٠١٠١٠١٢٣٤٥٦٧٨٩".encode(),
            "empty": b"",
        },
        "MTC-Key-Profile": {
            "beyond an octet": number(256),
            "the largest": number(0xFFFFFFFF),
            "the reserved bit": number(1),
            "n - 1 = 3": number(0x30),
        },
        "MTC-Encrypted-RES": {
            "no octets": b"",
            "3 octets": bytes(3),
            "5 octets": bytes(5),
            "for two vectors": bytes(8),
        },
        "MTC-Server-Id": {"upper case": b"MTC.example", "empty": b"", "a space": b"mtc example"},
        "Vendor-Specific-Application-Id": {
            "another vendor": vendor_specific(THREE_GPP, ZK),
            "another application": vendor_specific(OURS, ZK + 1),
            "accounting": Avp(266, number(OURS)).octets + Avp(259, number(ZK)).octets,
        },
    },
}


def corpus() -> list[Case]:
    """Every row, at least 200 of them; names are all different."""
    return [
        *_streams(),
        *_headers(),
        *_missing(),
        *_repeated(),
        *_lengths(),
        *_values(),
        *_groups(),
        *_flags(),
        *_unknown(),
        *_answers(),
        *_at_the_wrong_moment(),
    ]


def _case(
    kind: str,
    name: str,
    clause: str,
    message: Message,
    expected: int | Then,
    failed_avp: int | None = None,
) -> Case:
    """A CER is the first message of its connection, which a refusal ends (RFC 6733 5.3).

    Identifiers differ, since the same one again would be the same request again.
    """
    first = kind == "CER"
    title = f"{kind}: {name}"
    return Case(
        title,
        clause,
        replace(message, identifier=crc32(title.encode())).octets,
        expected,
        failed_avp,
        introduced=not first,
        ends=first,
    )


def _streams() -> Iterator[Case]:
    """What is no Diameter at all, and lengths that no message has."""
    for length in (0, 1, 4, 8, 16, 19):
        lie = replace(MKR, length=length)
        yield _case("MKR", f"a length of {length}", "RFC 6733 3", lie, Then.CLOSED)
    for length in (65_540, 1 << 20, (1 << 24) - 4):
        lie = replace(MKR, length=length)
        yield _case("MKR", f"a length of {length}", "RFC 6733 3", lie, Then.CLOSED)
    foreign = {
        "HTTP": b"GET / HTTP/1.1\r\nHost: mkef.example\r\n\r\n",
        "SSH": b"SSH-2.0-OpenSSH_9.2p1\r\n" + bytes(20),
        "a TLS hello": bytes.fromhex("1603010200010001fc0303") + bytes(512),
        "zeros": bytes(64),
        "ones": b"\xff" * 64,
        "RADIUS": bytes.fromhex("01010014") + bytes(16) + b"\x01\x06user",
        "SIP": b"OPTIONS sip:mkef SIP/2.0\r\n\r\n",
    }
    for name, octets in foreign.items():
        yield Case(f"{name} first", "RFC 6733 3", octets, Then.CLOSED, introduced=False)


def _headers() -> Iterator[Case]:
    for version in (0, 2, 255):
        for kind in ("DWR", "MKR"):
            wrong = replace(GOOD[kind], version=version)
            yield _case(kind, f"version {version}", "RFC 6733 7.1.5", wrong, 5011)
    for extra in (1, 2, 3):
        long = replace(MKR, length=len(MKR.octets) + extra)
        case = _case("MKR", f"a length of 4n + {extra}", "RFC 6733 3", long, 5015)
        yield replace(case, octets=case.octets + bytes(extra))
    for kind in ("CER", "DWR", "DPR", "MKR"):
        wrong = replace(GOOD[kind], flags=GOOD[kind].flags | ERROR)
        yield _case(kind, "the E bit in a request", "RFC 6733 7.1.3", wrong, 3008)
    for application in (1, 4, ZK + 1, ZK - 1, 16777251, 0x7FFFFFFF):
        wrong = replace(MKR, application=application)
        yield _case("MKR", f"application {application}", "RFC 6733 7.1.3", wrong, 3007)
    yield _case("MKR", "application 0", "RFC 6733 7.1.3", replace(MKR, application=0), 3001)
    for command in (0, 1, 258, 271, 272, 274, 316, 318, 16777213, 16777215):
        wrong = replace(MKR, command=command)
        yield _case("command", f"{command} of application Zk", "RFC 6733 7.1.3", wrong, 3001)
    for command, application in ((274, 4), (318, 16777251), (16777215, 16781314)):
        stranger = replace(MKR, command=command, application=application)
        title = f"{command} of application {application}, which is not served"
        yield _case("command", title, "RFC 6733 7.1.3", stranger, 3007)
    empty = replace(MKR, avps={})
    yield _case("MKR", "no AVPs", "protocol.md 5", empty, 5005, 263)


def _missing() -> Iterator[Case]:
    for kind, names in REQUIRED.items():
        for name in names:
            wrong = GOOD[kind].without(name)
            code = GOOD[kind].avps[name].code
            yield _case(kind, f"no {name}", GRAMMAR[kind], wrong, 5005, code)


def _repeated() -> Iterator[Case]:
    for kind, good in GOOD.items():
        for name, avp in good.avps.items():
            if not {name, f"{name}@{kind}"} & MAY_REPEAT:
                wrong = good.having("again", avp)
                yield _case(kind, f"{name} twice", GRAMMAR[kind], wrong, 5009, avp.code)


def _lengths() -> Iterator[Case]:
    """AVP lengths that are shorter than a header or lead out of the message."""
    for kind, good in GOOD.items():
        for name, avp in good.avps.items():
            whole = avp.header_octets + len(avp.data)
            lies = {0, avp.header_octets - 1, len(good.octets), 0xFFFFFF} - {whole}
            for lie in sorted(lies):
                wrong = good.having(name, replace(avp, length=lie))
                title = f"{name} of length {lie}"
                yield _case(kind, title, "RFC 6733 4.1", wrong, 5014, avp.code)
        half = replace(good, length=len(good.octets) + 4)
        case = _case(kind, "half an AVP header at the end", "RFC 6733 4.1", half, 5014)
        yield replace(case, octets=case.octets + number(264))


def _values() -> Iterator[Case]:
    for kind, good in GOOD.items():
        for name, avp in good.avps.items():
            clause, code, wrongs = VALUES.get(name, ("", 0, {}))
            for what, data in wrongs.items():
                wrong = good.having(name, replace(avp, data=data))
                yield _case(kind, f"{name}: {what}", clause, wrong, code, avp.code)
    for kind, names in NO_VALUES.items():
        for name, datas in names.items():
            avp = GOOD[kind].avps[name]
            for what, data in datas.items():
                wrong = GOOD[kind].having(name, replace(avp, data=data))
                yield _case(kind, f"{name}: value {what}", GRAMMAR[kind], wrong, 5004, avp.code)


def _groups() -> Iterator[Case]:
    """Groups whose members are wrong; Failed-AVP shows the group around the member."""
    inside: dict[str, tuple[int, bytes]] = {
        "no members": (5005, b""),
        "no Vendor-Id": (5005, Avp(258, number(ZK)).octets),
        "Vendor-Id twice": (5009, Avp(266, number(OURS)).octets * 2),
        "Vendor-Id of 3 octets": (5014, Avp(266, bytes(3)).octets),
        "a member longer than its group": (5014, Avp(266, number(OURS), length=40).octets),
        "a member of length 0": (5014, Avp(266, number(OURS), length=0).octets),
        "half a header": (5014, number(266)),
        "an unknown member with M": (
            5001,
            vendor_specific(OURS, ZK) + Avp(9999, b"", THREE_GPP, V | M).octets,
        ),
    }
    for kind in ("CER", "MKR"):
        for what, (code, data) in inside.items():
            wrong = GOOD[kind].having("Vendor-Specific-Application-Id", Avp(260, data))
            title = f"Vendor-Specific-Application-Id: {what}"
            yield _case(kind, title, "RFC 6733 6.11", wrong, code, 260)


def _flags() -> Iterator[Case]:
    """AVPs without the M bit of their definition (protocol.md clause 5)."""
    for name, avp in MKR.avps.items():
        if avp.vendor == OURS:
            wrong = MKR.having(name, replace(avp, flags=V))
            yield _case("MKR", f"{name} without M", "RFC 6733 7.1.3", wrong, 3009, avp.code)


def _unknown() -> Iterator[Case]:
    """AVPs that nobody knows, with the M bit (RFC 6733 4.1)."""
    strangers = {
        "of no vendor": Avp(9999, b"?"),
        "of no vendor, code 0": Avp(0, b""),
        "of no vendor, the largest code": Avp(0xFFFFFFFF, b""),
        "of 3GPP": Avp(9999, b"?", THREE_GPP, V | M),
        "of ETSI": Avp(1, b"?", ETSI, V | M),
        "of ours": Avp(99, b"?", OURS, V | M),
        "Origin-Host of another vendor": Avp(264, b"mtc.example", ETSI, V | M),
    }
    for kind in ("CER", "DWR", "DPR", "MKR"):
        for what, avp in strangers.items():
            wrong = GOOD[kind].having("stranger", avp)
            title = f"an unknown AVP {what}"
            yield _case(kind, title, "RFC 6733 4.1", wrong, 5001, avp.code)


def _answers() -> Iterator[Case]:
    """Answers to nothing are discarded (RFC 6733 6.2.1), readable or not."""
    result = {"Result-Code": Avp(268, number(2001))}
    answers = {
        "an MKA": Message(16777214, ZK, PROXIABLE, MKR.avps | result),
        "an MKA without AVPs": Message(16777214, ZK, PROXIABLE, {}),
        "an answer-message": Message(16777214, ZK, PROXIABLE | ERROR, ORIGIN | result),
        "an answer-message without AVPs": Message(16777214, ZK, ERROR, {}),
        "a DWA": Message(280, 0, 0, ORIGIN | result),
        "an answer to a command that nobody knows": Message(999, 999, 0, ORIGIN | result),
    }
    for what, message in answers.items():
        yield Case(f"{what} to nothing", "RFC 6733 6.2.1", message.octets, Then.SILENCE)


def _at_the_wrong_moment() -> Iterator[Case]:
    """Before capabilities are exchanged, nothing else is said (RFC 6733 5.6)."""
    result = {"Result-Code": Avp(268, number(2001))}
    early = {
        "DWR": DWR,
        "DPR": DPR,
        "MKR": MKR,
        "CEA": Message(257, 0, 0, CER.avps | result),
        "DWA": Message(280, 0, 0, ORIGIN | result),
    }
    for kind, message in early.items():
        title = f"{kind} before any CER"
        yield Case(title, "RFC 6733 5.6", message.octets, Then.CLOSED, introduced=False)
    inband = CER.having("Inband-Security-Id", Avp(299, number(1)))
    yield _case("CER", "in-band TLS alone", "RFC 6733 5.3.1", inband, 5017)
    other = Avp(260, vendor_specific(THREE_GPP, 16777251))
    nothing = CER.having("Vendor-Specific-Application-Id", other)
    yield _case("CER", "no common application", "RFC 6733 5.3", nothing, 5010)
    none = CER.without("Vendor-Specific-Application-Id")
    yield _case("CER", "no application", "RFC 6733 5.3", none, 5010)
