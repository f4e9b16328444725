"""A capture as a ladder: a column for each node, an arrow for each message."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.text import Text

from mkef.net.capture import HOSTS, NETWORK, PORTS, Protocol, read
from mkef.net.endpoint import NetworkError
from mkef.trace import labels
from mkef_codecs.diameter.framing import Splitter
from mkef_codecs.errors import CodecError
from mkef_codecs.ip import Chunk, Datagram, Flow, Payload, Segment, decode
from mkef_codecs.ss7 import ipa

WIDTH = 120
LEAST_GAP = 3  # between the names of two nodes
MAX_DIAMETER = (1 << 24) - 1

NAMES = {NETWORK + bytes((host,)): name for name, host in HOSTS.items()}
LABELS: dict[Protocol, Callable[[bytes], str]] = {
    Protocol.COAP: labels.coap,
    Protocol.DIAMETER: labels.diameter,
    Protocol.M3UA: labels.m3ua,
    Protocol.IPA: labels.ipa,
}
STYLES = {
    Protocol.COAP: "green",
    Protocol.DIAMETER: "cyan",
    Protocol.M3UA: "magenta",
    Protocol.IPA: "magenta",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One message: `time_ms` after the first one, its size in octets above the transport."""

    time_ms: float
    source: str
    destination: str
    protocol: Protocol
    label: str
    octets: int


@dataclass(slots=True)
class _Streams:
    """Messages out of packets: TCP segments and SCTP chunks are joined again."""

    splitters: dict[Flow, Splitter] = field(default_factory=dict)
    framers: dict[Flow, ipa.Framer] = field(default_factory=dict)
    chunks: dict[Flow, bytes] = field(default_factory=dict)

    def feed(self, payload: Payload) -> Iterator[tuple[Protocol, bytes]]:
        match payload:
            case Datagram():
                yield Protocol.COAP, payload.octets
            case Segment() if PORTS[Protocol.IPA] in {
                payload.flow.source_port,
                payload.flow.destination_port,
            }:
                framer = self.framers.setdefault(payload.flow, ipa.Framer())
                for message in framer.feed(payload.octets):
                    yield Protocol.IPA, message
            case Segment():
                splitter = self.splitters.setdefault(payload.flow, Splitter(MAX_DIAMETER))
                for message in splitter.feed(payload.octets):
                    yield Protocol.DIAMETER, message
            case Chunk():
                message = self.chunks.pop(payload.flow, b"") + payload.octets
                if payload.last:
                    yield Protocol.M3UA, message
                else:
                    self.chunks[payload.flow] = message


def read_ladder(file: Path) -> list[Step]:
    """The messages of one of our captures; a NetworkError if it is none."""
    packets = read(file)
    streams = _Streams()
    steps: list[Step] = []
    for packet in packets:
        try:
            payload = decode(packet.octets)
            messages = list(streams.feed(payload))
        except CodecError as error:
            raise NetworkError(f"{file} is no capture of ours: {error}") from None
        time_ms = (packet.time_ns - packets[0].time_ns) / 1e6
        steps += (_step(time_ms, payload.flow, *message) for message in messages)
    return steps


def _step(time_ms: float, flow: Flow, protocol: Protocol, message: bytes) -> Step:
    label = LABELS[protocol](message)
    return Step(time_ms, _name(flow.source), _name(flow.destination), protocol, label, len(message))


def _name(address: bytes) -> str:
    return NAMES.get(address, ".".join(map(str, address)))


def _columns(steps: Sequence[Step]) -> dict[str, int]:
    """The middle of each node's column: our nodes in their usual order, then the others."""
    seen = dict.fromkeys(name for step in steps for name in (step.source, step.destination))
    nodes = [name for name in HOSTS if name in seen] + [name for name in seen if name not in HOSTS]
    pitch = max(map(len, nodes), default=0) + LEAST_GAP
    return {name: pitch // 2 + i * pitch for i, name in enumerate(nodes)}


def _heading(columns: dict[str, int], width: int) -> str:
    line = " " * width
    for name, middle in columns.items():
        start = middle - len(name) // 2
        line = line[:start] + name + line[start + len(name) :]
    return line


def _arrow(columns: dict[str, int], step: Step, width: int) -> str:
    line = [" "] * width
    start, end = columns[step.source], columns[step.destination]
    low, high = min(start, end), max(start, end)
    line[low:high] = "-" * (high - low)
    for middle in columns.values():
        line[middle] = "|"
    if start != end:
        line[end + (-1 if start < end else 1)] = ">" if start < end else "<"
    return "".join(line)


def render(steps: Sequence[Step], width: int = WIDTH) -> Text:
    """The ladder, lines of at most `width` columns; coloured where it is printed on a terminal."""
    columns = _columns(steps)
    ladder = max((middle + len(name) // 2 for name, middle in columns.items()), default=0)
    ladder += LEAST_GAP
    text = Text(f"{'ms':>9} {'octets':>6}  {_heading(columns, ladder)}".rstrip(), no_wrap=True)
    for step in steps:
        numbers = f"\n{step.time_ms:9.1f} {step.octets:6}  "
        label = Text(step.label, STYLES[step.protocol])
        label.truncate(max(1, width + 1 - len(numbers) - ladder), overflow="ellipsis")
        text.append(numbers + _arrow(columns, step, ladder)).append_text(label)
    return text
