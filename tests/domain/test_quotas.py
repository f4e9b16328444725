"""Buckets of requests and failures, with no lock-outs."""

from __future__ import annotations

from typing import Any

import pytest

from mkef.domain.devices import Devices
from mkef.domain.entitlement import Entitlement
from mkef.domain.errors import QuotaExceeded
from mkef.domain.quotas import Limits, Quotas
from mkef_codecs.identity import ServerId

DEVICE, OTHER = ("001010123456789", "a.example"), ("001010123456789", "b.example")


def row(**changes: Any) -> Entitlement:
    return Entitlement(Devices.parse("*"), ServerId("mtc.example"), **changes)


def taken(quotas: Quotas, device: tuple[str, str], row: Entitlement, guessable: bool) -> int:
    for n in range(1000):
        try:
            quotas.take(device, 0.0, row, guessable=guessable)
        except QuotaExceeded:
            return n
    raise AssertionError


LIMITS = Limits(failures=3, requests=7, server_failures=5)


@pytest.mark.parametrize(
    ("changes", "guessable", "expected"),
    [
        ({}, True, 3),
        ({}, False, 7),
        ({"failures_per_hour": 2}, True, 2),
        ({"requests_per_hour": 2}, True, 2),
        ({"requests_per_hour": 9}, False, 9),
    ],
)
def test_a_device_at_a_server(changes: dict[str, Any], guessable: bool, expected: int) -> None:
    quotas = Quotas(LIMITS)
    assert taken(quotas, DEVICE, row(**changes), guessable) == expected
    assert taken(quotas, OTHER, row(**changes), guessable) > 0, "no lock-out through another"


def test_a_server_has_a_bucket_for_all_of_its_devices() -> None:
    quotas = Quotas(LIMITS)
    devices = [(f"00101{n:010}", "a.example") for n in range(6)]
    for device in devices[:5]:
        quotas.take(device, 0.0, row(), guessable=True)
    with pytest.raises(QuotaExceeded, match="this server"):
        quotas.take(devices[5], 0.0, row(), guessable=True)
    quotas.take(devices[5], 0.0, row(), guessable=False)


def test_rows_with_and_without_the_configured_quota_share_a_bucket() -> None:
    quotas = Quotas(LIMITS)
    stated = row(requests_per_hour=LIMITS.requests)
    assert taken(quotas, DEVICE, row(), guessable=False) == LIMITS.requests
    assert taken(quotas, DEVICE, stated, guessable=False) == 0


def test_a_refusal_costs_nothing() -> None:
    quotas = Quotas(LIMITS)
    assert taken(quotas, DEVICE, row(), guessable=True) == 3
    assert taken(quotas, DEVICE, row(), guessable=False) == 4


def test_what_was_taken_in_vain_comes_back() -> None:
    quotas = Quotas(LIMITS)
    for _ in range(20):
        quotas.take(DEVICE, 0.0, row(), guessable=True)
        quotas.give_failure(DEVICE, 0.0, row())
        quotas.give_request(DEVICE, 0.0, row())


@pytest.mark.parametrize(
    ("changes", "guessable", "expected"),
    [({}, True, 2), ({}, False, 4), ({"failures_per_hour": 1}, True, 1), ({}, None, 3)],
)
def test_a_worker_has_its_part_of_every_quota(
    changes: dict[str, int], guessable: bool | None, expected: int
) -> None:
    """Rounded up, of the configuration's and of the row's."""
    limits = Limits(failures=3, requests=7, server_failures=5, workers=2)
    if guessable is None:  # the server's own, over many devices
        limits = Limits(failures=100, requests=100, server_failures=5, workers=2)
    assert taken(Quotas(limits), DEVICE, row(**changes), guessable is not False) == expected
