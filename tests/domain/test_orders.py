"""Whatever comes in whatever order: no key without RES = XRES, an entitled server, a fresh RAND."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from mkef.crypto.gsm import GsmVector
from mkef.crypto.kdf import Binding, derive_rands
from mkef.domain.errors import HlrSilent, Overloaded, Refusal, UserUnknown, VectorsUnavailable
from mkef.domain.freshness import SKEW_S, WINDOW
from mkef.domain.keys import Grant, KeyRequest
from mkef_codecs.establishment import COUNTER_EPOCH, Profile
from mkef_codecs.identity import ServerId

STRANGER = "stranger.example"
HOSTS = ("mtc.example", "MTC.Example", "other.example", STRANGER)
SERVER_ID = ServerId("coap://mtc.example")
NOW = float(COUNTER_EPOCH + 100_000)
SAME_ANSWER_S = 60

Rands = tuple[bytes, ...]

# What an HLR does with its RANDs, besides what is right.
ECHOES: dict[str, Callable[[Rands], Rands]] = {
    "another RAND": lambda rands: (bytes(15) + b"\xff",) * len(rands),
    "another order": lambda rands: rands[::-1],
    "too few": lambda rands: rands[:-1],
    "none": lambda _: (),
    "too many": lambda rands: (*rands, rands[-1]),
    "one twice": lambda rands: (rands[0],) * len(rands),
}
ERRORS: dict[str, Refusal] = {
    "silence": HlrSilent("no answer in time"),
    "unknown user": UserUnknown("no such IMSI"),
    "failure": VectorsUnavailable("systemFailure"),
    "busy": Overloaded("too many dialogues"),
}


def wrong_sres(vector: GsmVector) -> GsmVector:
    """Of another card; no device of these tests has it."""
    return GsmVector(bytes(octet ^ 0xF0 for octet in vector.sres), vector.kc)


@dataclass
class Run:
    """A request under way at one of the MKEFs, stopped at some step."""

    request: KeyRequest
    which: int  # of the MKEFs
    mkef: Any
    coroutine: Coroutine[Any, Any, Grant]
    at: str = "begin"
    entitled: bool = False  # when that was looked up
    unused: bool = False  # its RAND, when that was looked up
    dated: float = 0.0  # the wall clock when its write began


@dataclass
class Used:
    """A RAND, or a counter, that was written to the ledger."""

    digest: bytes
    at: float


@dataclass
class World:
    """Requests at two MKEFs with one ledger, and what happens around them."""

    lab: Any
    mkefs: list[Any]
    running: list[Run] = field(default_factory=list)
    asked: list[KeyRequest] = field(default_factory=list)
    used: dict[bytes, Used] = field(default_factory=dict)
    last: int = -1  # the highest counter of them
    released: dict[bytes, Grant] = field(default_factory=dict)
    remembered: dict[bytes, float] = field(default_factory=dict)  # until when, by request

    def begin(self, request: KeyRequest, which: int, *, at_once: bool) -> None:
        """`at_once`: to its end, and no other meanwhile."""
        mkef, others = self.mkefs[which], len(self.running)
        self.asked.append(request)
        self._advance(Run(request, which, mkef, mkef.keys.grant(request)), "right")
        if at_once:
            self.finish(others)

    def finish(self, others: int = 0) -> None:
        """All but so many go on to their end."""
        while len(self.running) > others:
            self.step(len(self.running) - 1)

    def step(self, which: int, answer: str = "right") -> None:
        """One of the requests goes on; at the HLR it meets this answer."""
        if self.running:
            self._advance(self.running.pop(which % len(self.running)), answer)

    def kill(self, which: int) -> None:
        """kill -9 and a new process: whatever was under way there gets no answer."""
        mkef = self.mkefs[which]
        for run in self.running:
            if run.which == which:
                run.coroutine.close()
        self.running = [run for run in self.running if run.which != which]
        mkef.restart()

    def _advance(self, run: Run, answer: str) -> None:
        left = run.at
        if left == "read":
            run.entitled = bool(run.mkef.rows) and run.request.origin_host != STRANGER
            run.unused = self._key(run.request) not in self.used
        try:
            run.at = self._resume(run, answer).name
        except StopIteration as done:
            self._check(run, left, done.value)
            return
        except Refusal:
            return
        self.running.append(run)
        if run.at == "write":
            run.dated = run.mkef.now
        elif run.at == "written":
            self._written(run)

    def _resume(self, run: Run, answer: str) -> Any:
        mkef = run.mkef
        if run.at == "hlr" and answer in ERRORS:
            return run.coroutine.throw(ERRORS[answer])
        mkef.echoed = ECHOES.get(answer, lambda rands: rands)
        if answer == "wrong SRES":
            mkef.answer = lambda rand: wrong_sres(self.lab.vector_of(rand))
        else:
            mkef.answer = self.lab.vector_of
        return run.coroutine.send(None)

    @staticmethod
    def _key(request: KeyRequest) -> bytes:
        """What is used but once: a RAND, or a counter whatever RAND it is in."""
        return request.rand[:8] if request.profile.tagged else request.rand

    def _written(self, run: Run) -> None:
        """For the first time, and within the window of counters."""
        key = self._key(run.request)
        assert key not in self.used
        self.used[key] = Used(run.request.digest, run.dated)
        self.remembered[run.request.digest] = run.mkef.timer + SAME_ANSWER_S
        if run.request.profile.tagged:
            counter = int.from_bytes(run.request.rand[4:8], "big")
            assert counter > self.last - WINDOW
            self.last = max(self.last, counter)

    def _check(self, run: Run, left: str, grant: Grant) -> None:
        """A key was released: whether it may be, by what the step before was."""
        request = run.request
        assert run.entitled
        assert grant.server_id == SERVER_ID
        # RES = XRES: the right device's request, for this identity of the server.
        vectors = tuple(map(self.lab.vector_of, derive_rands(request.rand, request.profile)))
        right = Binding(request.profile, request.rand, request.imsi, SERVER_ID).derive(vectors)
        assert request.encrypted_res == right.encrypted_res
        assert grant.k_mtc.octets == right.k_mtc.octets
        # On the ledger before it is out, by this request; the same answer for each copy of it.
        used = self.used[self._key(request)]
        assert used.digest == request.digest
        assert self.released.setdefault(request.digest, grant) == grant
        match left:
            case "read":  # from memory
                assert run.mkef.timer < self.remembered[request.digest]
            case "write":  # the ledger had it
                assert used.at - SKEW_S <= run.dated < used.at + SAME_ANSWER_S
        if run.unused:  # a copy that began later does not prolong it
            self.remembered[request.digest] = run.mkef.timer + SAME_ANSWER_S


WHICH = st.integers(0, 1)
RANDS = st.integers(0, 2).map(lambda n: bytes((n,)) * 16)
COUNTERS = st.sampled_from([5, 6, 70, 71, 5000])
ANSWERS = st.sampled_from(["right"] * 6 + [*ECHOES, *ERRORS, "wrong SRES"])
PASSING = st.sampled_from([1.0, 30.0, 59.0, 61.0, 700.0, 4000.0])  # 600: a breaker's patience
JUMPS = st.sampled_from([0.0, 0.0, 0.0, -8.0, -200.0, -1e6, 1e6])
REQUESTS = st.tuples(
    st.just("request"),
    st.sampled_from(HOSTS),
    st.sampled_from(["right", "right", "right", "wrong"]),
    RANDS | COUNTERS,
    WHICH,
    st.booleans(),
)
STEPS = st.tuples(st.just("step"), st.integers(0, 7), ANSWERS)
EVENTS = st.one_of(
    REQUESTS,
    STEPS,
    STEPS,
    STEPS,
    st.tuples(st.just("copy"), st.integers(0, 20), WHICH, st.booleans()),
    st.tuples(st.just("clock"), PASSING, JUMPS),
    st.tuples(st.just("kill"), WHICH),
    st.just(("rows",)),
)

# Long ones too, which lists alone hardly ever are.
SCRIPTS = st.sampled_from([0, 20, 60]).flatmap(
    lambda least: st.lists(EVENTS, min_size=least, max_size=80)
)


def request_of(lab: Any, host: str, device: str, what: int | bytes) -> KeyRequest:
    tagged = isinstance(what, int)
    rand = lab.tagged(what) if tagged else what
    made = getattr(lab, device)(rand, profile=Profile(vectors=2 if tagged else 1, tagged=tagged))
    return replace(made, origin_host=host)


def two_mkefs(lab: Any) -> list[Any]:
    first = lab.Mkef(pause=lab.Pause, now=NOW, timer=1000.0)
    ledger = {name: getattr(first, name) for name in ("rands", "counters", "answered")}
    return [first, lab.Mkef(pause=lab.Pause, now=NOW, timer=1000.0, **ledger)]


@settings(
    max_examples=500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(SCRIPTS)
def test_no_order_of_events_releases_a_key_it_should_not(lab: Any, script: list[Any]) -> None:
    world = World(lab, two_mkefs(lab))
    rows = world.mkefs[0].rows
    for event in script:
        play(world, event, rows)
    world.finish()
    becomes_right(world, rows)


def play(world: World, event: Any, rows: Any) -> None:
    match event:
        case "request", host, device, what, which, at_once:
            world.begin(request_of(world.lab, host, device, what), which, at_once=at_once)
        case "copy", number, which, at_once if world.asked:
            world.begin(world.asked[number % len(world.asked)], which, at_once=at_once)
        case "step", which, answer:
            world.step(which, answer)
        case "clock", seconds, jump:
            for mkef in world.mkefs:
                mkef.timer += seconds
                mkef.now += seconds + jump
        case ("rows",):
            for mkef in world.mkefs:
                mkef.rows = [] if mkef.rows else rows
        case "kill", which:
            world.kill(which)


def becomes_right(world: World, rows: Any) -> None:
    """Whatever was refused before: an hour later each MKEF releases a key for a fresh RAND."""
    for which, mkef in enumerate(world.mkefs):
        mkef.rows = rows
        mkef.timer += 4000.0
        request = request_of(world.lab, "mtc.example", "right", b"fresh" + bytes((which,)) * 11)
        world.begin(request, which, at_once=True)
        assert request.digest in world.released
