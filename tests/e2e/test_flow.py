"""A reading's whole way, and every way in which it is refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from hlr_stub.subscribers import Subscriber
from mkef.crypto.secret import Ki
from mkef.demo.lab import SUBSCRIBER, Lab
from mkef_codecs.establishment import Profile
from mkef_codecs.identity import Imsi
from mtc.device.errors import DeviceError

ANOTHER_KI = Subscriber(SUBSCRIBER.imsi, Ki(bytes(16)), SUBSCRIBER.opc)
ANOTHER_IMSI = Subscriber(Imsi("001010123456780"), SUBSCRIBER.ki, SUBSCRIBER.opc)
NOT_ALLOWED = Subscriber(SUBSCRIBER.imsi, SUBSCRIBER.ki, SUBSCRIBER.opc, mtc_allowed=False)
TAGGED_ONLY = Subscriber(SUBSCRIBER.imsi, SUBSCRIBER.ki, SUBSCRIBER.opc, tagged_only=True)
HEADER = "imsi,server_id,origin_hosts,min_strength_bits\n"


@pytest.mark.parametrize("octet", [0x00, 0x04, 0x08, 0x10, 0x14, 0x1C, 0x24, 0x2C])
async def test_a_reading_arrives_and_both_ends_hold_the_same_key(
    octet: int, make_lab: Callable[..., Lab]
) -> None:
    lab = make_lab()
    async with lab.run(), lab.device() as device:
        answer = await device.send(b"temperature 21.5", profile=Profile.parse(octet))
    (reading,) = lab.readings
    assert reading.octets == b"temperature 21.5"
    assert reading.imsi == SUBSCRIBER.imsi
    assert reading.k_mtc_fingerprint == answer.k_mtc.fingerprint
    assert reading.strength_bits == min(128, 64 * Profile.parse(octet).vectors)


@pytest.mark.parametrize("encoding", ["extension", "operation"])
async def test_both_encodings_of_the_variant(encoding: str, make_lab: Callable[..., Lab]) -> None:
    lab = make_lab(mkef=[f"zr.hlr.home.encoding={encoding}"])
    async with lab.run(), lab.device() as device:
        await device.send(b"21.5")
    assert len(lab.readings) == 1


async def test_an_hlr_is_found_by_the_imsi(make_lab: Callable[..., Lab]) -> None:
    """The IMSI becomes an E.214 mobile global title, and that the HLR's point code."""
    rows = (
        '{prefix="00101", numbering_plan="e212", replace_with="49171", new_numbering_plan="e214"}',
        '{prefix="49171", numbering_plan="e214", point_code=9, backup_point_code=2, ssn=6}',
    )
    lab = make_lab(mkef=[f"zr.sigtran.translations=[{','.join(rows)}]"])
    file = lab.folder / "mkef.toml"
    before, hlr, after = file.read_text().partition("[zr.hlr.home]")
    file.write_text(before + hlr + after.replace("point_code = 2", "by_imsi = true", 1))
    async with lab.run(), lab.device() as device:
        with pytest.raises(DeviceError):  # point code 9: the HLR says that it is not there
            await device.send(b"21.5")
        await device.send(b"21.7")
    assert [reading.octets for reading in lab.readings] == [b"21.7"]


async def test_a_second_reading_costs_the_core_network_nothing(
    make_lab: Callable[..., Lab], labels: Callable[[Lab], list[str]]
) -> None:
    lab = make_lab()
    async with lab.run(), lab.device() as device:
        first = await device.send(b"21.5")
        second = await device.send(b"21.7")
    assert (first.new_key, second.new_key) == (True, False)
    seen = labels(lab)
    assert len([label for label in seen if label.startswith("MKR")]) == 1
    assert len([label for label in seen if "TC-BEGIN" in label]) == 1
    assert [r.octets for r in lab.readings] == [b"21.5", b"21.7"]


@pytest.mark.parametrize(
    ("subscribers", "settings", "mka"),
    [
        pytest.param([ANOTHER_KI], {}, "MKA 4001", id="another Ki"),
        pytest.param([ANOTHER_IMSI], {}, "MKA 10415/5001", id="unknown IMSI"),
        pytest.param([NOT_ALLOWED], {}, "MKA 32473/5003", id="subscription without MTC"),
        pytest.param(
            [TAGGED_ONLY], {"mtc_device": ["profile=0x10"]}, "MKA 32473/5003", id="untagged RAND"
        ),
        pytest.param(
            [SUBSCRIBER], {"hlr_stub": ["variant=false"]}, "MKA 32473/5001", id="no variant"
        ),
        pytest.param(
            [SUBSCRIBER],
            {"hlr_stub": ["variant=false"], "mkef": ["zr.hlr.home.encoding=operation"]},
            "MKA 32473/5001",
            id="no operation of the variant",
        ),
    ],
)
async def test_a_refusal_has_its_code_and_releases_no_key(
    subscribers: Sequence[Subscriber],
    settings: dict[str, list[str]],
    mka: str,
    make_lab: Callable[..., Lab],
    labels: Callable[[Lab], list[str]],
) -> None:
    lab = make_lab(subscribers, **settings)
    async with lab.run(), lab.device(*settings.get("mtc_device", [])) as device:
        with pytest.raises(DeviceError, match=r"4\.01"):
            await device.send(b"21.5")
    assert lab.readings == []
    seen = labels(lab)
    assert mka in seen
    assert seen[seen.index(mka) + 1].endswith("4.01")


@pytest.mark.parametrize(
    ("rows", "profile", "mka"),
    [
        ("0010101234567*,mtc.example,another-server.example,64\n", "0x14", "MKA 5003"),
        ("0010109999999*,mtc.example,mtc-server.example,64\n", "0x14", "MKA 5003"),
        ("0010101234567*,another.example,mtc-server.example,64\n", "0x14", "MKA 5003"),
        ("0010101234567*,mtc.example,mtc-server.example,128\n", "0x04", "MKA 32473/5003"),
    ],
    ids=["another server", "another device", "another identity", "too weak a profile"],
)
async def test_a_server_that_is_not_entitled(
    rows: str,
    profile: str,
    mka: str,
    make_lab: Callable[..., Lab],
    labels: Callable[[Lab], list[str]],
) -> None:
    lab = make_lab()
    (lab.folder / "entitlements.csv").write_text(HEADER + rows)
    async with lab.run(), lab.device(f"profile={profile}") as device:
        with pytest.raises(DeviceError, match=r"4\.01"):
            await device.send(b"21.5")
    seen = labels(lab)
    assert mka in seen
    assert not [label for label in seen if "TC-BEGIN" in label]


async def test_after_a_refusal_the_nodes_serve_on(make_lab: Callable[..., Lab]) -> None:
    lab = make_lab()
    wrong = "usim.ki=000102030405060708090a0b0c0d0e0f"
    async with lab.run():
        async with lab.device(wrong, "state=another.json") as thief:
            with pytest.raises(DeviceError):
                await thief.send(b"0")
        async with lab.device() as device:
            await device.send(b"21.5")
    assert [reading.octets for reading in lab.readings] == [b"21.5"]
