"""Redirect indications, followed and remembered (RFC 6733 clauses 6.1.8, 6.12 to 6.14)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from enum import IntEnum

from mkef.stack.diameter_access import same_identity
from mkef.stack.diameter_routing import Destination
from mkef_codecs.diameter.errors import InvalidAvpValue
from mkef_codecs.diameter.uri import DiameterUri
from mkef_codecs.generated.diameter import ANSWER

MAX_REMEMBERED = 1024


class Usage(IntEnum):
    """Redirect-Host-Usage: for what else the indication holds."""

    DONT_CACHE = 0
    ALL_SESSION = 1
    ALL_REALM = 2
    REALM_AND_APPLICATION = 3
    ALL_APPLICATION = 4
    ALL_HOST = 5
    ALL_USER = 6


def redirect_hosts(answer: ANSWER) -> list[DiameterUri]:
    """The nodes that an indication names, without those that are not to be understood."""
    found = []
    for text in answer.redirect_host:
        try:
            found.append(DiameterUri.parse(text))
        except InvalidAvpValue:
            continue
    return found


class Redirects:
    """What indications said, for as long as they said it.

    ALL_SESSION is nothing to remember: our sessions have one request.
    """

    def __init__(self) -> None:
        self._known: OrderedDict[Hashable, tuple[float, list[DiameterUri]]] = OrderedDict()

    def learn(self, destination: Destination, answer: ANSWER, now: float) -> list[DiameterUri]:
        """The hosts of an indication; they are remembered as it asks."""
        hosts = redirect_hosts(answer)
        usage = Usage(answer.redirect_host_usage or Usage.DONT_CACHE)
        lifetime_s = answer.redirect_max_cache_time or 0
        key = _keys(destination, answer.origin_host).get(usage)
        if key is not None and lifetime_s and hosts:
            self._known.pop(key, None)
            self._known[key] = (now + lifetime_s, hosts)
            if len(self._known) > MAX_REMEMBERED:
                self._known.popitem(last=False)
        return hosts

    def forget(self, host: str) -> None:
        """A node that is out of reach is no way any more (clause 6.14)."""
        for key, (expiry, hosts) in list(self._known.items()):
            left = [uri for uri in hosts if not same_identity(uri.host, host)]
            if left:
                self._known[key] = expiry, left
            else:
                del self._known[key]

    def find(self, destination: Destination, next_hop: str | None, now: float) -> list[DiameterUri]:
        """The hosts for a request that would go to `next_hop`, by the precedence of clause 6.13."""
        if not self._known:
            return []
        for key in _keys(destination, next_hop).values():
            expiry, hosts = self._known.get(key, (now, []))
            if expiry > now:
                return hosts
            self._known.pop(key, None)
        return []


def _keys(destination: Destination, next_hop: str | None) -> dict[Usage, Hashable]:
    """What an indication of each usage is remembered by, in the order of clause 6.13.

    ALL_HOST is about the node that would get the message: the one that gave the indication.
    """
    realm, application = (destination.realm or "").lower(), destination.application
    keys: dict[Usage, Hashable] = {}
    if destination.user is not None:
        keys[Usage.ALL_USER] = (Usage.ALL_USER, destination.user)
    keys[Usage.REALM_AND_APPLICATION] = (Usage.REALM_AND_APPLICATION, realm, application)
    keys[Usage.ALL_REALM] = (Usage.ALL_REALM, realm)
    keys[Usage.ALL_APPLICATION] = (Usage.ALL_APPLICATION, application)
    if next_hop is not None:
        keys[Usage.ALL_HOST] = (Usage.ALL_HOST, next_hop.lower())
    return keys
