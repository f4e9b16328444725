"""Why a Diameter request gets no answer."""

from __future__ import annotations


class RequestFailed(Exception):
    """A request that gets no answer: no connection, a lost one, or time is over."""


class Undelivered(RequestFailed):
    """The connection is to blame: another peer may be asked."""


class Unsent(Undelivered):
    """The request was not even sent."""
