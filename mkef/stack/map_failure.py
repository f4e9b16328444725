"""Why sendAuthenticationInfo brought no result: every outcome has a name."""

from __future__ import annotations

from mkef_codecs.ss7.ber import Oid
from mkef_codecs.ss7.component import Problem
from mkef_codecs.ss7.map_auth import INFO_RETRIEVAL_V3, MapUserError


class MapFailure(Exception):
    """A sendAuthenticationInfo that brought no result."""


class MapErrorReturned(MapFailure):
    """The HLR returned an error; a number that MapUserError does not have stays a number."""

    def __init__(self, code: int) -> None:
        known = code in set(MapUserError)
        self.error: MapUserError | int = MapUserError(code) if known else code
        super().__init__(f"the HLR returned error {getattr(self.error, 'name', code)}")


class DialogueAborted(MapFailure):
    """The HLR or TCAP gave the dialogue up."""


class DialogueRefused(MapFailure):
    """The HLR does not accept the application context, and may have offered another one."""

    def __init__(self, offered: Oid | None, reason: str = "") -> None:
        self.offered = offered
        offer = f", version {self.offered_version} is offered" if self.offered_version else ""
        super().__init__(f"the HLR refused the dialogue{offer}{reason and f': {reason}'}")

    @property
    def offered_version(self) -> int | None:
        """The MAP version of infoRetrieval that the HLR offers instead, if it does."""
        if self.offered is None or self.offered[:-1] != INFO_RETRIEVAL_V3[:-1]:
            return None
        return None if self.offered == INFO_RETRIEVAL_V3 else self.offered[-1]


class OperationRejected(MapFailure):
    """The HLR rejected the operation: it does not know it, or not this argument."""

    def __init__(self, problem: Problem, number: int) -> None:
        super().__init__(f"the HLR rejected the operation: {problem.value} problem {number}")
        self.problem = problem
        self.number = number


class NoRoute(MapFailure):
    """No association is active, or the network could not deliver the message."""


class TooManyDialogues(MapFailure):
    """As many dialogues are open as this node allows."""


class MapTimeout(MapFailure):
    """No answer in time."""


class UnusableAnswer(MapFailure):
    """An answer that holds no result: TC-CONTINUE, an empty or a malformed one."""
