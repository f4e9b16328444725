"""The two programs: what they print, and what they say when something is wrong."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from mkef.net.endpoint import Endpoint
from mtc.device.cli import main as device_main
from mtc.device.errors import Unavailable
from mtc.server.cli import main as server_main
from mtc.server.reading import Reading

Make = Callable[..., Any]

KI = "465b5ce8b199b49faa5f0a2ee238a6bc"
DEVICE = f"""
imsi = "001010123456789"
server = "127.0.0.1:9"
server_id = "coap://mtc.example"
state = "device.json"
[usim]
ki = "{KI}"
opc = "cd63cb71954a9f4e48a5994e37a02baf"
"""
SERVER = """
listen = "127.0.0.1:0"
server_id = "coap://mtc.example"
store = "server.db"
[zk]
origin_host = "mtc.example"
origin_realm = "example"
request_timeout_s = 0.2
[[zk.connect]]
host = "mkef.example"
address = "127.0.0.1:9"
[log]
format = "json"
"""


@pytest.fixture
def device_file(tmp_path: Path) -> Path:
    file = tmp_path / "mtc-device.toml"
    file.write_text(DEVICE)
    return file


@pytest.fixture
def server_file(tmp_path: Path) -> Path:
    file = tmp_path / "mtc-server.toml"
    file.write_text(SERVER)
    return file


def send(file: Path, *arguments: str) -> Result:
    return CliRunner().invoke(device_main, ["send", "--config", str(file), *arguments])


async def run(module: str, *arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def test_send_prints_a_line_for_each_answer(serving: Make, device_file: Path) -> None:
    async with serving() as server:
        common = ["--config", str(device_file), "--set", f"server={server.endpoint}"]
        process = await run(
            "mtc.device", "send", *common, "--profile", "0x00", "--json", "21.5 °C", "21.6 °C"
        )
        out, err = await process.communicate()
        assert (process.returncode, err) == (0, b"")
        first, second = map(json.loads, out.splitlines())
        process = await run("mtc.device", "send", *common, "--show-keys", "--new-key", "21.7 °C")
        text = (await process.communicate())[0].decode()
    assert (first["reading"], first["answer"], first["key"]) == ("21.5 °C", "stored 1", "new")
    assert (second["answer"], second["key"], second["profile"]) == ("stored 2", "same", "0x00")
    most = 68 - 16 + len("21.5 °C".encode())
    assert most - 2 <= first["sent_octets"] <= most  # a token without its leading zeros is shorter
    assert first["k_mtc_fingerprint"] == server.readings[0].k_mtc_fingerprint
    assert "k_mtc" not in first
    assert "new key" in text
    assert "profile 0x14" in text
    assert server.readings[2].k_mtc_fingerprint in text
    assert "K_MTC " in text
    assert [r.octets.decode() for r in server.readings] == ["21.5 °C", "21.6 °C", "21.7 °C"]


def test_nobody_there_is_status_1(device_file: Path) -> None:
    result = send(device_file, "x")
    assert result.exit_code == 1
    assert result.stderr == "error: no answer from 127.0.0.1:9: Connection refused\n"


@pytest.mark.parametrize(
    ("setting", "complaint"),
    [
        ("usim.ki=zz", "usim.ki: "),
        ("usim.ki='00'", "usim.ki: "),
        ("imsi='12'", "imsi: an IMSI has 6 to 15"),
        ("profile=2", "integrity only (bit 1) is not offered here"),
        ("profile=64", "profile version 1"),
        ("profile=1", "reserved bits"),
        ("tag=00", "tag: 8 hexadecimal digits"),
        ("lifetime_s=0", "lifetime_s: expected"),
        ("nothing=0", "nothing: unknown key"),
    ],
)
def test_a_wrong_configuration_is_status_2(device_file: Path, setting: str, complaint: str) -> None:
    result = send(device_file, "--set", setting, "x")
    assert result.exit_code == 2
    assert complaint in result.stderr
    assert str(device_file) in result.stderr
    assert KI not in result.output


@pytest.mark.parametrize("octet", ["0x02", "0x40", "0x01", "256", "many"])
def test_a_profile_that_is_not_offered_is_status_2(device_file: Path, octet: str) -> None:
    result = send(device_file, "--profile", octet, "x")
    assert result.exit_code == 2
    assert "Invalid value for '--profile'" in result.stderr


def test_without_a_file(tmp_path: Path) -> None:
    result = send(tmp_path / "none.toml", "x")
    assert result.exit_code == 2
    assert "examples/" in result.stderr


def test_check_config(server_file: Path) -> None:
    arguments = ["check-config", "--config", str(server_file)]
    assert CliRunner().invoke(server_main, arguments).output == f"{server_file}: good\n"
    result = CliRunner().invoke(server_main, [*arguments, "--set", "server_id=UPPER.example"])
    assert result.exit_code == 2
    assert "server_id: " in result.stderr


@pytest.mark.parametrize("program", ["server", "device"])
def test_check_config_for_programs(program: str, server_file: Path, device_file: Path) -> None:
    main, file, setting = {
        "server": (server_main, server_file, "server_id=UPPER.example"),
        "device": (device_main, device_file, "imsi='12'"),
    }[program]
    arguments = ["check-config", "--json", "--config", str(file)]
    good = CliRunner().invoke(main, arguments)
    assert json.loads(good.stdout) == {"file": str(file), "good": True}
    wrong = CliRunner().invoke(main, [*arguments, "--set", setting])
    assert (wrong.exit_code, wrong.stdout) == (2, "")
    key = setting.partition("=")[0]
    assert json.loads(wrong.stderr)["error"].startswith(f"{file}: {key}: ")


async def test_serve_without_an_mkef_is_ready_and_says_try_later(
    server_file: Path, terminal: Make
) -> None:
    process = await run("mtc.server", "serve", "--config", str(server_file))
    try:
        async with asyncio.timeout(15):
            assert process.stderr is not None
            async for line in process.stderr:
                event = json.loads(line)
                if event["event"] == "ready":
                    break
            endpoint = Endpoint.parse(event["coap"])
            async with terminal(endpoint) as device:
                with pytest.raises(Unavailable):
                    await device.send(b"x")
            process.send_signal(signal.SIGTERM)
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


@pytest.mark.parametrize(
    ("octets", "key", "value"),
    [("21.5 °C".encode(), "reading", "21.5 °C"), (b"\xff\x00", "reading_hex", "ff00")],
)
async def test_a_reading_is_one_line_of_json(
    serving: Make, sender: Make, connect: Make, octets: bytes, key: str, value: str
) -> None:
    async with serving() as server:
        await (await connect(server)).ask(sender().message(octets))
        (reading,) = server.readings
    assert isinstance(reading, Reading)
    line = reading.to_json()
    assert "\n" not in line
    row = json.loads(line)
    assert (row[key], row["imsi"], row["profile"]) == (value, "001010123456789", "0x00")
    assert (row["first_under_key"], row["strength_bits"]) == (True, 64)
