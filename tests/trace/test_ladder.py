"""From a capture to the ladder that people read."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from mkef.net.capture import Capture, Protocol, merge
from mkef.net.endpoint import NetworkError
from mkef.trace.command import trace
from mkef.trace.ladder import Step, read_ladder, render
from mkef_codecs import pcapng
from mkef_codecs.pcapng import Packet

COAP_ACK = bytes.fromhex("60000001")
ASPUP = bytes.fromhex("0100030100000008")
REQUEST_316 = bytes.fromhex("01000014 80 00013c 01000023 00000001 00000001")

LADDER = """\
       ms octets   mtc-device   mtc-server      mkef          hlr
      0.0      4        |----------->|            |            |   CoAP ACK
      1.5     20        |            |----------->|            |   Diameter 316 request
      3.0      8        |            |            |----------->|   M3UA ASPUP
      4.5      8        |            |            |<-----------|   M3UA ASPUP"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    clock = iter((1000.0, 1000.0015, 1000.003, 1000.0045)).__next__
    server = Capture(tmp_path / "server", node="mtc-server", clock=clock)
    mkef = Capture(tmp_path / "mkef", node="mkef", clock=clock)
    server.leg(Protocol.COAP, "mtc-device", initiator=False, carried="").received(COAP_ACK)
    server.leg(Protocol.DIAMETER, "mkef", initiator=True, carried="").sent(REQUEST_316)
    zr = mkef.leg(Protocol.M3UA, "hlr", initiator=True, carried="")
    zr.sent(ASPUP)
    zr.received(ASPUP)
    merge([tmp_path / "server", tmp_path / "mkef"], tmp_path / "c.pcapng")
    return tmp_path / "c.pcapng"


def test_a_capture_is_read_as_steps(file: Path) -> None:
    steps = read_ladder(file)
    assert steps[1] == Step(
        1.5, "mtc-server", "mkef", Protocol.DIAMETER, "Diameter 316 request", 20
    )
    assert [(s.source, s.destination) for s in steps[2:]] == [("mkef", "hlr"), ("hlr", "mkef")]


def test_the_ladder(file: Path) -> None:
    assert render(read_ladder(file)).plain == LADDER


def test_nodes_that_are_not_ours_stand_at_the_right() -> None:
    steps = [
        Step(0.0, "192.0.2.16", "hlr", Protocol.M3UA, "x", 1),
        Step(1.0, "hlr", "hlr", Protocol.M3UA, "y", 1),
    ]
    heading, one, other = render(steps).plain.splitlines()
    assert heading.split() == ["ms", "octets", "hlr", "192.0.2.16"]
    assert "|<------" in one
    assert other.split() == ["1.0", "1", "|", "|", "y"]


def test_no_line_is_wider_than_asked() -> None:
    step = Step(0.0, "mkef", "hlr", Protocol.M3UA, "M3UA " * 40, 8)
    assert max(map(len, render([step]).plain.splitlines())) == 120
    assert render([step]).plain.endswith("…")
    assert render([]).plain.split() == ["ms", "octets"]


def test_long_messages_are_joined_and_two_in_a_segment_are_parted(tmp_path: Path) -> None:
    capture = Capture(tmp_path / "c", node="mkef", clock=lambda: 1.0)
    long = bytes.fromhex("0101d4c0") + REQUEST_316[4:] + bytes(120_000 - 20)
    zk = capture.leg(Protocol.DIAMETER, "mtc-server", initiator=False, carried="")
    zk.sent(long)
    zk.sent(REQUEST_316 * 2)
    capture.leg(Protocol.M3UA, "hlr", initiator=True, carried="").sent(ASPUP + bytes(70_000))
    capture.close()
    steps = read_ladder(tmp_path / "c")
    assert [s.octets for s in steps] == [120_000, 20, 20, 70_008]
    assert steps[3].label == "M3UA malformed"


@pytest.mark.parametrize(
    ("packet", "problem"),
    [(b"\x60" + bytes(39), "IPv4"), (None, "cannot be read"), (b"", "no capture of ours")],
)
def test_another_file_is_one_clear_line(tmp_path: Path, packet: bytes | None, problem: str) -> None:
    file = tmp_path / "c"
    if packet is not None:
        file.write_bytes(pcapng.encode_header("t") + pcapng.encode_packet(Packet(0, packet)))
    with pytest.raises(NetworkError, match=problem):
        read_ladder(file)
    result = CliRunner().invoke(trace, [str(file)])
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)


def test_the_command_prints_the_ladder_or_json(file: Path) -> None:
    assert CliRunner().invoke(trace, [str(file)]).stdout == LADDER + "\n"
    rows = CliRunner().invoke(trace, [str(file), "--json"]).stdout.splitlines()
    assert json.loads(rows[0]) == {
        "time_ms": 0.0,
        "source": "mtc-device",
        "destination": "mtc-server",
        "protocol": "CoAP",
        "label": "CoAP ACK",
        "octets": 4,
    }
