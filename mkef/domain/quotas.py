"""What a server may ask for: buckets paid from before the HLR is asked (protocol.md clause 5)."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TypeVar

from msgspec import Struct

from mkef.domain.entitlement import Entitlement
from mkef.domain.errors import QuotaExceeded
from mkef.stack.quota import Quota

K = TypeVar("K", bound=Hashable)
Device = tuple[str, str]  # IMSI and Origin-Host: nobody locks a device out through another server


class Limits(Struct, frozen=True):
    """Tokens an hour, of all workers together, who have equal parts."""

    failures: int = 100  # of one IMSI at one Origin-Host, with one vector
    requests: int = 200  # of one IMSI at one Origin-Host
    server_failures: int = 1000  # of one Origin-Host, with one vector
    workers: int = 1  # that count for themselves

    def part(self, per_hour: int) -> int:
        """One worker's, rounded up, so that no quota becomes none."""
        return -(-per_hour // self.workers)


class _ByCapacity:
    """Buckets of the same kind, of as many sizes as rows of the registry ask for."""

    def __init__(self, limits: Limits, per_hour: int) -> None:
        self._limits = limits
        self._usual = Quota[Device](limits.part(per_hour))
        self._by_row = {per_hour: self._usual}

    def of(self, per_hour: int | None) -> Quota[Device]:
        """Those of a row's size; of the configuration's if the row has none."""
        if not per_hour:
            return self._usual
        if per_hour not in self._by_row:
            self._by_row[per_hour] = Quota(self._limits.part(per_hour))
        return self._by_row[per_hour]


class Quotas:
    """The buckets of one MKEF; `now` is of a clock that is never set."""

    def __init__(self, limits: Limits) -> None:
        self._requests = _ByCapacity(limits, limits.requests)
        self._failures = _ByCapacity(limits, limits.failures)
        self._server_failures: Quota[str] = Quota(limits.part(limits.server_failures))

    def take(self, device: Device, now: float, row: Entitlement, *, guessable: bool) -> None:
        """Take what a request costs, or QuotaExceeded; a failure too while it may be a guess.

        Taken first, so that guesses made at once count as much as guesses made in a row.
        """
        requests = self._requests.of(row.requests_per_hour)
        _take(requests, device, now, "requests for this device", "device_requests")
        if not guessable:
            return
        try:
            self._take_failure(device, now, row)
        except QuotaExceeded:
            self.give_request(device, now, row)
            raise

    def _take_failure(self, device: Device, now: float, row: Entitlement) -> None:
        host = device[1]
        _take(self._server_failures, host, now, "failures of this server", "server_failures")
        failures = self._failures.of(row.failures_per_hour)
        try:
            _take(failures, device, now, "failures of this device", "device_failures")
        except QuotaExceeded:
            self._server_failures.give(host, now)
            raise

    def give_failure(self, device: Device, now: float, row: Entitlement) -> None:
        """The device did not fail."""
        self._server_failures.give(device[1], now)
        self._failures.of(row.failures_per_hour).give(device, now)

    def give_request(self, device: Device, now: float, row: Entitlement) -> None:
        """No HLR was asked, or gave anything for it."""
        self._requests.of(row.requests_per_hour).give(device, now)


def _take(quota: Quota[K], key: K, now: float, what: str, name: str) -> None:
    if not quota.take(key, now):
        reason = f"too many {what} in the last hour"
        raise QuotaExceeded(reason, name, quota.wait_s(key, now))
