"""python-diameter with our commands: on octets, and as an MTC Server on a real connection."""

from __future__ import annotations

import asyncio
import runpy
import sys
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from diameter.message import Message
from diameter.node import Node
from diameter.node.application import Application
from home_network import Vector, home_network, published
from hypothesis import given
from hypothesis import strategies as st

from mkef.demo.files import MKEF_HOST
from mkef.integrations.python_diameter import register
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

CLASSES = register()
PATIENCE_S = 20.0
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
def vector(checkout: Path) -> Vector:
    """K_MTC and E(RES) that other programs have computed."""
    return published(checkout, "10")


@pytest.fixture
async def zk(tmp_path: Path, vector: Vector) -> AsyncIterator[str]:
    """HLR stub and MKEF, Zk without TLS; where the MKEF listens."""
    async with home_network(tmp_path, vector, tls=False) as mkef:
        yield mkef.addresses["zk"]


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


async def test_the_example_gets_the_key(zk: str, checkout: Path, vector: Vector) -> None:
    request = (vector["imsi"], vector["profile"], vector["rand"])
    output = await send_mkr(checkout, zk, *request, vector["encrypted_res"])
    assert output.startswith(f"{vector['k_mtc']} 128 bits until 20")


@contextmanager
def foreign_node(address: str) -> Iterator[Application]:
    """python-diameter's Node, connected to the MKEF, as an MTC Server."""
    host, realm = MKEF_HOST, MKEF_HOST.partition(".")[2]
    ip_address, _, port = address.rpartition(":")
    node = Node("mtc-server.example", "example")
    node.wakeup_interval = 1
    peer = node.add_peer(
        f"aaa://{host}:{port}", realm, ip_addresses=[ip_address], is_persistent=True
    )
    application = Application(ZK.auth_application_id, is_auth_application=True)
    node.add_application(application, [peer])
    node.start()
    try:
        application.wait_for_ready(PATIENCE_S)
        yield application
    finally:
        node.stop(wait_timeout=5)


async def test_many_requests_of_its_node_get_their_own_answers(zk: str, vector: Vector) -> None:
    """Every other one is for an IMSI that this server may not ask for."""
    realm = MKEF_HOST.partition(".")[2].encode()

    def ask(application: Application, number: int) -> Any:
        session = f"mtc-server.example;1;{number}"
        answer = application.send_request(
            CLASSES["MKR"](
                session_id=session,
                origin_host=b"mtc-server.example",
                origin_realm=b"example",
                destination_realm=realm,
                user_name=vector["imsi"] if number % 2 else f"00101{number:010}",
                mtc_key_profile=int(vector["profile"], 16),
                mtc_device_rand=bytes.fromhex(vector["rand"]),
                mtc_encrypted_res=bytes.fromhex(vector["encrypted_res"]),
            )
        )
        assert answer.session_id == session
        return answer

    def ask_all() -> list[Any]:
        with foreign_node(zk) as application, ThreadPoolExecutor(16) as threads:
            return list(threads.map(partial(ask, application), range(100)))

    async with asyncio.timeout(PATIENCE_S * 3):
        answers = await asyncio.to_thread(ask_all)
    assert [answer.result_code for answer in answers] == [5003, 2001] * 50
    keys = {answer.mtc_key_info.mtc_key_material.hex() for answer in answers[1::2]}
    assert keys == {vector["k_mtc"]}
