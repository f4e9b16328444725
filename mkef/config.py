"""The MKEF's configuration: `mkef.toml`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from mkef.net.capture import CaptureSection
from mkef.net.endpoint import Endpoint
from mkef.net.section import Count, Identity, Seconds, Section, WholeSeconds
from mkef.net.sigtran import PointCode, SigtranSection, Ssn
from mkef.net.tls import TlsSection
from mkef.ops.configuration import LogSection, MetricsSection
from mkef_codecs.establishment import Tag


class ZkSection(Section, frozen=True):
    """`[zk]`: where MTC Servers connect; with `[zk.tls]` Diameter over TLS, else plain TCP."""

    origin_host: Identity
    origin_realm: Identity
    listen: Endpoint = Endpoint("127.0.0.1", 5868)
    peers: tuple[Identity, ...] = ()  # Origin-Hosts that may connect; none: whoever is certified
    tls: TlsSection | None = None
    insecure: bool = False  # plain TCP off loopback, for the IMSIs of MCC 001 and 999 only
    watchdog_s: Seconds = 30.0


class MkefSigtranSection(SigtranSection, frozen=True):
    """`[zr.sigtran]`: the MKEF's own signalling point."""

    ssn: Ssn = 149


class ZrSection(Section, frozen=True):
    """`[zr]`: the HLR and how to ask it."""

    sigtran: MkefSigtranSection
    hlr_point_code: PointCode
    hlr_ssn: Ssn = 6
    encoding: Literal["extension", "operation"] = "extension"
    timeout_s: Seconds = 15.0


class KeysSection(Section, frozen=True):
    """`[keys]`: who may have which key, and for how long."""

    entitlements: Path  # CSV with a header
    tag: Tag = Tag()  # of tagged RANDs, 8 hexadecimal digits
    lifetime_s: WholeSeconds = 86_400
    same_answer_s: WholeSeconds = 60
    failures_per_hour: Count = 100
    server_failures_per_hour: Count = 1000
    max_requests: Count = 1000  # to the HLR at a time; more are refused as overload


class MkefConfig(Section, frozen=True):
    """Everything in the file."""

    zk: ZkSection
    zr: ZrSection
    keys: KeysSection
    capture: CaptureSection = CaptureSection()
    log: LogSection = LogSection()
    metrics: MetricsSection = MetricsSection()
