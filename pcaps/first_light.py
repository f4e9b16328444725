"""The golden capture of the first flow: `python pcaps/first_light.py TARGET`.

A composition root of its own: all nodes in one process, started in sequence, with a counter for a
clock and a hash chain for chance, so that every run on every machine writes the same octets.
"""

from __future__ import annotations

import asyncio
import hashlib
import random
import sys
import tempfile
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from mkef.demo.lab import Lab
from mkef.net.capture import Capture, merge
from mkef.net.sources import SYSTEM, Sources
from mkef.ops.configuration import LogSection
from mkef.ops.logging import configure
from mkef_codecs.establishment import Profile

START = datetime(2026, 11, 1, tzinfo=UTC).timestamp()
READINGS = ((0x00, b"temperature 21.5"), (0x00, b"temperature 21.7"), (0x14, b"temperature 21.9"))
# Timers are real, and all of them are out of reach, in seconds.
SETTINGS = {
    "mkef": ("zk.watchdog_s=3600",),
    "mtc-server": ("zk.watchdog_s=3600", "empty_ack_delay_s=3600"),
}


class Chance:
    """Octets of a hash chain that begins with a node's name."""

    def __init__(self, name: str) -> None:
        self._state = name.encode()

    def __call__(self, length: int) -> bytes:
        octets = b""
        while len(octets) < length:
            self._state = hashlib.sha256(self._state).digest()
            octets += self._state
        return octets[:length]


def repeatable(name: str) -> Sources:
    """A node's sources: the clock stands still, chance is a chain."""
    return Sources(clock=lambda: START, timer=SYSTEM.timer, octets=Chance(name))


async def make(folder: Path, target: Path) -> None:
    """Play the flow with files in `folder`, write its capture to `target`."""
    milliseconds = count(1)  # one for each packet, whoever writes it

    def tap(node: str) -> Capture:
        file = folder / f"{node}.pcapng"
        clock = lambda: START + next(milliseconds) / 1000  # noqa: E731 - a clock is one line
        return Capture(file, node=node, clock=clock, name_transport=False)

    lab = Lab(folder, settings=SETTINGS, sources=repeatable, tap=tap)
    lab.prepare()
    async with lab.run(), lab.device() as device:
        for profile, reading in READINGS:
            await device.send(reading, profile=Profile.parse(profile))
    merge(lab.captures, target)


def main() -> None:
    """Write the capture to the path that is given."""
    configure(LogSection(level="warning"), "first-light")
    random.seed("first light")  # aiocoap draws message ids and tokens from it
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(make(Path(folder), Path(sys.argv[1])))


if __name__ == "__main__":
    main()
