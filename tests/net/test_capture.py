"""The tap's files, judged by tshark: every message dissected, nothing malformed, nothing noted."""

import itertools
import json
import os
import shutil
import stat
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mkef.net.capture import Capture, Protocol, merge, read
from mkef.net.endpoint import NetworkError
from mkef_codecs import ip, pcapng
from mkef_codecs.pcapng import Direction, Packet

CARRIED = "TCP 127.0.0.1:41234 > 127.0.0.1:2905"

COAP_POST = bytes.fromhex("41 02 1234 7f b7 72656164696e67 ff 3231".replace(" ", ""))
COAP_ACK = bytes.fromhex("60001234")
# A CER (RFC 6733 clause 5.3.1).
CER = bytes.fromhex(
    "0100006c 80000101 00000000 00000001 00000002"
    "00000108 40000012 7372762e6578616d706c 0000"
    "00000128 4000000f 6578616d706c65 00"
    "00000101 4000000e 0001 7f000001 0000"
    "0000010a 4000000c 00007ed9"
    "0000010d 0000000c 6d6b6566"
    "00000102 4000000c 01000001"
)
ASPUP = bytes.fromhex("01000301 00000008")
# The variant's Begin, its TCAP part encoded by pycrate 0.8.1 (TCAP-MAPv2v3).
BEGIN = bytes.fromhex(
    "62694804000000016b1e281c060700118605010101a011600f80020780a109060704000001000e036c41a13f"
    "0201010201383037800800010121436587f90201010500a226a0243022060a2b0601040181fd590101301430"
    "12041023553cbe9637a89d218ae64dae47bf35"
)
UDT = bytes.fromhex("0900 03 07 0b 04 43 0200 06 04 43 0100 95") + bytes((len(BEGIN),)) + BEGIN
PROTOCOL_DATA = bytes.fromhex("00000001 00000002 03 00 00 00") + UDT


def m3ua_data(protocol_data: bytes) -> bytes:
    parameter = b"\x02\x10" + (4 + len(protocol_data)).to_bytes(2, "big") + protocol_data
    parameter += bytes(-len(parameter) % 4)
    return b"\x01\x00\x01\x01" + (8 + len(parameter)).to_bytes(4, "big") + parameter


def ticks(start: float = 1_767_225_600.0, step: float = 0.001) -> Callable[[], float]:
    return (start + n * step for n in itertools.count()).__next__


@pytest.fixture
def tshark() -> Callable[..., str]:
    """Stock tshark: no preference, no plugin, no personal folder."""
    program = shutil.which("tshark")
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("tshark is not installed")
        pytest.skip("tshark is not installed")

    def run(file: Path, *options: str) -> str:
        return subprocess.run(
            [program, "-r", file, *options],
            check=True,
            capture_output=True,
            text=True,
            timeout=60,
            env={"PATH": os.environ["PATH"], "HOME": str(file.parent)},
        ).stdout

    return run


def flow(folder: Path, carried: str = CARRIED) -> Path:
    """Both ends of the first light's three legs, as the MTC Server and the MKEF tap them."""
    files = [folder / "server.pcapng", folder / "mkef.pcapng"]
    clock = ticks()
    server = Capture(files[0], node="mtc-server", clock=clock)
    mkef = Capture(files[1], node="mkef", clock=clock)
    coap = server.leg(Protocol.COAP, "mtc-device", initiator=False, carried=carried)
    zk = server.leg(Protocol.DIAMETER, "mkef", initiator=True, carried=carried)
    zr = mkef.leg(Protocol.M3UA, "hlr", initiator=True, carried=carried)
    for _ in range(2):
        coap.received(COAP_POST)
        zk.sent(CER)
        zk.received(CER)
        zr.sent(ASPUP)
        zr.sent(m3ua_data(PROTOCOL_DATA))
        zr.received(m3ua_data(PROTOCOL_DATA))
        coap.sent(COAP_ACK)
    server.close()
    mkef.close()
    merge(files, folder / "flow.pcapng")
    return folder / "flow.pcapng"


def test_stock_tshark_dissects_every_message(tshark: Callable[..., str], tmp_path: Path) -> None:
    rows = tshark(flow(tmp_path), "-T", "fields", "-e", "_ws.col.Protocol", "-e", "frame.protocols")
    lines = [line.split("\t") for line in rows.splitlines()]
    assert [line[0] for line in lines] == 2 * [
        "CoAP",
        "DIAMETER",
        "DIAMETER",
        "M3UA (RFC 4666)",
        "GSM MAP",
        "GSM MAP",
        "CoAP",
    ]
    assert lines[4][1].endswith("sctp:m3ua:sccp:tcap:gsm_map")


