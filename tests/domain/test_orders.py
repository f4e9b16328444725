"""Whatever comes in whatever order: no key without RES = XRES, an entitled server, a fresh RAND."""

from __future__ import annotations

from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from mkef.domain.errors import HlrSilent, Refusal
from mkef.domain.keys import Grant, KeyRequest
from mkef_codecs.establishment import COUNTER_EPOCH, Profile
from mkef_codecs.identity import ServerId

HOSTS = ("mtc.example", "other.example", "stranger.example")
NOW = float(COUNTER_EPOCH + 100_000)


@dataclass
class Released:
    request: KeyRequest
    grant: Grant
    at: float


@dataclass
class World:
    """Requests under way, each stopped at some step, and what happens around them."""

    lab: Any
    mkef: Any
    running: list[tuple[KeyRequest, Coroutine[Any, Any, Grant], Any]] = field(default_factory=list)
    released: list[Released] = field(default_factory=list)

    def begin(self, request: KeyRequest) -> None:
        self._advance(request, self.mkef.keys.grant(request), None)

    def step(self, which: int, error: Exception | None = None) -> None:
        """One of the requests goes on; at the HLR it may meet an error instead."""
        if not self.running:
            return
        request, coroutine, pause = self.running.pop(which % len(self.running))
        self._advance(request, coroutine, error if pause.name == "hlr" else None)

    def kill(self) -> None:
        """kill -9 and a new process: whatever was under way gets no answer."""
        for _, coroutine, _ in self.running:
            coroutine.close()
        self.running.clear()
        self.mkef.restart()

    def _advance(self, request: KeyRequest, coroutine: Any, error: Exception | None) -> None:
        try:
            pause = coroutine.throw(error) if error else coroutine.send(None)
        except StopIteration as done:
            self._check(request, done.value)
        except Refusal:
            pass
        else:
            self.running.append((request, coroutine, pause))

    def _check(self, request: KeyRequest, grant: Grant) -> None:
        lab, mkef = self.lab, self.mkef
        # RES = XRES: the right device's request, for this identity of the server.
        expected = lab.right(request.rand, request.profile)
        assert request.encrypted_res == expected.encrypted_res
        assert grant.server_id == ServerId("coap://mtc.example")
        assert request.origin_host != "stranger.example"
        # On the ledger before it is out, by this request.
        use = mkef.rands[request.imsi, request.rand]
        assert use.digest == request.digest
        assert grant.expires_at == use.expires_at
        self.released.append(Released(request, grant, mkef.now))


RANDS = st.integers(0, 3).map(lambda n: bytes((n,)) * 16)
COUNTERS = st.sampled_from([5, 6, 70, 71, 5000])


@st.composite
def events(draw: st.DrawFn) -> tuple[Any, ...]:
    kind = draw(
        st.sampled_from(["request"] * 3 + ["step"] * 8 + ["silent", "clock", "rows", "kill"])
    )
    match kind:
        case "request":
            host = draw(st.sampled_from(HOSTS))
            device = draw(st.sampled_from(["right", "right", "wrong"]))
            tagged = draw(st.booleans())
            return kind, host, device, draw(COUNTERS if tagged else RANDS)
        case "step" | "silent":
            return kind, draw(st.integers(0, 7))
        case "clock":
            return (
                kind,
                draw(st.sampled_from([1.0, 30.0, 100.0, 4000.0])),
                draw(st.sampled_from([0.0, -200.0, -1e6, 1e6])),
            )
    return (kind,)


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(events(), max_size=70))
def test_no_order_of_events_releases_a_key_it_should_not(lab: Any, script: list[Any]) -> None:
    mkef = lab.Mkef(pause=lab.Pause, now=NOW, timer=1000.0)
    world, rows = World(lab, mkef), mkef.rows
    for event in script:
        match event:
            case "request", host, device, what:
                tagged = isinstance(what, int)
                rand = lab.tagged(what) if tagged else what
                profile = Profile(vectors=2 if tagged else 1, tagged=tagged)
                request = getattr(lab, device)(rand, profile=profile)
                world.begin(replace(request, origin_host=host))
            case "step", which:
                world.step(which)
            case "silent", which:
                world.step(which, HlrSilent("no answer in time"))
            case "clock", seconds, jump:
                mkef.timer += seconds
                mkef.now += seconds + jump
            case ("rows",):
                mkef.rows = [] if mkef.rows else rows
            case ("kill",):
                world.kill()
    while world.running:
        world.step(0)
    # One RAND, one key, one server that has it.
    by_rand: dict[bytes, set[tuple[str, bytes]]] = {}
    for released in world.released:
        key = (released.request.origin_host, released.grant.k_mtc.octets)
        by_rand.setdefault(released.request.rand, set()).add(key)
    assert all(len(keys) == 1 for keys in by_rand.values())
