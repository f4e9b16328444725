"""Where a node's time and chance come from."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sources:
    """Injected where a program is put together, so that a run can be repeated octet by octet."""

    clock: Callable[[], float] = time.time  # seconds since 1970-01-01T00:00:00Z
    timer: Callable[[], float] = time.monotonic  # seconds, for deadlines
    octets: Callable[[int], bytes] = os.urandom  # a CSPRNG


SYSTEM = Sources()