def test_stock_tshark_finds_nothing_to_note(tshark: Callable[..., str], tmp_path: Path) -> None:
    file = flow(tmp_path)
    assert tshark(file, "-Y", "_ws.malformed || tcp.analysis.flags || sctp.retransmission") == ""
    assert tshark(file, "-Y", "_ws.expert.severity >= error") == ""
    checked = ["ip", "udp", "tcp", "sctp"]
    preferences = [f"-o{p}.check_checksum:TRUE" for p in checked[:3]] + ["-osctp.checksum:CRC 32c"]
    bad = " || ".join(f"{p}.checksum.status != Good" for p in checked)
    assert tshark(file, *preferences, "-Y", bad) == ""


def test_each_node_has_an_address_a_port_and_a_comment(
    tshark: Callable[..., str], tmp_path: Path
) -> None:
    rows: list[Any] = json.loads(
        tshark(
            flow(tmp_path), "-T", "json", "-c5", "-e", "ip.src", "-e", "ip.dst", "-e",
            "udp.port", "-e", "tcp.port", "-e", "sctp.port", "-e", "frame.comment",
        )
    )  # fmt: skip
    layers = [row["_source"]["layers"] for row in rows]
    assert [(row["ip.src"][0][-1], row["ip.dst"][0][-1]) for row in layers] == [
        ("1", "2"),
        ("2", "3"),
        ("3", "2"),
        ("3", "4"),
        ("3", "4"),
    ]
    assert layers[0]["udp.port"] == ["49152", "5683"]
    assert layers[1]["tcp.port"] == ["49153", "3868"]
    assert layers[4]["sctp.port"] == ["49152", "2905"]
    assert layers[4]["frame.comment"] == [f"sent by mkef to hlr, carried by {CARRIED}"]
    assert layers[2]["frame.comment"] == [f"received by mtc-server from mkef, carried by {CARRIED}"]


def test_a_message_longer_than_a_packet_is_joined_again(
    tshark: Callable[..., str], tmp_path: Path
) -> None:
    value = bytes(100_000)
    avp = b"\x00\x00\x01\x0d\x00" + (8 + len(value)).to_bytes(3, "big") + value
    diameter = b"\x01" + (20 + len(avp)).to_bytes(3, "big") + CER[4:20] + avp
    capture = Capture(tmp_path / "long.pcapng", node="mkef", clock=ticks())
    capture.leg(Protocol.DIAMETER, "hlr", initiator=True, carried="").sent(diameter)
    zr = capture.leg(Protocol.M3UA, "hlr", initiator=True, carried="")
    m3ua = m3ua_data(PROTOCOL_DATA[:12] + bytes(65_000))
    zr.sent(m3ua[:4] + len(m3ua + avp).to_bytes(4, "big") + m3ua[8:] + avp)
    zr.sent(ASPUP)
    capture.close()
    file = tmp_path / "long.pcapng"
    fields = ["-T", "fields", "-e", "frame.number", "-e", "tcp.reassembled.length"]
    assert tshark(file, "-Y", "diameter", *fields).split() == ["2", str(len(diameter))]
    assert tshark(file, "-Y", "m3ua", *fields).split() == ["5", "6"]


def packets(file: Path) -> Iterator[ip.Payload]:
    return (ip.decode(packet.octets) for packet in read(file))


def test_numbers_run_in_each_direction(tmp_path: Path) -> None:
    capture = Capture(tmp_path / "c", node="mkef", clock=ticks())
    zk = capture.leg(Protocol.DIAMETER, "mtc-server", initiator=False, carried="")
    zk.received(b"12345")
    zk.sent(b"123")
    zk.received(b"1")
    zr = capture.leg(Protocol.M3UA, "hlr", initiator=True, carried="")
    for octets in (ASPUP, m3ua_data(b""), m3ua_data(b"")):
        zr.sent(octets)
    zr.received(ASPUP)
    got = list(packets(tmp_path / "c"))
    segments = [(p.sequence, p.acknowledgement) for p in got if isinstance(p, ip.Segment)]
    assert segments == [(1, 1), (1, 6), (6, 4)]
    chunks = [(p.tsn, p.stream, p.stream_sequence) for p in got if isinstance(p, ip.Chunk)]
    assert chunks == [(0, 0, 0), (1, 1, 0), (2, 1, 1), (0, 0, 0)]
    assert {p.payload_protocol for p in got if isinstance(p, ip.Chunk)} == {3}


