"""Where a request goes: by Destination-Host, else by realm (RFC 6733 clause 6.1)."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from mkef.stack.diameter_access import same_identity
from mkef_codecs.diameter.commands import Body
from mkef_codecs.diameter.result_codes import ResultCode

ANY_REALM = "*"


class Destination(Struct, frozen=True):
    """What a request says about where it goes."""

    application: int
    realm: str | None = None
    host: str | None = None
    user: str | None = None

    @classmethod
    def of(cls, body: Body) -> Destination:
        """The destination of a request's body; commands of the base protocol have none."""
        return cls(
            body.APPLICATION,
            getattr(body, "destination_realm", None),
            getattr(body, "destination_host", None),
            getattr(body, "user_name", None),
        )


class Misrouted(Struct, frozen=True):
    """Why a request is not for this node, which is no agent."""

    result_code: int
    problem: str


def judge_arrival(body: Body, origin_host: str, origin_realm: str) -> Misrouted | None:
    """Whether a request that came is to be served here (clauses 6.1.3, 6.1.4)."""
    route_record = getattr(body, "route_record", None)
    if route_record and any(same_identity(hop, origin_host) for hop in route_record):
        return Misrouted(ResultCode.LOOP_DETECTED, "this node is in the Route-Record")
    host = getattr(body, "destination_host", None)
    if host is not None and same_identity(host, origin_host):
        return None
    realm = getattr(body, "destination_realm", None)
    if realm is not None and not same_identity(realm, origin_realm):
        return Misrouted(ResultCode.REALM_NOT_SERVED, f"realm {realm} is not served here")
    return None if host is None else Misrouted(ResultCode.UNABLE_TO_DELIVER, f"no route to {host}")


class Route(Struct, frozen=True):
    """A peer and the realms that it is a way to; ANY_REALM is the default route.

    Without realms it is a way to its own, which its capabilities tell.
    """

    host: str
    realms: frozenset[str] = frozenset()


class RoutingTable:
    """The peers for a destination, the preferred one first: as they were configured."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._realms = {route.host.lower(): _lower(route.realms) for route in routes}
        self._learnt: dict[str, str] = {}

    def learn(self, host: str, realm: str) -> None:
        """A peer's capabilities name its realm."""
        if host.lower() in self._realms:
            self._learnt[host.lower()] = realm.lower()

    def candidates(self, destination: Destination) -> list[str]:
        """Peers to try in turn (clauses 6.1.5, 6.1.6).

        A peer that is the Destination-Host is the only one. Else whoever is a way to the realm;
        else the default routes. A peer that was never connected may be of any realm.
        """
        host, realm = destination.host, (destination.realm or "").lower()
        if host is not None and host.lower() in self._realms:
            return [host.lower()]
        exact = [peer for peer, realms in self._realms.items() if self._leads(peer, realms, realm)]
        return exact or [peer for peer, realms in self._realms.items() if ANY_REALM in realms]

    def _leads(self, peer: str, realms: frozenset[str], realm: str) -> bool:
        own = self._learnt.get(peer)
        return realm in realms or realm == own or (own is None and not realms)


def _lower(realms: Iterable[str]) -> frozenset[str]:
    return frozenset(realm.lower() for realm in realms)
