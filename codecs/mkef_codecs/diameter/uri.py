"""DiameterURI: where a node can be reached (RFC 6733 clause 4.3.1)."""

from __future__ import annotations

import re

from msgspec import Struct

from mkef_codecs.diameter.errors import InvalidAvpValue

_PORT, _SECURE_PORT = 3868, 5868
_URI = re.compile(
    r"(?P<scheme>aaas?)://(?P<host>[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,253}[A-Za-z0-9_])?)"
    r"(?::(?P<port>[0-9]{1,5}))?"
    r"(?:;transport=(?P<transport>tcp|sctp))?"  # UDP is for other protocols than Diameter
    r"(?:;protocol=diameter)?",
    re.IGNORECASE | re.ASCII,
)


class DiameterUri(Struct, frozen=True):
    """A node's FQDN and port; `secure` is the scheme aaas: TLS from the first octet."""

    host: str
    port: int
    secure: bool
    transport: str = "tcp"

    @classmethod
    def parse(cls, text: str) -> DiameterUri:
        """The URI of `aaas://mkef.example:5868;transport=tcp`; InvalidAvpValue for another text.

        The default ports are 3868 and, for aaas, 5868 (IANA's; the RFC's body says 5658).
        """
        match = _URI.fullmatch(text)
        if match is None:
            raise InvalidAvpValue("no URI of a Diameter node")
        secure = match["scheme"].lower() == "aaas"
        port = int(match["port"]) if match["port"] else _SECURE_PORT if secure else _PORT
        if not 0 < port < 1 << 16:
            raise InvalidAvpValue(f"{port} is no port")
        return cls(match["host"], port, secure, (match["transport"] or "tcp").lower())
