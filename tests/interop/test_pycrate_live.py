"""pycrate as the judge of live traffic: each message of a capture decodes, and encodes the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mkef.demo.lab import Lab
from mkef.net.capture import read
from mkef_codecs.establishment import Profile
from mkef_codecs.ip import Chunk, decode
from mkef_codecs.ss7 import m3ua, sccp
from mtc.device.errors import DeviceError


@pytest.fixture(scope="module")
def foreign() -> Any:
    """The message type of pycrate's MAP version 2 and 3."""
    from pycrate_asn1dir.TCAP_MAPv2v3 import GLOBAL

    return GLOBAL.MOD["TCAP-MAP-Messages"]["TCAP-MAP-Message"]


def tcap_of(file: Path) -> Iterator[bytes]:
    """What the DATA messages of a capture carry, in their order."""
    for packet in read(file):
        payload = decode(packet.octets)
        message = m3ua.decode(payload.octets) if isinstance(payload, Chunk) else None
        if message is not None and message.kind is m3ua.Kind.DATA:
            yield sccp.decode(m3ua.protocol_data(message).data).data


@pytest.mark.parametrize(
    ("settings", "kinds"),
    [
        ({}, ["begin", "end"] * 2),
        ({"mkef": ["zr.hlr.home.encoding=operation"]}, ["begin", "end"] * 2),
        (
            {"hlr-stub": ["variant=false"], "mkef": ["zr.hlr.home.encoding=operation"]},
            ["begin", "end"],
        ),
    ],
)
async def test_pycrate_reads_and_writes_the_same(
    settings: dict[str, list[str]], kinds: list[str], foreign: Any, tmp_path: Path
) -> None:
    lab = Lab(tmp_path, settings=settings)
    lab.prepare()
    async with lab.run(), lab.device() as device:
        for profile in (0x00, 0x14):
            try:
                await device.send(b"21.5", profile=Profile.parse(profile))
            except DeviceError:
                break
    messages = list(tcap_of(tmp_path / "mkef.pcapng"))
    assert len(messages) == len(kinds)
    for octets, kind in zip(messages, kinds, strict=True):
        foreign.from_ber(octets)
        value = foreign.get_val()
        assert value[0] == kind
        foreign.set_val(value)
        assert foreign.to_ber() == octets
