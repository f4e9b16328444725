"""What the MTC Server asks of whoever gets it K_MTC, and the answers there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from mkef.crypto.secret import KMtc
from mkef_codecs.establishment import KidContext
from mkef_codecs.identity import Imsi, ServerId


@dataclass(frozen=True, slots=True)
class KeyGrant:
    """K_MTC for one kid context; `expires_at` in seconds since 1970-01-01T00:00:00Z.

    `session_id` is the request's, by which the MKEF's log has it too.
    """

    k_mtc: KMtc
    server_id: ServerId
    expires_at: float
    strength_bits: int | None = None
    session_id: str | None = None


class NoKey(Exception):
    """Why there is no key; `session_id` is the request's, none if none was sent."""

    def __init__(self, reason: str, *, session_id: str | None = None) -> None:
        super().__init__(reason)
        self.session_id = session_id


class KeyRefused(NoKey):
    """Permanent: the device gets the one unprotected 4.01, whatever the reason."""


class KeyUnavailable(NoKey):
    """Temporary: the device gets 5.03 with Max-Age `retry_after_s`."""

    def __init__(
        self, reason: str, *, retry_after_s: int = 5, session_id: str | None = None
    ) -> None:
        super().__init__(reason, session_id=session_id)
        self.retry_after_s = retry_after_s


class KeyClient(Protocol):
    """The way to the home network's MKEF."""

    async def request_key(self, imsi: Imsi, context: KidContext) -> KeyGrant:
        """K_MTC of a device's first message; raises KeyRefused or KeyUnavailable."""
