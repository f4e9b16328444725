"""Key requests counted by what became of them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from mkef.ops.configuration import MetricsSection
from mkef.ops.metrics import Metrics
from mkef_codecs.establishment import KidContext, Profile
from mkef_codecs.identity import Imsi
from mtc.server.keys import KeyRefused, KeyUnavailable
from mtc.server.measured import MeasuredKeys

CONTEXT = KidContext(Profile(), bytes(16), bytes(4))


class Keys:
    """A client of whose requests this becomes."""

    def __init__(self, failure: BaseException | None) -> None:
        self.failure = failure

    async def request_key(self, imsi: Imsi, context: KidContext) -> Any:
        del imsi, context
        if self.failure is not None:
            raise self.failure


@pytest.mark.parametrize(
    ("failure", "outcome"),
    [
        (None, "granted"),
        (KeyRefused("5003"), "refused"),
        (KeyUnavailable("3002"), "unavailable"),
        (asyncio.CancelledError(), "unavailable"),
        (RuntimeError(), "unavailable"),
    ],
)
async def test_an_outcome_each(failure: BaseException | None, outcome: str) -> None:
    metrics = Metrics(MetricsSection(), "mtc_server")
    keys = MeasuredKeys(Keys(failure), metrics, lambda: 0.0)
    if failure is None:
        await keys.request_key(Imsi("001010123456789"), CONTEXT)
    else:
        with pytest.raises(type(failure)):
            await keys.request_key(Imsi("001010123456789"), CONTEXT)
    assert metrics.outcomes() == {outcome: 1}
