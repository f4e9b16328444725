"""The MKEF's configuration: `mkef.toml`."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from mkef.net.capture import CaptureSection
from mkef.net.database import Location
from mkef.net.diameter_section import DiameterSection
from mkef.net.endpoint import Endpoint
from mkef.net.section import Count, Identity, Seconds, Section, WholeSeconds
from mkef.net.sigtran import PointCode, SigtranSection, Ssn
from mkef.net.tls import TlsSection
from mkef.ops.configuration import LogSection, MetricsSection
from mkef_codecs.establishment import Tag

_WRITE_S = 2.0
_CLOSE_S = 10.0  # for DPA, for ASP-Inactive and ASP-Down, and for the store


class ZkSection(DiameterSection, frozen=True):
    """`[zk]`: where MTC Servers and agents connect."""

    listen: Endpoint = Endpoint("127.0.0.1", 5868)


class MkefSigtranSection(SigtranSection, frozen=True):
    """`[zr.sigtran]`: the MKEF's own signalling point."""

    ssn: Ssn = 149


class HlrSection(Section, frozen=True):
    """`[zr.hlr.NAME]`: one HLR, over MAP by point code, global title or IMSI, or over Diameter."""

    prefixes: tuple[str, ...] = ()  # of the IMSIs it has; none: all
    priority: Count = 1  # HLRs of the same prefix stand in for each other, the lowest first
    point_code: PointCode | None = None
    global_title: str | None = None
    by_imsi: bool = False  # the IMSI itself, E.212, for `translations`
    destination_realm: Identity | None = None
    destination_host: Identity | None = None  # in that realm; none: any
    ssn: Ssn = 6
    encoding: Literal["extension", "operation"] = "extension"
    timeout_s: Seconds = 15.0

    def __post_init__(self) -> None:
        ways = (self.point_code, self.global_title, self.destination_realm, self.by_imsi or None)
        if sum(way is not None for way in ways) != 1:
            raise ValueError("one of point_code, global_title, by_imsi and destination_realm")


class ZrSection(Section, frozen=True):
    """`[zr]`: the HLRs and how to ask them."""

    hlr: Annotated[dict[str, HlrSection], msgspec.Meta(min_length=1)]
    sigtran: MkefSigtranSection | None = None  # for HLRs over MAP
    diameter: DiameterSection | None = None  # for HLRs over Diameter
    patience_s: Seconds = 18.0  # for all HLRs of one request together
    breaker_failures: Count = 5  # in a row; then the HLR is left alone
    breaker_open_s: Seconds = 10.0  # for so long

    def __post_init__(self) -> None:
        for name, hlr in self.hlr.items():
            table = "sigtran" if hlr.destination_realm is None else "diameter"
            if getattr(self, table) is None:
                raise ValueError(f"{table}: wanted for hlr.{name}")


class HttpSection(Section, frozen=True):
    """`[http]`: key requests as JSON, for servers that speak no Diameter."""

    listen: Endpoint
    tls: TlsSection


class KeysSection(Section, frozen=True):
    """`[keys]`: which keys are released, for how long, and how many."""

    tag: Tag = Tag()  # of tagged RANDs, 8 hexadecimal digits
    lifetime_s: WholeSeconds = 86_400
    same_answer_s: WholeSeconds = 60
    remember_s: WholeSeconds | None = None  # random RANDs; None: for ever
    requests_per_hour: Count = 200
    failures_per_hour: Count = 100
    server_failures_per_hour: Count = 1000
    max_requests: Count = 1000  # to the HLRs at a time; more are refused as overload
    max_requests_per_server: Count = 500


class MkefConfig(Section, frozen=True):
    """Everything in the file."""

    zk: ZkSection
    zr: ZrSection
    store: Location  # entitlements and used RANDs: an SQLite file, or a postgresql:// URL
    workers: Annotated[int, msgspec.Meta(ge=1, le=64)] = 1  # processes on this machine
    keys: KeysSection = KeysSection()
    http: HttpSection | None = None
    capture: CaptureSection = CaptureSection()
    log: LogSection = LogSection()
    metrics: MetricsSection = MetricsSection()

    @property
    def settle_s(self) -> float:
        """How long requests under way have to end at a stop: their HLRs', and then the ledger's."""
        return self.zr.patience_s + _WRITE_S

    @property
    def stop_s(self) -> float:
        """How long a stop takes at most: keys over HTTP end first, then those over Diameter."""
        fronts = 1 if self.http is None else 2
        return fronts * self.settle_s + _CLOSE_S