def test_legs_differ_in_the_initiators_port_and_strangers_get_addresses(tmp_path: Path) -> None:
    capture = Capture(tmp_path / "c", node="mtc-server", clock=ticks())
    for peer in ("mtc-device", "mtc-device", "drone", "relay", "drone"):
        capture.leg(Protocol.COAP, peer, initiator=False, carried="").received(COAP_POST)
    flows = [p.flow for p in packets(tmp_path / "c")]
    assert [f.source[3] for f in flows] == [1, 1, 16, 17, 16]
    assert len({f.source_port for f in flows}) == 5
    assert {f.destination_port for f in flows} == {5683}


def test_the_same_calls_give_the_same_octets(tmp_path: Path) -> None:
    first, second = flow(tmp_path / "1"), flow(tmp_path / "2")
    assert first.read_bytes() == second.read_bytes()
    assert not any(packet.comment for packet in read(flow(tmp_path / "3", carried="")))


def test_without_a_file_nothing_happens() -> None:
    def clock() -> float:
        raise AssertionError

    capture = Capture(None, node="mkef", clock=clock)
    leg = capture.leg(Protocol.M3UA, "hlr", initiator=True, carried="")
    leg.sent(ASPUP)
    leg.received(ASPUP)
    capture.close()


def test_the_file_is_whole_after_every_message_and_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "new" / "folder" / "c.pcapng"
    capture = Capture(file, node="mkef", clock=lambda: 1.5)
    assert read(file) == []
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    leg = capture.leg(Protocol.M3UA, "hlr", initiator=True, carried="")
    leg.sent(ASPUP)
    (packet,) = read(file)
    assert (packet.time_ns, packet.direction) == (1_500_000_000, Direction.OUTBOUND)
    capture.close()
    capture.close()
    leg.sent(ASPUP)
    assert len(read(file)) == 1


def test_a_file_that_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for file in (tmp_path, tmp_path / "file" / "c.pcapng"):
        with pytest.raises(NetworkError, match=r"the capture .* cannot be written: [^\n]+$"):
            Capture(file, node="mkef", clock=ticks())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_full_disk_costs_the_capture_not_the_service() -> None:
    capture = Capture(Path("/dev/full"), node="mkef", clock=ticks())
    capture.leg(Protocol.M3UA, "hlr", initiator=True, carried="").sent(ASPUP)
    assert not capture.active


def test_a_disk_that_fills_leaves_whole_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "c.pcapng"
    capture = Capture(file, node="mkef", clock=ticks())
    leg = capture.leg(Protocol.M3UA, "hlr", initiator=True, carried="")
    leg.sent(ASPUP)
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, octets: write(descriptor, octets[:20]))
    leg.sent(ASPUP)
    assert not capture.active
    assert len(read(file)) == 1


def test_an_older_file_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    file = tmp_path / "c.pcapng"
    file.touch(mode=0o644)
    Capture(file, node="mkef", clock=ticks()).close()
    assert file.stat().st_mode & 0o777 == 0o600


def written(file: Path, *stamped: tuple[int, bytes]) -> Path:
    blocks = [pcapng.encode_packet(Packet(time_ns, octets)) for time_ns, octets in stamped]
    file.write_bytes(pcapng.encode_header("t") + b"".join(blocks))
    return file


def test_merge_is_by_time_and_stable(tmp_path: Path) -> None:
    a = written(tmp_path / "a", (1, b"a1"), (5, b"a5"), (5, b"A5"))
    b = written(tmp_path / "b", (5, b"b5"), (2, b"b2"))
    merge([a, b], tmp_path / "deep" / "all")
    assert [p.octets for p in read(tmp_path / "deep" / "all")] == [
        b"a1",
        b"b2",
        b"a5",
        b"A5",
        b"b5",
    ]
    assert [p.name for p in (tmp_path / "deep").iterdir()] == ["all"]


def test_merge_names_the_file_that_is_at_fault(tmp_path: Path) -> None:
    good = written(tmp_path / "good", (1, b"1"))
    (tmp_path / "bad").write_bytes(b"no capture")
    (tmp_path / "target").mkdir()
    for files, target, problem in [
        ([good, tmp_path / "absent"], "t", "absent cannot be read: No such file"),
        ([good, tmp_path / "bad"], "t", "bad is no capture that can be read"),
        ([good], "target", "target cannot be written: Is a directory"),
    ]:
        with pytest.raises(NetworkError, match=problem):
            merge(files, tmp_path / target)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bad", "good", "target"]
