"""Ranges of devices in the store, and what of the registry crosses what.

A range stands in `device_range` once, with how many rows hold it; `entitlement_key` has its
prefixes.
"""

from __future__ import annotations

from mkef.domain.devices import Devices
from mkef.net.database import Database
from mkef.records.device_keys import number_of_key

# Neither is a part of the other, and they have devices in common.
CROSSING = (
    "SELECT devices FROM device_range WHERE (low < ? AND high >= ? AND high < ?)"
    " OR (low > ? AND low <= ? AND high > ?)"
)
PREFIX = "SELECT 1 FROM entitlement_key WHERE key = ? AND devices = '' LIMIT 1"


def hold(database: Database, devices: Devices) -> None:
    """One more row is about these devices."""
    if devices.is_range:
        database.change(
            "INSERT INTO device_range (devices, low, high, held_by) VALUES (?, ?, ?, 1)"
            " ON CONFLICT (devices) DO UPDATE SET held_by = device_range.held_by + 1",
            str(devices),
            devices.low,
            devices.high,
        )


def release(database: Database, devices: Devices) -> None:
    """One row less is about these devices."""
    if devices.is_range:
        one_less = "UPDATE device_range SET held_by = held_by - 1 WHERE devices = ?"
        database.change(one_less, str(devices))
        database.change("DELETE FROM device_range WHERE held_by = 0")


def crossing(database: Database, devices: Devices) -> Devices | None:
    """Devices of a row that cross these: of two such, no rule could say which one decides."""
    if devices.whole:
        return None
    low, high = devices.low, devices.high
    for (other,) in database.query(CROSSING, low, low, high, low, high, high):
        return Devices.parse(other)
    return _crossing_prefix(database, devices) if devices.is_range else None


def _crossing_prefix(database: Database, devices: Devices) -> Devices | None:
    """A prefix that crosses a range holds one of its ends: it begins one of its numbers."""
    for end in (str(devices.low).rjust(15, "0"), str(devices.high).rjust(15, "0")):
        for n in range(len(end) + 1):
            prefix = Devices(end[:n], end[:n], whole=False)
            if prefix.overlaps(devices) and database.query(PREFIX, number_of_key(str(prefix))):
                return prefix
    return None
