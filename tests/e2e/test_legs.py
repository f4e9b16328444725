"""From a line of the MKEF's log to the HLR's audit line and to the frames of the capture."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from key_requests import HLR_SETTINGS, MKEF_SETTINGS, asked, code_of, peer_of, prepare
from msgspec.structs import replace
from structlog.testing import capture_logs

from hlr_stub.config import HlrConfig
from hlr_stub.node import HlrNode
from hlr_stub.subscribers import Subscriber
from mkef.config import MkefConfig
from mkef.demo.lab import SUBSCRIBER, Lab
from mkef.node import MkefNode
from mkef.ops.configuration import load
from mkef_codecs.establishment import Profile
from mkef_codecs.identity import Imsi
from mtc.device.errors import DeviceError

HLR_OVER_DIAMETER = (
    "audit.file=audit.jsonl",
    "diameter.origin_host=hlr.home.example",
    "diameter.origin_realm=home.example",
    "diameter.listen=127.0.0.1:0",
    'diameter.mkefs=["mkef.home.example"]',
)
OVER_DIAMETER = (
    "zr.hlr.home.priority=2",
    "zr.hlr.diameter.destination_realm=home.example",
    "zr.diameter.origin_host=mkef.home.example",
    "zr.diameter.origin_realm=home.example",
)


def audited(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "audit.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("known", [True, False], ids=["released", "refused"])
async def test_a_map_dialogue_has_one_name_in_both_logs_and_in_the_capture(
    known: bool, make_lab: Callable[..., Lab], tshark: Callable[..., str]
) -> None:
    another = Subscriber(Imsi("001010123456780"), SUBSCRIBER.ki, SUBSCRIBER.opc)
    lab = make_lab([SUBSCRIBER if known else another], hlr_stub=["audit.file=audit.jsonl"])
    with capture_logs() as logs:
        async with lab.run(), lab.device() as device:
            try:
                await device.send(b"21.5")
            except DeviceError:
                assert not known
    (line,) = [each for each in logs if each["event"] in {"key released", "key refused"}]
    (audit,) = audited(lab.folder)
    assert line["event"] == ("key released" if known else "key refused")
    assert (audit["outcome"] == "answered") is known
    assert line["zr_otid"] == audit["zr_otid"]
    otid = ":".join(line["zr_otid"][n : n + 2] for n in range(0, 8, 2))
    fields = ("-T", "fields", "-e", "gsm_old.localValue", "-e", "e212.imsi")
    begin = tshark(lab.folder / "mkef.pcapng", "-Y", f"tcap.otid == {otid}", *fields)
    assert begin.split() == ["56", SUBSCRIBER.imsi.digits]
    assert tshark(lab.folder / "mkef.pcapng", "-Y", f"tcap.dtid == {otid}")


@pytest.mark.parametrize("known", [True, False], ids=["released", "refused"])
async def test_a_request_is_found_in_the_logs_of_all_nodes(
    known: bool, make_lab: Callable[..., Lab]
) -> None:
    """The Session-Id joins the server's line and the MKEF's, the dialogue's the MKEF's and the
    HLR's."""
    another = Subscriber(Imsi("001010123456780"), SUBSCRIBER.ki, SUBSCRIBER.opc)
    lab = make_lab([SUBSCRIBER if known else another], hlr_stub=["audit.file=audit.jsonl"])
    with capture_logs() as logs:
        async with lab.run(), lab.device() as device:
            try:
                await device.send(b"21.5")
            except DeviceError:
                assert not known
    (served,) = [each for each in logs if each["event"] == ("key granted" if known else "refused")]
    (decided,) = [each for each in logs if each["event"] in {"key released", "key refused"}]
    (audit,) = audited(lab.folder)
    assert served["session_id"].startswith("mtc-server.example;")
    assert served["session_id"] == decided["correlation"]
    assert decided["zr_otid"] == audit["zr_otid"]


async def test_a_diameter_session_has_one_name_in_both_logs_and_in_the_capture(
    tmp_path: Path, tshark: Callable[..., str]
) -> None:
    prepare(tmp_path)
    hlr_config = load(tmp_path / "hlr-stub.toml", HlrConfig, (*HLR_SETTINGS, *HLR_OVER_DIAMETER))
    async with HlrNode(hlr_config) as hlr:
        peer = f'{{host="hlr.home.example", address=["{hlr.addresses["diameter"]}"]}}'
        settings = (
            *MKEF_SETTINGS,
            *OVER_DIAMETER,
            f"zr.diameter.connect=[{peer}]",
            f'zr.sigtran.connect=["{hlr.addresses["m3ua_tcp"]}"]',
            "capture.file=mkef.pcapng",
        )
        with capture_logs() as logs:
            async with MkefNode(load(tmp_path / "mkef.toml", MkefConfig, settings)) as mkef:
                await mkef.connected()
                async with peer_of(mkef.addresses["zk"]) as server:
                    assert code_of(await server.ask(asked(1, Profile()).mkr)) == "2001"
    (line,) = [each for each in logs if each["event"] == "key released"]
    (audit,) = audited(tmp_path)
    assert line["zr_session_id"] == audit["zr_session_id"]
    wanted = f'diameter.Session-Id == "{line["zr_session_id"]}"'
    codes = tshark(
        tmp_path / "mkef.pcapng", "-Y", wanted, "-T", "fields", "-e", "diameter.cmd.code"
    )
    assert codes.split() == ["16777215"] * 2


async def test_a_copy_of_a_request_under_way_names_the_dialogue_that_answered_it(
    tmp_path: Path,
) -> None:
    first = asked(0, Profile()).mkr
    copy = replace(first, session_id=f"{first.session_id};copy")
    async with HlrNode(prepare(tmp_path)) as hlr:
        connect = f'zr.sigtran.connect=["{hlr.addresses["m3ua_tcp"]}"]'
        config = load(tmp_path / "mkef.toml", MkefConfig, (*MKEF_SETTINGS, connect))
        with capture_logs() as logs:
            async with MkefNode(config) as node, peer_of(node.addresses["zk"]) as peer:
                await node.connected()
                answers = await asyncio.gather(peer.ask(first), peer.ask(copy))
    assert [code_of(mka) for mka in answers] == ["2001", "2001"]
    lines = [line for line in logs if line["event"] == "key released"]
    assert {line["correlation"] for line in lines} == {first.session_id, copy.session_id}
    assert len({line["zr_otid"] for line in lines}) == 1
