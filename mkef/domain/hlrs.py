"""The HLRs of one MKEF: asked in the order of their routes, left alone while they are down."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from msgspec import Struct

from mkef.crypto.gsm import GsmVector
from mkef.domain.breaker import Breaker, State
from mkef.domain.errors import HlrNotCapable, HlrSilent, Overloaded, Refusal, VectorsUnavailable
from mkef.domain.routing import RoutingTable
from mkef_codecs.identity import Imsi

LEAST_S = 0.5  # an HLR is not asked for less
_ELSEWHERE = (VectorsUnavailable, HlrNotCapable, Overloaded)  # another HLR may have them
_NOTHING = (VectorsUnavailable, Overloaded)  # the HLR gave nothing, or was not asked


class EchoedVector(Struct, frozen=True):
    """A triplet as the HLR returned it, with the RAND it belongs to."""

    rand: bytes
    vector: GsmVector


class Watch:
    """Told when something changes, never for each request; this one keeps it to itself."""

    def changed(self, name: str, state: State, reason: str, for_s: float) -> None:
        """What an HLR is from now on; `for_s` is how long it is left alone, in seconds."""

    def stood_in(self, name: str, by: str) -> None:
        """Another HLR answers for one that is left alone."""


class Hlr(Protocol):
    """Whoever has the vectors."""

    async def vectors(
        self, imsi: Imsi, rands: tuple[bytes, ...], timeout_s: float
    ) -> Sequence[EchoedVector]:
        """The vectors of a RAND list as the HLR returned them; raises a Refusal."""


@dataclass(slots=True)
class Hlrs:
    """All HLRs by name; `timer` is a clock that is never set, in seconds."""

    hlrs: Mapping[str, Hlr]
    routes: RoutingTable
    timer: Callable[[], float]
    patience_s: float = 18.0  # for all HLRs of one request together
    new_breaker: Callable[[], Breaker] = Breaker
    observe: Callable[[float], None] = lambda _: None  # told how many seconds each HLR took
    watch: Watch = field(default_factory=Watch)
    _breakers: dict[str, Breaker] = field(default_factory=dict)
    _told: dict[str, State] = field(default_factory=dict)  # of HLRs that are not up
    _stand_ins: set[tuple[str, str]] = field(default_factory=set)  # of these: for whom, and who

    async def vectors(self, imsi: Imsi, rands: tuple[bytes, ...]) -> list[GsmVector]:
        """One for each RAND, of the first HLR that can answer; the next one is asked where it is
        silent or not capable."""
        deadline = self.timer() + self.patience_s
        refusal: Refusal = VectorsUnavailable("no route to an HLR for this IMSI")
        passed: tuple[str, ...] = ()  # without vectors
        counts = False
        for name in self.routes.hlrs(imsi):
            breaker = self.breaker(name)
            now = self.timer()
            if not breaker.admits(now):
                refusal = _left_alone(name, breaker.state(now))
                passed += (name,)
                continue
            if deadline - now < LEAST_S:
                break
            breaker.begin()
            if self._told:
                self._notice(name, breaker, "it was left alone long enough")
            try:
                echoed = await self.hlrs[name].vectors(imsi, rands, deadline - now)
                check_echo(rands, [e.rand for e in echoed])
            except Refusal as error:
                self._learn(name, breaker, error)
                if not isinstance(error, _ELSEWHERE):
                    raise
                counts |= not isinstance(error, _NOTHING)
                refusal = error
                passed += (name,)
            except BaseException:
                breaker.abandoned()
                raise
            else:
                breaker.capable()
                if self._told:
                    self._notice(name, breaker, "it answered", passed)
                return [e.vector for e in echoed]
            finally:
                self.observe(self.timer() - now)
        refusal.counts = counts
        raise refusal

    def breaker(self, name: str) -> Breaker:
        """The circuit breaker of an HLR."""
        if name not in self._breakers:
            self._breakers[name] = self.new_breaker()
        return self._breakers[name]

    def states(self) -> dict[str, State]:
        """What each HLR is now."""
        now = self.timer()
        return {name: self.breaker(name).state(now) for name in self.hlrs}

    def _learn(self, name: str, breaker: Breaker, refusal: Refusal) -> None:
        reason = str(refusal)
        match refusal:
            case HlrSilent():
                breaker.failed(self.timer())
            case HlrNotCapable():
                breaker.incapable(self.timer())
            case Overloaded():  # here, not at the HLR
                breaker.abandoned()
                return
            case _:
                breaker.answered()
                reason = "it answered"
        self._notice(name, breaker, reason)

    def _notice(self, name: str, breaker: Breaker, reason: str, passed: Sequence[str] = ()) -> None:
        """Tell what has changed; `passed` are those in whose place this HLR has answered."""
        now = self.timer()
        state = breaker.state(now)
        if state is not self._told.get(name, State.CLOSED):
            self._told[name] = state
            if state is State.CLOSED:
                del self._told[name]
                self._stand_ins = {pair for pair in self._stand_ins if pair[0] != name}
            self.watch.changed(name, state, reason, breaker.left_alone_s(now))
        for other in passed:
            if other in self._told and (other, name) not in self._stand_ins:
                self._stand_ins.add((other, name))
                self.watch.stood_in(other, name)


def _left_alone(name: str, state: State) -> Refusal:
    if state is State.INCAPABLE:
        return HlrNotCapable(f"HLR {name} did not know the variant a moment ago")
    return HlrSilent(f"HLR {name} is left alone: it did not answer a moment ago")


def check_echo(asked: tuple[bytes, ...], echoed: Sequence[bytes]) -> None:
    """The HLR returns one vector for each RAND, in order, each with its RAND."""
    if tuple(echoed) == asked:
        return
    if len(echoed) < len(asked) and tuple(echoed) == asked[: len(echoed)]:
        raise VectorsUnavailable(f"{len(echoed)} of {len(asked)} vectors")
    raise HlrNotCapable("the HLR answered with other RANDs than it was asked for")
