"""What becomes of HLRs, in words: lines of the log, and why no key can be released."""

from __future__ import annotations

from collections.abc import Mapping

import structlog

from mkef.domain.breaker import State
from mkef.domain.hlrs import Watch

_FAULTS = {State.OPEN: "does not answer", State.INCAPABLE: "does not know the variant"}

log = structlog.get_logger()


class HlrLog(Watch):
    """A line of the log for each change."""

    def changed(self, name: str, state: State, reason: str, for_s: float) -> None:
        """A warning when nothing is asked of an HLR any more."""
        if state in _FAULTS:
            log.warning(
                "HLR left alone", hlr=name, state=state.value, reason=reason, for_s=round(for_s, 1)
            )
        else:
            event = "HLR up" if state is State.CLOSED else "HLR probed"
            log.info(event, hlr=name, state=state.value, reason=reason)

    def stood_in(self, name: str, by: str) -> None:
        """Once for each stand-in, until the HLR is up again."""
        log.warning("HLR stood in for", hlr=name, by=by)


def wanting(states: Mapping[str, State]) -> str | None:
    """Why nothing can be asked of any HLR; None: of one it can."""
    if any(state not in _FAULTS for state in states.values()):
        return None
    faults = (f"{name} {_FAULTS[state]}" for name, state in sorted(states.items()))
    return f"no HLR can be asked: {', '.join(faults)}"
