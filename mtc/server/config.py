"""The MTC Server's configuration file."""

from __future__ import annotations

from pathlib import Path

from mkef.net.capture import CaptureSection
from mkef.net.diameter_section import DiameterSection
from mkef.net.endpoint import Endpoint
from mkef.net.section import Identity, Seconds, Section
from mkef.ops.configuration import LogSection, MetricsSection
from mkef_codecs.identity import ServerId
from mtc.server.key_requests import LimitsSection

COAP_PORT = 5683


class ZkSection(DiameterSection, frozen=True):
    """`[zk]`: the MKEFs of home networks, or agents on the way to them, by Diameter."""

    destination_realm: Identity | None = None  # none: the home network's, made of the IMSI
    realm_prefix: str = "epc"
    request_timeout_s: Seconds = 20

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.connect:
            raise ValueError("connect: at least one [[zk.connect]] is wanted")


class MtcServerConfig(Section, frozen=True):
    """`mtc-server.toml`."""

    server_id: ServerId
    store: Path  # which first messages were delivered; survives restarts
    zk: ZkSection
    listen: Endpoint = Endpoint("127.0.0.1", COAP_PORT)
    # Then an empty ACK, and the answer in a message of its own. A device repeats after 2 s: at
    # most 1 in service; a run that is to be repeatable has it out of reach.
    empty_ack_delay_s: Seconds = 0.1
    limits: LimitsSection = LimitsSection()
    capture: CaptureSection = CaptureSection()
    log: LogSection = LogSection()
    metrics: MetricsSection = MetricsSection()
