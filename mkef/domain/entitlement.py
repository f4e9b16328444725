"""Which server may have keys of which devices, and which row decides."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from mkef.domain.devices import Devices
from mkef.domain.errors import NotEntitled, ProfileNotAllowed
from mkef_codecs.establishment import Profile
from mkef_codecs.identity import ServerId

MIN_STRENGTH_BITS = 64
MAX_STRENGTH_BITS = 128  # the most that a profile yields (docs/protocol.md clause 2)


class Entitlement(Struct, frozen=True):
    """One row: devices, ID_MTC_SERVER and who may ask; times in seconds since 1970."""

    devices: Devices
    server_id: ServerId
    origin_hosts: frozenset[str] = frozenset()  # Diameter identities in lower case
    groups: frozenset[str] = frozenset()  # names of sets of Diameter identities
    min_strength_bits: int = MIN_STRENGTH_BITS
    tagged: bool | None = None  # the RAND format demanded; None: either
    lifetime_s: int | None = None  # None here and below: what the configuration says
    failures_per_hour: int | None = None  # of one IMSI at one Origin-Host, with one vector
    requests_per_hour: int | None = None  # of one IMSI at one Origin-Host
    valid_from: int | None = None
    valid_until: int | None = None
    disabled: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """What no two rows have in common: devices and ID_MTC_SERVER."""
        return str(self.devices), self.server_id.value

    @property
    def name(self) -> str:
        """The key as operators read it."""
        return f"{self.devices} for {self.server_id}"

    def valid(self, now: float) -> bool:
        """Whether the row counts at all at this time."""
        begun = self.valid_from is None or self.valid_from <= now
        return begun and (self.valid_until is None or now < self.valid_until)

    def check_format(self, profile: Profile) -> None:
        """Refuse a RAND format that this row does not allow."""
        if self.tagged is not None and profile.tagged != self.tagged:
            wanted = "tagged" if self.tagged else "random"
            raise ProfileNotAllowed(f"{wanted} RANDs demanded")

    def check_strength(self, strength_bits: int) -> None:
        """Refuse a key that is too weak for this row."""
        if strength_bits < self.min_strength_bits:
            raise ProfileNotAllowed(f"{strength_bits} bits, {self.min_strength_bits} demanded")


class Group(Struct, frozen=True):
    """Diameter identities, in lower case, that rows name together."""

    name: str
    hosts: frozenset[str]


Found = tuple[Entitlement, frozenset[str]]  # a row, and all Diameter identities it lets ask


def select(
    rows: Iterable[Found],
    origin_host: str,
    server_id: ServerId | None,
    now: float,
) -> Entitlement:
    """The one row that lets `origin_host` ask; NotEntitled, whose reason is for the log alone.

    The narrowest devices of which a row is valid decide, and hide what broader ones allow; a
    disabled row decides too. With several rows for one Origin-Host the MTC-Server-Id selects.
    """
    host, narrowest = origin_host.lower(), None
    decisive: list[Found] = []
    for row, hosts in rows:
        if not row.valid(now):
            continue
        breadth = row.devices.breadth
        if narrowest is None or breadth < narrowest:
            narrowest, decisive = breadth, []
        if breadth == narrowest:
            decisive.append((row, hosts))
    named = [
        row
        for row, hosts in decisive
        if host in hosts and (server_id is None or server_id == row.server_id)
    ]
    able = [row for row in named if not row.disabled]
    if len(able) == 1:
        return able[0]
    if able:
        reason = f"{len(able)} rows for {origin_host}: MTC-Server-Id selects"
    elif named:
        reason = f"the row for {origin_host} is disabled"
    elif decisive:
        reason = f"no row of the device lets {origin_host} ask for this"
    else:
        reason = "no row of the device is valid"
    raise NotEntitled(reason)


def contested(one: Found, other: Found) -> frozenset[str]:
    """The Origin-Hosts that both rows of the same devices let ask: they need MTC-Server-Id."""
    (row, hosts), (other_row, other_hosts) = one, other
    begins = max(row.valid_from or 0, other_row.valid_from or 0)
    ends = min((r.valid_until for r in (row, other_row) if r.valid_until is not None), default=None)
    apart = ends is not None and ends <= begins
    if row.disabled or other_row.disabled or apart or row.server_id == other_row.server_id:
        return frozenset()
    return hosts & other_hosts
