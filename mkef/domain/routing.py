"""Which HLRs are asked for an IMSI, in which order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from msgspec import Struct

from mkef_codecs.identity import Imsi


class Route(Struct, frozen=True):
    """An HLR by its name, for the IMSIs of a prefix; a lower priority is asked first."""

    prefix: str
    hlr: str
    priority: int = 1


@dataclass(slots=True)
class RoutingTable:
    """The longest prefix that has a route decides; its HLRs stand in for each other."""

    _routes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _longest: int = 0

    @classmethod
    def of(cls, routes: Iterable[Route]) -> RoutingTable:
        """The table of all routes; HLRs of one priority keep the order they were given in."""
        table = cls()
        for route in sorted(routes, key=lambda route: route.priority):
            known = table._routes.get(route.prefix, ())
            table._routes[route.prefix] = (*known, route.hlr)
            table._longest = max(table._longest, len(route.prefix))
        return table

    def hlrs(self, imsi: Imsi) -> tuple[str, ...]:
        """The names of the HLRs to ask, the first one first; none: nobody has this IMSI."""
        digits = imsi.digits
        for length in range(min(self._longest, len(digits)), -1, -1):
            found = self._routes.get(digits[:length])
            if found is not None:
                return found
        return ()
