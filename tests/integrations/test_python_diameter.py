"""python-diameter with our commands: on octets, and as an MTC Server on a real connection."""

from __future__ import annotations

import asyncio
import runpy
import sys
import tomllib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from diameter.message import Message
from hypothesis import given
from hypothesis import strategies as st

from hlr_stub.config import HlrConfig
from hlr_stub.node import HlrNode
from hlr_stub.store import SubscriberStore
from hlr_stub.subscribers import Subscriber
from mkef.config import MkefConfig
from mkef.crypto.secret import Ki, OPc
from mkef.demo.files import KI, OPC, copy_examples, import_entitlements
from mkef.integrations.python_diameter import register
from mkef.node import MkefNode
from mkef.ops.configuration import load
from mkef_codecs.diameter.commands import decode, encode
from mkef_codecs.generated.diameter import (
    MKA,
    MKR,
    RIR,
    ExperimentalResult,
    MTCKeyInfo,
    MTCRANDList,
    VendorSpecificApplicationId,
)
from mkef_codecs.identity import Imsi

CLASSES = register()
EXAMPLE = "mkef/examples/send_mkr.py"
K_MTC = bytes(range(32))
RAND = bytes(range(16))
ZK = VendorSpecificApplicationId(vendor_id=32473, auth_application_id=16781313)
ZR = VendorSpecificApplicationId(vendor_id=32473, auth_application_id=16781314)
ORIGIN = {"origin_host": "mtc-server.example", "origin_realm": "example"}
FOREIGN_ORIGIN = {name: value.encode() for name, value in ORIGIN.items()}
EXPIRY = datetime(2026, 11, 2, tzinfo=UTC)


def foreign_request(**values: Any) -> Any:
    return CLASSES["MKR"](
        session_id="mtc-server.example;1;1",
        **FOREIGN_ORIGIN,
        destination_realm=b"home.example",
        user_name="001010123456789",
        mtc_key_profile=0x14,
        mtc_device_rand=RAND,
        mtc_encrypted_res=RAND[:8],
        **values,
    )


def test_registering_twice_is_registering_once() -> None:
    assert register() is CLASSES
    assert set(CLASSES) == {"MKR", "MKA", "RIR", "RIA", "MTC-Key-Info", "MTC-RAND-List"}


def test_we_read_its_mkr() -> None:
    foreign = foreign_request(mtc_server_id="mtc.example", route_record=[b"relay.example"])
    message = decode(foreign.as_bytes())
    assert (message.header.flags, message.header.command) == (0xC0, 16777214)
    assert message.body == MKR(
        session_id="mtc-server.example;1;1",
        vendor_specific_application_id=ZK,
        auth_session_state=1,
        **ORIGIN,
        destination_realm="home.example",
        user_name="001010123456789",
        mtc_key_profile=0x14,
        mtc_device_rand=RAND,
        mtc_encrypted_res=RAND[:8],
        mtc_server_id="mtc.example",
        route_record=["relay.example"],
    )


def test_it_reads_our_mka() -> None:
    info = MTCKeyInfo(
        mtc_key_material=K_MTC,
        mtc_server_id="mtc.example",
        key_expirytime=int(EXPIRY.timestamp()),
        mtc_key_strength=128,
    )
    answer = MKA(
        session_id="s", auth_session_state=1, **ORIGIN, result_code=2001, mtc_key_info=info
    )
    foreign = Message.from_bytes(encode(answer, 1, 2))
    assert isinstance(foreign, CLASSES["MKA"])
    assert (foreign.result_code, foreign.session_id) == (2001, "s")
    key = foreign.mtc_key_info
    assert (key.mtc_key_material, key.mtc_server_id, key.mtc_key_strength) == (
        K_MTC,
        "mtc.example",
        128,
    )
    assert key.key_expirytime.astimezone(UTC) == EXPIRY


@given(st.lists(st.binary(min_size=16, max_size=16), min_size=1, max_size=3))
def test_a_rand_list_is_the_same_both_ways(rands: list[bytes]) -> None:
    ours = RIR(
        session_id="s",
        vendor_specific_application_id=ZR,
        auth_session_state=1,
        **ORIGIN,
        destination_realm="home.example",
        user_name="001010123456789",
        mtc_rand_list=MTCRANDList(mtc_device_rand=rands),
    )
    foreign = Message.from_bytes(encode(ours, 1, 2))
    assert isinstance(foreign, CLASSES["RIR"])
    assert foreign.mtc_rand_list.mtc_device_rand == rands
    assert decode(foreign.as_bytes()).body == ours


