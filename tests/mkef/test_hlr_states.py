"""HLRs that are left alone, as people read of them."""

from __future__ import annotations

from pathlib import Path

import aiohttp
import pytest
from key_requests import MKEF_SETTINGS, asked, code_of, peer_of, prepare
from msgspec.structs import replace
from structlog.testing import capture_logs

from hlr_stub.node import HlrNode
from mkef.config import MkefConfig
from mkef.domain.breaker import State
from mkef.hlr_states import wanting
from mkef.node import MkefNode
from mkef.ops.configuration import load
from mkef_codecs.establishment import Profile


@pytest.mark.parametrize(
    ("states", "said"),
    [
        ({"home": State.CLOSED}, None),
        ({"home": State.HALF_OPEN}, None),
        ({"home": State.OPEN, "other": State.CLOSED}, None),
        ({"home": State.OPEN}, "home does not answer"),
        ({"home": State.INCAPABLE}, "home does not know the variant"),
        (
            {"other": State.OPEN, "home": State.INCAPABLE},
            "home does not know the variant, other does not answer",
        ),
    ],
)
def test_why_no_hlr_can_be_asked(states: dict[str, State], said: str | None) -> None:
    assert wanting(states) == (said and f"no HLR can be asked: {said}")


async def test_an_ordinary_hlr_is_named_in_the_log_and_in_readiness(tmp_path: Path) -> None:
    """It rejects the operation of the variant, once; then it is left alone for ten minutes."""
    async with HlrNode(replace(prepare(tmp_path), variant=False)) as hlr:
        connect = f'zr.sigtran.connect=["{hlr.addresses["m3ua_tcp"]}"]'
        settings = (*MKEF_SETTINGS, connect, "zr.hlr.home.encoding=operation")
        with capture_logs() as logs:
            async with MkefNode(load(tmp_path / "mkef.toml", MkefConfig, settings)) as node:
                await node.connected()
                async with peer_of(node.addresses["zk"]) as peer:
                    for n in range(3):
                        mka = await peer.ask(asked(n, Profile()).mkr)
                        assert code_of(mka) == "32473/5001"
                url = f"http://{node.addresses['metrics']}/readyz"
                async with aiohttp.ClientSession() as web, web.get(url) as answer:
                    ready = await answer.text()
    assert ready == "no HLR can be asked: home does not know the variant\n"
    (line,) = [line for line in logs if line["event"].startswith("HLR ")]
    assert (line["event"], line["hlr"], line["state"]) == ("HLR left alone", "home", "incapable")
    assert "rejected the operation" in line["reason"]
    assert (line["for_s"], line["log_level"]) == (600.0, "warning")


@pytest.mark.parametrize("new_prefix", [None, "49171"], ids=["E.212", "E.214"])
async def test_an_imsi_that_is_a_title_is_not_told_whole(
    new_prefix: str | None, tmp_path: Path
) -> None:
    """Nobody has a way to it, so all requests name it in the log as IMSIs are named there."""
    prepare(tmp_path)
    settings = [
        *MKEF_SETTINGS,
        "zr.hlr={home={by_imsi=true}}",
        'zr.sigtran.connect=["127.0.0.1:9"]',
    ]
    if new_prefix is not None:
        row = f'{{prefix="00101", numbering_plan="e212", replace_with="{new_prefix}"}}'
        settings.append(f"zr.sigtran.translations=[{row}]")
    asking = [asked(n, Profile()) for n in range(6)]
    with capture_logs() as logs:
        async with (
            MkefNode(load(tmp_path / "mkef.toml", MkefConfig, settings)) as node,
            peer_of(node.addresses["zk"]) as peer,
        ):
            for each in asking:
                assert code_of(await peer.ask(each.mkr)) == "10415/4181"
    told = [line for line in logs if line["event"] in {"key refused", "HLR left alone"}]
    assert len(told) == 7
    for line in told:
        assert not any(each.imsi.digits[-9:] in line["reason"] for each in asking)
