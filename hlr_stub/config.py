"""`hlr-stub.toml`."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from hlr_stub.wrapping import TransportKeySection
from mkef.net.capture import CaptureSection
from mkef.net.database import Location
from mkef.net.diameter_section import DiameterSection
from mkef.net.endpoint import Endpoint
from mkef.net.section import Identity, Section
from mkef.net.sigtran import SigtranSection, Ssn
from mkef.ops.configuration import LogSection, MetricsSection
from mkef_codecs.establishment import Tag

_TITLE = re.compile(r"[0-9]{1,15}", re.ASCII)


class HlrSigtranSection(SigtranSection, frozen=True):
    """`[sigtran]`: the HLR's own signalling point."""

    ssn: Ssn = 6


class HlrDiameterSection(DiameterSection, frozen=True):
    """`[diameter]`: RIR of MKEFs, AIR of MMEs and SGSNs."""

    listen: Endpoint = Endpoint("127.0.0.1", 5868)
    mkefs: tuple[Identity, ...] = ()  # Origin-Hosts that may use the variant


class AuditSection(Section, frozen=True):
    """`[audit]`: where each use of the variant is written down; no file, in the log."""

    file: Path | None = None


class HlrConfig(Section, frozen=True):
    """The whole file; the keys that clause 8 of protocol.md asks for stand at its top."""

    store: Location  # SQLite, made if it is not there, or postgresql://
    sigtran: HlrSigtranSection | None = None  # none: no MAP
    diameter: HlrDiameterSection | None = None  # none: no Diameter
    # Who may use the variant: by calling point code or global title, and, as neither proves
    # anything, by the address that the association comes from (none given: from any).
    mkef_point_codes: tuple[Annotated[int, Meta(ge=0, le=16383)], ...] = ()
    mkef_global_titles: tuple[str, ...] = ()
    mkef_hosts: tuple[str, ...] = ()
    variant: bool = True  # false: an HLR that has never heard of RANDs from outside
    allow_comp128v1: bool = False  # the variant would let an MKEF compute Ki
    tag: Tag = Tag()  # of tagged RANDs, 8 hexadecimal digits
    quota_per_hour: Annotated[int, Meta(ge=1)] = 1000  # requests of the variant for one IMSI
    transport_key: TransportKeySection = TransportKeySection()
    audit: AuditSection = AuditSection()
    capture: CaptureSection = CaptureSection()
    log: LogSection = LogSection()
    metrics: MetricsSection = MetricsSection()

    def __post_init__(self) -> None:
        if self.sigtran is None and self.diameter is None:
            raise ValueError("sigtran or diameter: at least one is wanted")
        listen = self.sigtran.listen if self.sigtran else ()
        exposed = [str(e) for e in listen if not e.loopback]
        if self.variant and exposed and not self.mkef_hosts:
            raise ValueError(
                f"mkef_hosts: the addresses of the MKEFs are wanted, since {exposed[0]} is not on "
                "loopback and a calling point code proves nothing; or variant = false"
            )
        if not all(map(_TITLE.fullmatch, self.mkef_global_titles)):
            raise ValueError("mkef_global_titles are 1 to 15 decimal digits each")
        for host in self.mkef_hosts:
            if str(ipaddress.ip_address(host)) != host:
                raise ValueError(f"mkef_hosts: {host} is written {ipaddress.ip_address(host)}")
