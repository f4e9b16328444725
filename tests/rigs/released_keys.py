"""Keys that clients received, compared with the ledger of the MKEF that released them."""

from __future__ import annotations

from collections.abc import Iterable

from key_requests import SERVER, SERVER_ID, Asked

from mkef.domain.freshness import WINDOW, Spent, Use
from mkef.domain.keys import KeyRequest
from mkef.net.store import Database
from mkef.records.ledger import spent_all
from mkef_codecs.establishment import Profile


def use_of(each: Asked) -> Use:
    """What the ledger should have of a request that got its key."""
    profile = Profile.parse(each.mkr.mtc_key_profile)
    request = KeyRequest(SERVER, each.imsi, profile, each.rand, each.mkr.mtc_encrypted_res)
    return Use(each.imsi, each.rand, profile.tagged, request.digest, SERVER_ID.value)


def check_ledger(database: Database, released: Iterable[Asked], *, just_now: bool) -> None:
    """Each RAND is marked as used, and by the request that got the key.

    Of a tagged RAND the second is known within the same-answer window only: `just_now`.
    """
    uses = [use_of(each) for each in released]
    for use, spent in zip(uses, spent_all(database, uses), strict=True):
        if use.tagged:
            assert _counter_used(spent, use), f"{use} is not on the ledger: {spent}"
        if just_now or not use.tagged:
            assert spent.answered, f"{use} is not on the ledger: {spent}"
            assert spent.answered.request == use.request


def _counter_used(spent: Spent, use: Use) -> bool:
    """Its own bit; of what is behind the window nothing is known any more, and nothing fresh."""
    if spent.counter is None:
        return False
    behind = spent.counter.last - use.counter
    return behind >= WINDOW or (behind >= 0 and bool(spent.counter.used >> behind & 1))
