"""Application servers as a signalling gateway sees them (RFC 4666 clauses 4.3.2, 4.3.4, 4.4).

An application server is a set of ASPs that share the traffic of a routing key. Where none is
configured, each peer host is one of its own, and takes whatever is sent to it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum, auto

from mkef.stack.m3ua_events import Effects, Forward, Note, Tell
from mkef_codecs.ss7.m3ua import (
    SCCP,
    ErrorCode,
    Kind,
    M3uaError,
    Message,
    ProtocolData,
    Status,
    Tag,
    TrafficMode,
)
from mkef_codecs.ss7.m3ua_parameters import RegistrationResult, RoutingKey

RECOVERY_S = 2.0  # T(r) (RFC 4666 clause 4.3.2)
MAX_PENDING = 1000  # messages that wait for an ASP of one application server
MAX_REGISTERED = 256  # routing keys
FIRST_REGISTERED = 0x4000_0000  # routing contexts that are given out begin here


class AsState(Enum):
    """Of an application server (RFC 4666 clause 4.3.2)."""

    DOWN = auto()
    INACTIVE = auto()
    ACTIVE = auto()
    PENDING = auto()  # its last ASP has gone: traffic waits T(r)


STATUS = {
    AsState.INACTIVE: Status.AS_INACTIVE,
    AsState.ACTIVE: Status.AS_ACTIVE,
    AsState.PENDING: Status.AS_PENDING,
}


class Registration(int, Enum):
    """What becomes of a routing key (RFC 4666 clause 3.6.2)."""

    SUCCESS = 0
    INVALID_ROUTING_KEY = 4
    PERMISSION_DENIED = 5
    CANNOT_SUPPORT_UNIQUE_ROUTING = 6
    INSUFFICIENT_RESOURCES = 8
    UNSUPPORTED_PARAMETER = 9
    UNSUPPORTED_TRAFFIC_MODE = 10
    ALREADY_REGISTERED = 12


class Deregistration(int, Enum):
    """What becomes of a routing context that is given back (RFC 4666 clause 3.6.4)."""

    SUCCESS = 0
    INVALID_ROUTING_CONTEXT = 2
    NOT_REGISTERED = 4
    STILL_ACTIVE = 5


@dataclass(frozen=True, slots=True)
class Provision:
    """An application server as it is configured or registered."""

    routing_context: int | None
    point_codes: frozenset[int] = frozenset()  # none: whatever is sent to its host
    traffic_mode: TrafficMode | None = None  # none: what its first ASP asks for
    hosts: frozenset[str] = frozenset()  # none: any host's ASPs
    registered_by: str | None = None


@dataclass(slots=True)
class ApplicationServer:
    """An application server and its ASPs, those that are up by name, the active ones true."""

    provision: Provision
    mode: TrafficMode
    asps: dict[str, bool] = field(default_factory=dict)
    state: AsState = AsState.DOWN
    waiting: deque[ProtocolData] = field(default_factory=deque)
    deadline: float | None = None

    def active(self) -> list[str]:
        """ASPs that take traffic."""
        return [asp for asp, active in self.asps.items() if active]

    def settle(self, now: float) -> Effects:
        """The state that follows from the ASPs; every ASP hears of a new one."""
        before, self.state = self.state, self._state()
        if before is self.state:
            return []
        self.deadline = now + RECOVERY_S if self.state is AsState.PENDING else None
        effects = self.notify(self.asps, STATUS.get(self.state))
        if self.state is AsState.ACTIVE:
            effects += self._flush()
        return effects

    def _state(self) -> AsState:
        if any(self.asps.values()):
            return AsState.ACTIVE
        if self.state in {AsState.ACTIVE, AsState.PENDING}:
            return AsState.PENDING
        return AsState.INACTIVE if self.asps else AsState.DOWN

    def expire(self) -> Effects:
        """T(r) has run out: what waited is lost."""
        self.state = AsState.DOWN
        self.deadline = None
        lost = len(self.waiting)
        self.waiting.clear()
        note = Note("M3UA traffic lost", {"messages": lost, "problem": "no ASP came back in time"})
        return [note] if lost else []

    def notify(self, asps: Iterable[str], status: Status | None) -> Effects:
        """An NTFY for some ASPs."""
        if status is None:
            return []
        parameters: dict[int, bytes] = {Tag.STATUS: status.to_bytes(4, "big")}
        if self.provision.routing_context is not None:
            parameters[Tag.ROUTING_CONTEXT] = self.provision.routing_context.to_bytes(4, "big")
        message = Message(Kind.NTFY, parameters)
        supersedes = status is Status.ALTERNATE_ASP_ACTIVE
        return [Tell(asp, message, supersedes) for asp in asps]

    def share(self, data: ProtocolData) -> list[str]:
        """The ASPs that a message goes to."""
        active = self.active()
        if self.mode is TrafficMode.LOADSHARE and active:
            return [active[data.sls % len(active)]]
        return active if self.mode is TrafficMode.BROADCAST else active[-1:]

    def forward(self, data: ProtocolData) -> Effects:
        """Traffic for its ASPs, now or when one is active again."""
        if self.state is AsState.PENDING:
            if len(self.waiting) >= MAX_PENDING:
                return [Note("M3UA traffic lost", {"problem": "too much waits for an ASP"})]
            self.waiting.append(data)
            return []
        context = self.provision.routing_context
        return [Forward(asp, data, context) for asp in self.share(data)]

    def _flush(self) -> Effects:
        waiting, self.waiting = self.waiting, deque()
        return [effect for data in waiting for effect in self.forward(data)]


class ApplicationServers:
    """All application servers of a gateway. ASPs are named by their associations."""

    def __init__(self, provisions: Iterable[Provision] = (), *, registers: bool = False) -> None:
        self._servers = [_server(provision) for provision in provisions]
        self.registers = registers
        self._implicit = not self._servers and not registers
        self._groups: dict[str, str] = {}  # the host of each ASP that is up
        self._next_context = FIRST_REGISTERED

    # What ASPs ask for.

    def up(self, asp: str, host: str, now: float) -> Effects:
        """ASPUP: the ASP is a member of what its host may serve, and hears how that stands."""
        self._groups[asp] = host
        if self._implicit and not self._of_host(host):
            self._servers.append(_server(Provision(None, hosts=frozenset({host}))))
        effects: Effects = []
        for server in self._permitted(host):
            if server.provision.registered_by is not None:
                continue
            server.asps.setdefault(asp, False)
            told = server.settle(now)
            effects += told or server.notify((asp,), STATUS.get(server.state))
        return effects

    def activate(
        self, asp: str, contexts: tuple[int, ...], mode: int | None, now: float
    ) -> tuple[tuple[int, ...], Effects]:
        """ASPAC: the routing contexts that are granted, and what others hear; raises M3uaError."""
        servers = self._named(asp, contexts)
        if not servers:
            raise M3uaError(ErrorCode.NO_CONFIGURED_AS, "no application server for this ASP")
        if mode is not None and mode not in set(TrafficMode):
            raise M3uaError(ErrorCode.UNSUPPORTED_TRAFFIC_MODE, f"traffic mode {mode}")
        for server in servers:
            fixed = server.provision.traffic_mode is not None or server.active()
            if mode is not None and fixed and mode != server.mode:
                problem = f"traffic mode {mode} where {server.mode.name} is in use"
                raise M3uaError(ErrorCode.UNSUPPORTED_TRAFFIC_MODE, problem)
        effects: Effects = []
        for server in servers:
            if mode is not None:
                server.mode = TrafficMode(mode)
            effects += self._take(server, asp, now)
        granted = (s.provision.routing_context for s in servers)
        return contexts or tuple(c for c in granted if c is not None), effects

    def _take(self, server: ApplicationServer, asp: str, now: float) -> Effects:
        effects: Effects = []
        if server.mode is TrafficMode.OVERRIDE:
            others = [other for other in server.active() if other != asp]
            server.asps.update(dict.fromkeys(others, False))
            effects = server.notify(others, Status.ALTERNATE_ASP_ACTIVE)
        server.asps[asp] = True
        told = server.settle(now)
        return effects + (told or server.notify((asp,), Status.AS_ACTIVE))

    def deactivate(self, asp: str, now: float) -> Effects:
        """ASPIA, or another ASP took over: it takes no traffic."""
        effects: Effects = []
        for server in self._servers:
            if asp in server.asps:
                server.asps[asp] = False
                effects += server.settle(now)
        return effects

    def down(self, asp: str, now: float) -> Effects:
        """ASPDN, or the association is lost; what the ASP registered is forgotten after T(r)."""
        self._groups.pop(asp, None)
        effects: Effects = []
        for server in self._servers:
            if server.asps.pop(asp, None) is not None:
                effects += server.settle(now)
        self._forget()
        return effects

    def _named(self, asp: str, contexts: tuple[int, ...]) -> list[ApplicationServer]:
        """The application servers that an ASPAC is about."""
        permitted = self._permitted(self._groups.get(asp, ""))
        if self._implicit:
            return permitted
        if not contexts:
            return [server for server in permitted if asp in server.asps]
        by_context = {server.provision.routing_context: server for server in permitted}
        for context in contexts:
            if context not in by_context:
                problem = f"routing context {context} is not known"
                raise M3uaError(ErrorCode.INVALID_ROUTING_CONTEXT, problem)
        return [by_context[context] for context in contexts]

    def _permitted(self, host: str) -> list[ApplicationServer]:
        return [s for s in self._servers if not s.provision.hosts or host in s.provision.hosts]

    def _of_host(self, host: str) -> list[ApplicationServer]:
        return [s for s in self._servers if host in s.provision.hosts]

    # Routing keys (clause 4.4).

    def register(self, asp: str, key: RoutingKey) -> RegistrationResult:
        """A routing key that an ASP asks for, and its routing context if it gets it."""
        refusal = self._refusal(key)
        if refusal is not None:
            return RegistrationResult(key.local_identifier, refusal, 0)
        host = self._groups.get(asp, "")
        known = self._registered(key.destination_point_code)
        if known is not None and host not in known.provision.hosts:
            status = Registration.CANNOT_SUPPORT_UNIQUE_ROUTING
            return RegistrationResult(key.local_identifier, status, 0)
        server = known or self._add(asp, host, key)
        if asp in server.asps:
            status, context = Registration.ALREADY_REGISTERED, 0
        else:
            server.asps[asp] = False
            status, context = Registration.SUCCESS, server.provision.routing_context or 0
        return RegistrationResult(key.local_identifier, status, context)

    def _refusal(self, key: RoutingKey) -> Registration | None:
        if not self.registers:
            return Registration.PERMISSION_DENIED
        if key.originating_point_codes or key.routing_context is not None:
            return Registration.UNSUPPORTED_PARAMETER
        if key.service_indicators and SCCP not in key.service_indicators:
            return Registration.INVALID_ROUTING_KEY
        if key.traffic_mode is not None and key.traffic_mode not in set(TrafficMode):
            return Registration.UNSUPPORTED_TRAFFIC_MODE
        if len(self._servers) >= MAX_REGISTERED:
            return Registration.INSUFFICIENT_RESOURCES
        return None

    def _registered(self, point_code: int) -> ApplicationServer | None:
        """The application server that has a point code already, configured or registered."""
        return next((s for s in self._servers if point_code in s.provision.point_codes), None)

    def _add(self, asp: str, host: str, key: RoutingKey) -> ApplicationServer:
        mode = None if key.traffic_mode is None else TrafficMode(key.traffic_mode)
        codes, hosts = frozenset({key.destination_point_code}), frozenset({host})
        server = _server(Provision(self._next_context, codes, mode, hosts, registered_by=asp))
        self._next_context += 1
        self._servers.append(server)
        return server

    def deregister(self, asp: str, context: int) -> Deregistration:
        """A routing context that an ASP gives back."""
        server = next((s for s in self._servers if s.provision.routing_context == context), None)
        if server is None:
            return Deregistration.INVALID_ROUTING_CONTEXT
        if server.provision.registered_by is None or asp not in server.asps:
            return Deregistration.NOT_REGISTERED
        if server.asps[asp]:
            return Deregistration.STILL_ACTIVE
        del server.asps[asp]
        self._forget()
        return Deregistration.SUCCESS

    # Traffic.

    def forward(self, data: ProtocolData, host: str | None) -> Effects | None:
        """Traffic for a point code, None if no application server is there for it.

        A server without point codes takes what is for its own host, or (`host` None) for anyone.
        """
        server = self._serving(data.dpc, host) if self._servers else None
        return None if server is None else server.forward(data)

    def serves(self, point_code: int, host: str | None = None) -> bool:
        """Whether there is an application server for a point code."""
        return self._serving(point_code, host) is not None

    def _serving(self, point_code: int, host: str | None) -> ApplicationServer | None:
        alive = [s for s in self._servers if s.state in {AsState.ACTIVE, AsState.PENDING}]
        for server in alive:
            if point_code in server.provision.point_codes:
                return server
        for server in alive:
            open_to_all = not server.provision.point_codes
            if open_to_all and (host is None or host in server.provision.hosts):
                return server
        return None

    # Time.

    @property
    def deadline(self) -> float | None:
        """When `tick` wants to be called next."""
        return min((s.deadline for s in self._servers if s.deadline is not None), default=None)

    def tick(self, now: float) -> Effects:
        """Time has passed: no more waiting for what T(r) has run out on."""
        effects: Effects = []
        for server in self._servers:
            if server.deadline is not None and server.deadline <= now:
                effects += server.expire()
                effects += server.settle(now)
        self._forget()
        return effects

    def _forget(self) -> None:
        """Application servers that nobody configured end with their ASPs."""
        self._servers = [
            s for s in self._servers if s.state is not AsState.DOWN or s.asps or not self._made(s)
        ]

    def _made(self, server: ApplicationServer) -> bool:
        return self._implicit or server.provision.registered_by is not None


def _server(provision: Provision) -> ApplicationServer:
    return ApplicationServer(provision, provision.traffic_mode or TrafficMode.LOADSHARE)
