"""TCAP transactions of one node (ITU-T Q.774 clause 3.3), without a socket or a clock."""

from __future__ import annotations

import heapq
from collections import OrderedDict
from collections.abc import Callable
from enum import IntEnum, auto
from typing import Any

from msgspec import Struct

from mkef_codecs.ss7 import tcap
from mkef_codecs.ss7.component import Component
from mkef_codecs.ss7.dialogue import DialogueAbort, DialogueRequest, DialogueResponse
from mkef_codecs.ss7.sccp import SccpAddress
from mkef_codecs.ss7.tcap import Abort, AbortCause, BadMessage, Begin, Continue, End, Message
from mkef_codecs.ss7.value import Value

ID_LENGTH = 4
BLOCK = 64  # ids that are drawn at a time
SPARE = 256  # deadlines of ended transactions that are kept at least
LIMIT = 20_000  # transactions alive at once
SHARE = 2  # what peers began over one association may be half of them
ORPHAN_S = 60.0  # how long a peer's transaction may stay unanswered

TransactionId = bytes
Components = tuple[Component, ...]


class State(IntEnum):
    """Where a transaction stands (Q.774 figure A.5)."""

    IDLE = auto()
    INITIATION_SENT = auto()
    INITIATION_RECEIVED = auto()
    ACTIVE = auto()


class On(IntEnum):
    """What happens to a transaction: our user's requests, the peer's messages, time."""

    SEND_BEGIN = auto()
    SEND_CONTINUE = auto()
    SEND_END = auto()
    SEND_ABORT = auto()
    BEGIN = auto()
    CONTINUE = auto()
    END = auto()
    ABORT = auto()
    RETURNED = auto()
    TIMEOUT = auto()


# A pair that is not here does not happen to our user, and is an abnormal message of a peer.
TRANSACTION: dict[tuple[State, On], State] = {
    (State.IDLE, On.SEND_BEGIN): State.INITIATION_SENT,
    (State.IDLE, On.BEGIN): State.INITIATION_RECEIVED,
    (State.INITIATION_SENT, On.CONTINUE): State.ACTIVE,
    (State.INITIATION_SENT, On.END): State.IDLE,
    (State.INITIATION_SENT, On.ABORT): State.IDLE,
    (State.INITIATION_SENT, On.RETURNED): State.IDLE,
    (State.INITIATION_SENT, On.TIMEOUT): State.IDLE,
    (State.INITIATION_SENT, On.SEND_ABORT): State.IDLE,
    (State.INITIATION_SENT, On.SEND_END): State.IDLE,  # prearranged only
    (State.INITIATION_RECEIVED, On.SEND_CONTINUE): State.ACTIVE,
    (State.INITIATION_RECEIVED, On.SEND_END): State.IDLE,
    (State.INITIATION_RECEIVED, On.SEND_ABORT): State.IDLE,
    (State.INITIATION_RECEIVED, On.TIMEOUT): State.IDLE,
    (State.ACTIVE, On.SEND_CONTINUE): State.ACTIVE,
    (State.ACTIVE, On.SEND_END): State.IDLE,
    (State.ACTIVE, On.SEND_ABORT): State.IDLE,
    (State.ACTIVE, On.CONTINUE): State.ACTIVE,
    (State.ACTIVE, On.END): State.IDLE,
    (State.ACTIVE, On.ABORT): State.IDLE,
    (State.ACTIVE, On.RETURNED): State.IDLE,
    (State.ACTIVE, On.TIMEOUT): State.IDLE,
}
# Of every dialogue: an attribute of an enumeration takes as long as a call.
_IDLE, _END, _SEND_END = State.IDLE, On.END, On.SEND_END
_BEGUN = TRANSACTION[State.IDLE, On.SEND_BEGIN]
_OPENED = TRANSACTION[State.IDLE, On.BEGIN]