def test_the_answer_to_its_mkr_is_an_mka() -> None:
    answer = foreign_request().to_answer()
    assert isinstance(answer, CLASSES["MKA"])
    answer.session_id, answer.result_code = "s", 4001
    answer.origin_host, answer.origin_realm = b"mkef.example", b"example"
    assert decode(answer.as_bytes()).body == MKA(
        session_id="s",
        vendor_specific_application_id=ZK,
        auth_session_state=1,
        origin_host="mkef.example",
        origin_realm="example",
        result_code=4001,
    )


def test_an_attribute_that_no_avp_has() -> None:
    with pytest.raises(TypeError, match="MKR has no mtc_rand"):
        foreign_request(mtc_rand=RAND)


def test_a_key_is_not_shown() -> None:
    assert K_MTC.hex() not in repr(CLASSES["MTC-Key-Info"](mtc_key_material=K_MTC))
    assert repr(K_MTC) not in repr(CLASSES["MTC-Key-Info"](mtc_key_material=K_MTC))


def test_without_python_diameter_there_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    name = "mkef.integrations.python_diameter"
    monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "diameter", None)
    for module in [m for m in sys.modules if m.startswith("diameter.")]:
        monkeypatch.delitem(sys.modules, module)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'mkef\[python-diameter\]'"):
        __import__(name)


@pytest.fixture(scope="module")
def vector(checkout: Path) -> dict[str, str]:
    """K_MTC and E(RES) that other programs have computed."""
    vectors = tomllib.loads((checkout / "tests/vectors/establishment.toml").read_text())
    return next(v for v in vectors["key"] if v["profile"] == "10")


@pytest.fixture
async def zk(tmp_path: Path, vector: dict[str, str]) -> AsyncIterator[str]:
    """HLR stub and MKEF, Zk without TLS; where the MKEF listens."""
    copy_examples(tmp_path)
    _without_tls(tmp_path / "mkef.toml")
    row = f"{vector['imsi']},{vector['server_id']},mtc-server.example,64,any,86400\n"
    with (tmp_path / "entitlements.csv").open("a") as rows:
        rows.write(row)
    import_entitlements(tmp_path)
    hlr_settings = ('sigtran.listen=["127.0.0.1:0"]', "sigtran.transport=tcp")
    hlr_config = load(tmp_path / "hlr-stub.toml", HlrConfig, hlr_settings)
    with closing(SubscriberStore.open(hlr_config.store)) as store:
        keys = Ki(bytes.fromhex(KI)), OPc(bytes.fromhex(OPC))
        store.add(Subscriber(Imsi(vector["imsi"]), *keys))
    async with AsyncExitStack() as stack:
        hlr = await stack.enter_async_context(HlrNode(hlr_config))
        settings = (
            "zk.listen=127.0.0.1:0",
            f'zr.sigtran.connect=["{hlr.addresses["m3ua_tcp"]}"]',
            "zr.sigtran.transport=tcp",
        )
        config = load(tmp_path / "mkef.toml", MkefConfig, settings)
        mkef = await stack.enter_async_context(MkefNode(config))
        await mkef.connected()
        yield mkef.addresses["zk"]


def _without_tls(file: Path) -> None:
    before, _, table = file.read_text().partition("[zk.tls]")
    file.write_text(before + "[zr.hlr" + table.partition("[zr.hlr")[2])


async def send_mkr(checkout: Path, *arguments: str) -> str:
    """The example as its user runs it."""
    script = checkout / EXAMPLE
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(script), *arguments, stdout=asyncio.subprocess.PIPE
    )
    async with asyncio.timeout(30):
        output, _ = await process.communicate()
    assert process.returncode == 0
    return output.decode()


@pytest.mark.parametrize(
    ("result", "shown"),
    [
        ({"result_code": 4001}, "refused: 4001"),
        (
            {
                "experimental_result": ExperimentalResult(
                    vendor_id=32473, experimental_result_code=5002
                )
            },
            "refused: 32473/5002",
        ),
    ],
)
def test_the_example_names_a_refusal(result: dict[str, Any], shown: str, checkout: Path) -> None:
    outcome = runpy.run_path(str(checkout / EXAMPLE))["outcome"]
    answer = MKA(session_id="s", auth_session_state=1, **ORIGIN, **result)
    assert outcome(Message.from_bytes(encode(answer, 1, 2))) == shown


async def test_the_example_gets_the_key(zk: str, checkout: Path, vector: dict[str, str]) -> None:
    request = (vector["imsi"], vector["profile"], vector["rand"])
    output = await send_mkr(checkout, zk, *request, vector["encrypted_res"])
    assert output.startswith(f"{vector['k_mtc']} 128 bits until 20")
