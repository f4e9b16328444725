"""Who may connect and who may speak for whom (RFC 6733 clauses 2.9, 13.3; protocol.md clause 5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

RELAY_APPLICATION = 0xFFFFFFFF


def same_identity(a: str, b: str) -> bool:
    """Whether two Diameter identities are one: FQDNs know no case."""
    return a == b or a.lower() == b.lower()


class Agent(Struct, frozen=True):
    """A relay or proxy, and the nodes for which it may vouch: by name, or all of a realm."""

    host: str
    origin_hosts: frozenset[str] = frozenset()
    realms: frozenset[str] = frozenset()
    carries_keys: bool = False  # keys pass its memory in the clear

    def vouches_for(self, host: str) -> bool:
        """Whether it may say that a message came from, or through, this node."""
        host = host.lower()
        return host in self.origin_hosts or any(host.endswith(f".{r}") for r in self.realms)


class Access:
    """The peers and agents of a node; without peers whoever proves its name may connect."""

    def __init__(self, peers: Iterable[str] = (), agents: Iterable[Agent] = ()) -> None:
        self._peers = frozenset(peer.lower() for peer in peers)
        self._agents = {agent.host.lower(): agent for agent in agents}

    def admits(self, host: str) -> bool:
        """Whether a peer of this name may connect."""
        return not self._peers or host.lower() in self._peers | self._agents.keys()

    def agent(self, host: str) -> Agent | None:
        """What is known of a peer as an agent; None: it speaks for itself alone."""
        return self._agents.get(host.lower())


ANYBODY = Access()


class Remote(Struct, frozen=True):
    """What is known of a peer once its capabilities are exchanged."""

    origin_host: str
    origin_realm: str
    certified: bool  # its Origin-Host stands in its certificate
    applications: frozenset[int] = frozenset()
    agent: Agent | None = None

    def serves(self, application: int) -> bool:
        """Whether it has offered an application; relays offer all (clause 2.4)."""
        return not self.applications.isdisjoint((application, RELAY_APPLICATION))

    def speaks_for(
        self, origin_host: str, route_record: Sequence[str] = (), *, keys: bool = True
    ) -> bool:
        """Whether to believe that a request with this Origin-Host and Route-Record is from there.

        A direct peer names itself and has no Route-Record. An agent may vouch for the Origin-Host
        and for every node on the way, which it must have recorded (clause 6.1.9); where the answer
        holds `keys` it must be one that may carry them.
        """
        if not route_record:
            return same_identity(origin_host, self.origin_host)
        agent = self.agent
        if agent is None or (keys and not agent.carries_keys):
            return False
        return all(map(agent.vouches_for, (origin_host, *route_record)))
