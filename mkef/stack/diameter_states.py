"""Where a Diameter connection stands, and what can happen to it (RFC 6733 clause 5.6)."""

from __future__ import annotations

from enum import Enum, auto


class State(Enum):
    """Where a connection stands."""

    __hash__ = object.__hash__  # there is one of each; Enum's own hashes the name at each look-up

    WAIT_CER = auto()
    WAIT_CEA = auto()
    ELECTION = auto()  # the peer wins the election, unless our own attempt fails (Wait-Returns)
    OPEN = auto()
    CLOSING = auto()  # DPR sent or answered
    CLOSED = auto()


class On(Enum):
    """What the table is asked about."""

    __hash__ = object.__hash__

    CER = auto()
    CEA = auto()
    DWR = auto()
    DWA = auto()
    DPR = auto()
    DPA = auto()
    REQUEST = auto()
    ANSWER = auto()
    WIN = auto()  # the other connection to this peer has failed
    STOP = auto()
    TIMEOUT = auto()


UNOPENED = {State.WAIT_CER, State.WAIT_CEA, State.ELECTION}
ANSWERING = {State.OPEN, State.CLOSING}
