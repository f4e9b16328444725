"""`[sigtran]` of a configuration: a signalling point, its associations and its SCCP."""

from __future__ import annotations

import ipaddress
from typing import Annotated, Literal

from msgspec import Meta, field

from mkef.net.endpoint import Endpoint
from mkef.net.section import Section
from mkef.net.signalling_transport import Local
from mkef.net.signalling_transports import TransportChoice
from mkef.stack.ipa_asp import IpaRules
from mkef.stack.m3ua_peer import Rules
from mkef.stack.m3ua_servers import Provision
from mkef.stack.sccp_translation import Translation, TranslationTable
from mkef_codecs.ss7.m3ua import TrafficMode

PointCode = Annotated[int, Meta(ge=0, le=16383)]
Ssn = Annotated[int, Meta(ge=2, le=254)]
RoutingContext = Annotated[int, Meta(ge=0, le=0xFFFFFFFF)]
Digits = Annotated[str, Meta(pattern="^[0-9]{0,15}$")]
Mode = Literal["override", "loadshare", "broadcast"]
Plan = Literal["e164", "e212", "e214"]
PLANS: dict[str, int] = {"e164": 1, "e212": 6, "e214": 7}


class ApplicationServerSection(Section, frozen=True):
    """`[[sigtran.application_servers]]`: whose traffic this gateway hands to which ASPs."""

    routing_context: RoutingContext
    point_codes: tuple[PointCode, ...]
    traffic_mode: Mode | None = None  # none: what its first ASP asks for
    hosts: tuple[str, ...] = ()  # IP addresses that its ASPs come from; none: any

    def __post_init__(self) -> None:
        if not self.point_codes:
            raise ValueError("point_codes: an application server has at least one")
        for host in self.hosts:
            ipaddress.ip_address(host)

    def provision(self) -> Provision:
        """As the gateway sees it."""
        mode = _mode(self.traffic_mode)
        return Provision(
            self.routing_context, frozenset(self.point_codes), mode, frozenset(self.hosts)
        )


class TranslationSection(Section, frozen=True):
    """`[[sigtran.translations]]`: what becomes of global titles that begin with a prefix."""

    prefix: Digits
    numbering_plan: Plan = "e164"
    nature_of_address: Annotated[int, Meta(ge=0, le=127)] = 4  # international
    translation_type: Annotated[int, Meta(ge=0, le=255)] = 0
    replace_with: Digits | None = None  # instead of the prefix
    new_numbering_plan: Plan | None = None
    point_code: PointCode | None = None
    backup_point_code: PointCode | None = None
    ssn: Ssn | None = None  # the translation is final

    def __post_init__(self) -> None:
        if self.point_code is None and self.replace_with is None:
            raise ValueError("point_code or replace_with: a translation leads somewhere")
        if self.point_code is None and (self.ssn or self.backup_point_code is not None):
            raise ValueError("ssn and backup_point_code belong to a point_code")

    def row(self) -> Translation:
        """As SCCP sees it."""
        plan = self.new_numbering_plan
        return Translation(
            prefix=self.prefix,
            numbering_plan=PLANS[self.numbering_plan],
            nature_of_address=self.nature_of_address,
            translation_type=self.translation_type,
            replace_with=self.replace_with,
            new_numbering_plan=None if plan is None else PLANS[plan],
            point_code=self.point_code,
            backup_point_code=self.backup_point_code,
            ssn=self.ssn,
        )


class SigtranSection(Section, frozen=True):
    """`[sigtran]`: this signalling point and its associations."""

    point_code: PointCode
    ssn: Ssn
    listen: tuple[Endpoint, ...] = ()
    connect: tuple[Endpoint, ...] = ()  # the first that is active is preferred
    # The point codes that a peer of `connect` is a way to; none: all.
    reaches: dict[str, tuple[PointCode, ...]] = field(default_factory=dict)
    transport: TransportChoice = "auto"
    local_addresses: tuple[str, ...] = ()  # SCTP: all addresses of this end (multi-homing)
    local_port: Annotated[int, Meta(ge=0, le=65535)] = 0  # of associations that are opened
    udp_port: Annotated[int, Meta(ge=0, le=65535)] = 9899  # SCTP over UDP: ours, or the peer's
    role: Literal["asp-sg", "ipsp"] = "asp-sg"
    routing_context: RoutingContext | None = None
    register_routing_key: bool = False  # ask for the routing context (RKM)
    traffic_mode: Mode | None = None
    accept_routing_keys: bool = False  # of ASPs that register (RKM)
    application_servers: tuple[ApplicationServerSection, ...] = ()
    network_indicator: Annotated[int, Meta(ge=0, le=3)] = 2  # national
    global_title: Digits = ""  # of its own, E.164
    gateway_point_code: PointCode | None = None  # who translates global titles
    translations: tuple[TranslationSection, ...] = ()
    protocol_class: Literal[0, 1] = 0  # of SCCP; 1 keeps messages in sequence
    segmentation: bool = True  # XUDT for what does not fit into a UDT
    ipa_name: str = ""  # the unit name of an IPA client
    heartbeat_s: Annotated[float, Meta(ge=0)] = 30.0  # BEAT after so much silence; 0: never

    def __post_init__(self) -> None:
        for address in self.local_addresses:
            ipaddress.ip_address(address)
        if self.transport == "ipa" and self.connect and not self.ipa_name:
            raise ValueError("ipa_name: the peer knows an IPA client by its unit name")
        if self.local_port and len(self.connect) > 1:
            raise ValueError("local_port: each association needs a port of its own")
        for peer in self.reaches:
            if Endpoint.parse(peer) not in self.connect:
                raise ValueError(f"reaches: {peer} is no peer of connect")
        if self.role == "ipsp" and len(self.connect) > 1 and not self.reaches:
            raise ValueError(
                "reaches: wanted, since no gateway tells which point codes each peer of connect has"
            )

    @property
    def local(self) -> Local:
        """This end of associations."""
        return Local(self.local_addresses, self.local_port, self.udp_port)

    def reached(self, peer: Endpoint) -> frozenset[int] | None:
        """The point codes that a peer of `connect` is a way to; None: any."""
        for each, point_codes in self.reaches.items():
            if Endpoint.parse(each) == peer:
                return frozenset(point_codes)
        return None

    def rules(self) -> Rules:
        """Of M3UA associations."""
        return Rules(
            point_code=self.point_code,
            routing_context=self.routing_context,
            traffic_mode=_mode(self.traffic_mode),
            register=self.register_routing_key,
            ipsp=self.role == "ipsp",
            beat_s=self.heartbeat_s,
        )

    def ipa_rules(self) -> IpaRules:
        """Of IPA connections."""
        peer = self.gateway_point_code or 0
        return IpaRules(self.ipa_name, self.point_code, peer, self.heartbeat_s)

    def table(self) -> TranslationTable:
        """Of global titles."""
        return TranslationTable(tuple(section.row() for section in self.translations))


def _mode(name: Mode | None) -> TrafficMode | None:
    return None if name is None else TrafficMode[name.upper()]
