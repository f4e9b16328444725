"""Requests that came before (RFC 6733 clauses 3, 5.5.4)."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkef.stack.duplicates import Duplicates, Identity

WINDOW_S = 60.0


SERVER, BUSY = "mtc.example", "busy.example"


def identity(end_to_end: int = 1, peer: str = SERVER) -> Identity:
    return 16777214, peer.encode() + bytes((end_to_end >> 8, end_to_end & 0xFF))


@dataclass
class Memory:
    """The machine, and who asked what."""

    capacity: int
    now: float = 0.0
    asked: dict[str, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.seen: Duplicates[str, str] = Duplicates(WINDOW_S, self.capacity)

    def ask(self, peer: str, count: int = 1) -> None:
        """So many new requests of a peer."""
        for _ in range(count):
            numbers = self.asked.setdefault(peer, [])
            numbers.append(len(numbers))
            self.seen.begin(identity(numbers[-1], peer), peer, self.now)

    def known(self, peer: str) -> list[int]:
        """The requests of a peer that are remembered."""
        numbers = self.asked.get(peer, [])
        return [n for n in numbers if self.seen.find(identity(n, peer), self.now) is not None]


def test_a_request_is_known_for_the_window() -> None:
    seen: Duplicates[str, str] = Duplicates(WINDOW_S, 10)
    assert seen.find(identity(), 100.0) is None
    entry = seen.begin(identity(), SERVER, 100.0)
    assert entry.deadline == 160.0
    assert seen.find(identity(), 100.0) is entry
    assert seen.forget(159.9) == 160.0
    assert seen.find(identity(), 159.9) is entry
    assert seen.forget(160.0) is None
    assert seen.find(identity(), 100.0) is None


def test_what_is_too_old_is_not_found_though_nobody_has_forgotten_it() -> None:
    seen: Duplicates[str, str] = Duplicates(WINDOW_S, 10)
    seen.begin(identity(), SERVER, 100.0)
    assert seen.find(identity(), 160.0) is None
    assert seen.begin(identity(), SERVER, 160.0).deadline == 220.0
    assert (len(seen), seen.forget(220.0)) == (1, None)


def test_every_part_of_the_identity_counts() -> None:
    seen: Duplicates[str, str] = Duplicates(WINDOW_S, 10)
    seen.begin(identity(), SERVER, 100.0)
    command, octets = identity()
    for other in ((command + 1, octets), (command, octets[:-1] + b"\xff")):
        assert seen.find(other, 100.0) is None


def test_nothing_is_left_when_it_is_cleared() -> None:
    seen: Duplicates[str, str] = Duplicates(WINDOW_S, 10)
    seen.begin(identity(), SERVER, 100.0)
    seen.clear()
    assert (len(seen), seen.find(identity(), 100.0), seen.forget(100.0)) == (0, None, None)


def test_a_peer_alone_has_all_of_the_memory() -> None:
    memory = Memory(100)
    memory.ask(BUSY, 250)
    assert memory.known(BUSY) == list(range(150, 250))


@pytest.mark.parametrize("first", [SERVER, BUSY])
def test_a_busy_peer_pushes_out_nobody_else(first: str) -> None:
    """Two peers: a quarter of the memory each for certain, the rest to who is busy."""
    memory = Memory(100)
    memory.ask(first, 10 if first == SERVER else 1000)
    memory.ask(SERVER, 10 if first == BUSY else 0)
    memory.ask(BUSY, 1000)
    assert memory.known(SERVER) == list(range(10))
    assert len(memory.known(BUSY)) == 90


def test_who_comes_late_gets_its_share_of_whom_has_more() -> None:
    memory = Memory(80)
    memory.ask(BUSY, 100)
    memory.ask(SERVER, 20)
    assert memory.known(SERVER) == list(range(20))
    assert memory.known(BUSY) == list(range(40, 100))
    memory.ask(SERVER, 10)  # more than its share: its own oldest go
    assert memory.known(SERVER) == list(range(9, 30))
    assert len(memory.known(BUSY)) == 59


def test_more_peers_than_there_is_room_for() -> None:
    memory = Memory(3)
    for number in range(10):
        memory.ask(f"peer{number}.example")
        assert memory.known(f"peer{number}.example") == [0]
    assert len(memory.seen) == 3
    for number in (8, 9, 0):  # the share is nothing: what goes may be the asking peer's last
        memory.ask(f"peer{number}.example")
        assert len(memory.seen) == 3
    assert memory.seen.forget(1e9) is None
    assert len(memory.seen) == 0


PEERS = ("a.example", "b.example", "c.example")
STEPS = st.lists(
    st.tuples(st.sampled_from(PEERS), st.integers(1, 8), st.floats(0, 30)), max_size=40
)


@given(STEPS)
def test_memory_is_bounded_and_a_share_of_it_is_everybody_s(
    steps: list[tuple[str, int, float]],
) -> None:
    """Within its share, a sixth here, a peer loses by age alone; nothing outlives the window."""
    memory = Memory(30)
    times: dict[str, list[float]] = {peer: [] for peer in PEERS}
    for peer, count, pause in steps:
        now = memory.now = memory.now + pause
        memory.seen.forget(now)
        memory.ask(peer, count)
        times[peer] += [now] * count
        assert len(memory.seen) <= 30
        for each in PEERS:
            young = [n for n, t in enumerate(times[each]) if t + WINDOW_S > now]
            known = memory.known(each)
            assert known == young[len(young) - len(known) :]  # the oldest go first
            assert len(known) >= min(len(young), 5)
    assert memory.seen.forget(memory.now + WINDOW_S) is None
    assert (len(memory.seen), memory.seen._peers) == (0, {})