class Path(Struct):
    """How to reach the other end: addresses of SCCP, its point code, and the association."""

    local: SccpAddress
    remote: SccpAddress
    point_code: int
    association: str


class TimedOut(Struct):
    """Nothing was heard of the peer in time."""


class Undeliverable(Struct):
    """The network returned a message of ours, or the way to the peer is gone."""

    reason: str


Event = Begin | Continue | End | Abort | TimedOut | Undeliverable


class Transmit(Value):
    """User data of SCCP for the other end of a path."""

    path: Path
    octets: bytes


class Indicate(Struct):
    """Something has happened to a transaction of which nobody has said what follows from it."""

    transaction: TransactionId
    event: Event


class Note(Struct):
    """Something worth a log line."""

    event: str
    fields: dict[str, object] = {}


# A Transmit, a Note, or what a user of TCAP makes of what happens.
Effects = list[Any]


class TooManyTransactions(Exception):
    """As many transactions are alive as this node allows."""


class Transaction(Struct):
    """What is kept of a live transaction."""

    path: Path
    state: State
    deadline: float
    remote_id: TransactionId | None = None
    begun_over: str | None = None  # the association, of a transaction that a peer began


class Transactions:
    """Requests, octets and `now` in; effects out. `octets` draws transaction ids.

    `indicate` is called with what happens to a transaction, and says what follows from it.
    """

    def __init__(self, octets: Callable[[int], bytes], *, limit: int = LIMIT) -> None:
        self.indicate: Callable[[TransactionId, Event], Effects] = _indication
        self._octets = octets
        self._limit = limit
        self._share = max(1, limit // SHARE)
        self._begun: dict[str, int] = {}  # by peers, for each association
        self._live: dict[TransactionId, Transaction] = {}
        self._drawn: list[TransactionId] = []  # that are not in use yet
        # Our own transactions that ended stay in the heap until they are most of it. Those that
        # peers began all have the same time, so that they stand in the order of their deadlines.
        self._deadlines: list[tuple[float, TransactionId]] = []
        self._orphans: OrderedDict[TransactionId, float] = OrderedDict()

    def __len__(self) -> int:
        return len(self._live)

    def path(self, transaction: TransactionId) -> Path:
        """How the other end of a live transaction is reached."""
        return self._live[transaction].path

    # What our user asks for.

    def begin(
        self, path: Path, dialogue: DialogueRequest, components: Components, *, deadline: float
    ) -> tuple[TransactionId, Transmit]:
        """Open a transaction that ends at `deadline` if the peer has not ended it."""
        own = self._free(self._octets(ID_LENGTH))
        if len(self._deadlines) > 2 * len(self._live) + SPARE:
            self._deadlines = [entry for entry in self._deadlines if entry[1] in self._live]
            heapq.heapify(self._deadlines)
        self._live[own] = Transaction(path, _BEGUN, deadline)
        heapq.heappush(self._deadlines, (deadline, own))
        return own, _transmit(path, Begin(own, dialogue, components))

    def proceed(
        self, own: TransactionId, dialogue: DialogueResponse | None, components: Components
    ) -> list[Transmit]:
        """TC-CONTINUE: nothing if the transaction has gone meanwhile."""
        transaction = self._step(own, On.SEND_CONTINUE)
        if transaction is None or transaction.remote_id is None:
            return []
        message = Continue(own, transaction.remote_id, dialogue, components)
        return [_transmit(transaction.path, message)]

    def end(
        self, own: TransactionId, dialogue: DialogueResponse | None, components: Components
    ) -> list[Transmit]:
        """TC-END, basic: nothing if the transaction has gone meanwhile."""
        transaction = self._step(own, _SEND_END)
        if transaction is None or transaction.remote_id is None:
            return []
        return [_transmit(transaction.path, End(transaction.remote_id, dialogue, components))]

    def release(self, own: TransactionId) -> None:
        """TC-END, prearranged: both sides forget, nothing is sent (Q.774 clause 3.3)."""
        self._step(own, On.SEND_END)

    def abort(
        self, own: TransactionId, dialogue: DialogueResponse | DialogueAbort | None = None
    ) -> list[Transmit]:
        """TC-U-ABORT: only our own side forgets while the peer has no id of the transaction."""
        transaction = self._step(own, On.SEND_ABORT)
        if transaction is None or transaction.remote_id is None:
            return []
        return [_transmit(transaction.path, Abort(transaction.remote_id, dialogue=dialogue))]

    # What the network brings.

    def receive(self, octets: bytes, path: Path, now: float) -> Effects:
        """A TCAP message that came over `path`."""
        try:
            message = tcap.decode(octets)
        except BadMessage as error:
            return self._malformed(error, path, known=octets[:1] in tcap.MESSAGE_TYPES)
        return _RECEIVERS[type(message)](self, message, path, now)

    def returned(self, octets: bytes, reason: str) -> Effects:
        """A message of ours that the network could not deliver."""
        own = _originating(octets)
        if own is None or self._step(own, On.RETURNED) is None:
            return []
        return self.indicate(own, Undeliverable(f"the network returned the message: {reason}"))

    def lost(self, reachable: Callable[[int], bool]) -> Effects:
        """What waits for a point code that is out of reach by now waits in vain."""
        waiting = [own for own, t in self._live.items() if not reachable(t.path.point_code)]
        effects: Effects = []
        for own in waiting:
            if self._step(own, On.RETURNED):
                effects += self.indicate(own, Undeliverable("the way to the peer is lost"))
        return effects

    @property
    def deadline(self) -> float | None:
        """When `tick` wants to be called next."""
        orphan = next(iter(self._orphans.values()), None)
        if not self._deadlines:
            return orphan
        own = self._deadlines[0][0]
        return own if orphan is None else min(own, orphan)

    def tick(self, now: float) -> Effects:
        """Time has passed: give up what is overdue."""
        effects: Effects = []
        while self._deadlines and self._deadlines[0][0] <= now:
            deadline, own = heapq.heappop(self._deadlines)
            if own in self._live and self._live[own].deadline == deadline:
                effects += self._give_up(own)
        while self._orphans:
            own, deadline = next(iter(self._orphans.items()))
            if deadline > now:
                break
            effects += self._give_up(own)
        return effects

    # How a transaction changes.

    def _free(self, own: TransactionId) -> TransactionId:
        """An id that was drawn, or the next one that no live transaction has."""
        if len(self._live) >= self._limit:
            raise TooManyTransactions(f"{self._limit} transactions are alive")
        while own in self._live:
            own = (int.from_bytes(own, "big") + 1 & 0xFFFFFFFF).to_bytes(ID_LENGTH, "big")
        return own

    def _draw(self) -> TransactionId:
        """An id for a peer's transaction, of a new block: drawing is a call of the system."""
        block = self._octets(ID_LENGTH * BLOCK)
        self._drawn = [block[at : at + ID_LENGTH] for at in range(0, len(block), ID_LENGTH)]
        return self._drawn.pop()

    def _step(self, own: TransactionId, on: On) -> Transaction | None:
        """Move a live transaction along the table; None if there is no such step."""
        transaction = self._live.get(own)
        if transaction is None:
            return None
        state = TRANSACTION.get((transaction.state, on))
        if state is None:
            return None
        transaction.state = state
        if state is _IDLE:
            self._close(own, transaction)
        return transaction

    def _close(self, own: TransactionId, transaction: Transaction) -> None:
        del self._live[own]
        peer = transaction.begun_over
        if peer is None:
            return
        del self._orphans[own]
        begun = self._begun[peer] - 1
        if begun:
            self._begun[peer] = begun
        else:
            del self._begun[peer]

    def _give_up(self, own: TransactionId) -> Effects:
        transaction = self._step(own, On.TIMEOUT)
        if transaction is None:
            return []
        effects = self.indicate(own, TimedOut())
        if transaction.remote_id is not None:
            abort = Abort(transaction.remote_id, dialogue=DialogueAbort())
            effects = [*effects, _transmit(transaction.path, abort)]
        return effects

    # One method for each message type.

    def _on_begin(self, message: Begin, path: Path, now: float) -> Effects:
        peer, deadline = path.association, now + ORPHAN_S
        begun = self._begun.get(peer, 0)
        try:
            if begun >= self._share:
                raise TooManyTransactions(f"{begun} of this peer are alive")  # noqa: TRY301
            own = self._free(self._drawn.pop() if self._drawn else self._draw())
        except TooManyTransactions as error:
            refusal = Abort(message.otid, cause=AbortCause.RESOURCE_LIMITATION)
            return [Note("TCAP overload", {"problem": str(error)}), _transmit(path, refusal)]
        self._begun[peer] = begun + 1
        self._live[own] = Transaction(path, _OPENED, deadline, message.otid, peer)
        self._orphans[own] = deadline
        return self.indicate(own, message)

    def _on_continue(self, message: Continue, path: Path, _now: float) -> Effects:
        transaction = self._step(message.dtid, On.CONTINUE)
        if transaction is None:
            return [_transmit(path, _unknown(message.otid))]
        if transaction.remote_id is None:
            # From now on the peer is where its first answer came from (Q.774 clause 3.3.3.1).
            transaction.path, transaction.remote_id = path, message.otid
        return self.indicate(message.dtid, message)

    def _on_end(self, message: End, _path: Path, _now: float) -> Effects:
        if self._step(message.dtid, _END) is None:
            return [_stray(message)]
        return self.indicate(message.dtid, message)

    def _on_abort(self, message: Abort, _path: Path, _now: float) -> Effects:
        if self._step(message.dtid, On.ABORT) is None:
            return [_stray(message)]
        return self.indicate(message.dtid, message)

    def _on_unidirectional(self, _message: Message, _path: Path, _now: float) -> Effects:
        return [Note("TCAP unidirectional message ignored")]

    def _malformed(self, error: BadMessage, path: Path, *, known: bool) -> Effects:
        """Both ends learn that a transaction is lost, as far as its ids could be read."""
        effects: Effects = [Note("malformed TCAP message", {"problem": str(error)})]
        cause = (
            AbortCause.BADLY_FORMATTED_TRANSACTION_PORTION
            if known
            else AbortCause.UNRECOGNIZED_MESSAGE_TYPE
        )
        if error.dtid is not None and self._step(error.dtid, On.ABORT) is not None:
            effects += self.indicate(error.dtid, Abort(error.dtid, cause=cause))
        if error.otid is not None:
            effects.append(_transmit(path, Abort(error.otid, cause=cause)))
        return effects


_RECEIVERS: dict[type, Callable[..., Effects]] = {
    Begin: Transactions._on_begin,
    Continue: Transactions._on_continue,
    End: Transactions._on_end,
    Abort: Transactions._on_abort,
    tcap.Unidirectional: Transactions._on_unidirectional,
}


def _indication(own: TransactionId, event: Event) -> Effects:
    return [Indicate(own, event)]


def _originating(octets: bytes) -> TransactionId | None:
    """Our id in a message of ours; only its first part may have come back."""
    try:
        return getattr(tcap.decode(octets), "otid", None)
    except BadMessage as error:
        return error.otid


def _unknown(remote: TransactionId) -> Abort:
    return Abort(remote, cause=AbortCause.UNRECOGNIZED_TRANSACTION_ID)


def _stray(message: End | Abort) -> Note:
    return Note("TCAP message for no transaction", {"message": type(message).__name__})


def _transmit(path: Path, message: Message) -> Transmit:
    return Transmit(path, tcap.encode(message))
