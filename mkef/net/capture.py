"""The tap: what a node sends and receives, as a pcapng file of synthetic IP packets.

It stands above TLS, so a capture shows what crossed the wire encrypted, keys included: the file is
its owner's alone. Packets have an address for each node, standard ports, right checksums and
numbers that run, whatever carried the message; a comment names the real transport.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from pathlib import Path

import structlog

from mkef.net.endpoint import NetworkError
from mkef.net.section import Section
from mkef_codecs import pcapng
from mkef_codecs.errors import CodecError
from mkef_codecs.ip import Chunk, Datagram, Flow, Payload, Segment, encode
from mkef_codecs.pcapng import Direction, Packet

APPLICATION = "mkef"
NETWORK = b"\xc0\x00\x02"  # 192.0.2.0/24, for documentation (RFC 5737)
HOSTS = {"mtc-device": 1, "mtc-server": 2, "mkef": 3, "hlr": 4}
FIRST_OTHER_HOST = 16
EPHEMERAL_PORTS = range(49152, 65536)
PPID_M3UA = 3
OWNER_ONLY = 0o600


class Protocol(Enum):
    """What a leg speaks."""

    COAP = "CoAP"
    DIAMETER = "Diameter"
    M3UA = "M3UA"
    IPA = "IPA"


PORTS = {
    Protocol.COAP: 5683,
    Protocol.DIAMETER: 3868,
    Protocol.M3UA: 2905,
    Protocol.IPA: 5000,  # what tshark knows SCCPlite by
}


class CaptureSection(Section, frozen=True):
    """`[capture]`: the pcapng file that is written anew at each start; none, no capture."""

    file: Path | None = None


# One leg's packets of a message, with the numbers that run in it.
_Packing = Callable[[Flow, bytes], Iterator[Payload]]


def _parts(octets: bytes, capacity: int) -> Iterator[bytes]:
    """The message cut into packets; an empty one is one packet too."""
    for start in range(0, len(octets) or 1, capacity):
        yield octets[start : start + capacity]


def _datagrams() -> _Packing:
    """UDP: a message is a datagram, and one over IPv6 may hold 20 octets more than IPv4 can."""

    def pack(flow: Flow, octets: bytes) -> Iterator[Payload]:
        yield Datagram(flow, octets[: Datagram.capacity])

    return pack


def _segments() -> _Packing:
    """TCP: sequence numbers from 1 on, everything acknowledged at once."""
    following: Counter[Flow] = Counter()

    def pack(flow: Flow, octets: bytes) -> Iterator[Payload]:
        for part in _parts(octets, Segment.capacity):
            acknowledged = following[flow.reverse] + 1 & 0xFFFFFFFF
            yield Segment(flow, following[flow] + 1 & 0xFFFFFFFF, acknowledged, part)
            following[flow] += len(part)

    return pack


def _chunks() -> _Packing:
    """SCTP: TSN and stream sequence numbers from 0 on."""
    tsn: Counter[Flow] = Counter()
    stream_sequence: Counter[tuple[Flow, int]] = Counter()

    def pack(flow: Flow, octets: bytes) -> Iterator[Payload]:
        parts = list(_parts(octets, Chunk.capacity))
        # Stream 0 is for management messages, not for DATA (RFC 4666 clause 1.4.7).
        stream = int(octets[2:3] == b"\x01")
        for i, part in enumerate(parts):
            yield Chunk(
                flow,
                tag=flow.destination_port << 16 | flow.source_port,
                tsn=tsn[flow] & 0xFFFFFFFF,
                stream=stream,
                stream_sequence=stream_sequence[flow, stream] & 0xFFFF,
                payload_protocol=PPID_M3UA,
                first=i == 0,
                last=i == len(parts) - 1,
                octets=part,
            )
            tsn[flow] += 1
        stream_sequence[flow, stream] += 1

    return pack


PACKINGS: dict[Protocol, Callable[[], _Packing]] = {
    Protocol.COAP: _datagrams,
    Protocol.DIAMETER: _segments,
    Protocol.M3UA: _chunks,
    Protocol.IPA: _segments,
}


class Leg:
    """One association, connection or pair of UDP endpoints between this node and a peer."""

    __slots__ = ("_capture", "_outward", "_pack", "_received", "_sent")

    def __init__(
        self, capture: Capture, outward: Flow, pack: _Packing, *, sent: str, received: str
    ) -> None:
        self._capture = capture
        self._outward = outward
        self._pack = pack
        self._sent = sent
        self._received = received

    @property
    def active(self) -> bool:
        """Whether what it is told is written; it may end before the node, never begin."""
        return self._capture.active

    def sent(self, octets: bytes) -> None:
        """One whole message that this node sent."""
        if self._capture.active:
            self._record(self._outward, octets, Direction.OUTBOUND, self._sent)

    def received(self, octets: bytes) -> None:
        """One whole message that this node received."""
        if self._capture.active:
            self._record(self._outward.reverse, octets, Direction.INBOUND, self._received)

    def _record(self, flow: Flow, octets: bytes, direction: Direction, comment: str) -> None:
        for payload in self._pack(flow, octets):
            self._capture.write(encode(payload), direction, comment)


class Capture:
    """The capture of one node; without a file every call does nothing."""

    def __init__(
        self,
        file: Path | None,
        *,
        node: str,
        clock: Callable[[], float],
        name_transport: bool = True,
    ) -> None:
        self._node = node
        self._name_transport = name_transport
        self._clock = clock
        self._hosts = dict(HOSTS)
        self._legs = 0
        self._file = file
        self.active = False  # whether packets are written
        self._descriptor: int | None = None
        self._length = 0  # of the whole blocks
        if file:
            self._descriptor = _create(file)
            self.active = True
            self._put(pcapng.encode_header(APPLICATION))

    def leg(self, protocol: Protocol, peer: str, *, initiator: bool, carried: str) -> Leg:
        """A leg to the node called `peer`; `initiator` if this node opened it.

        `carried` is the real transport, for people; not in a capture that is to be repeatable.
        """
        carried = carried if self._name_transport else ""
        port = EPHEMERAL_PORTS[self._legs % len(EPHEMERAL_PORTS)]
        self._legs += 1
        own, other = (port, PORTS[protocol]) if initiator else (PORTS[protocol], port)
        return Leg(
            self,
            Flow(self._address(self._node), own, self._address(peer), other),
            PACKINGS[protocol](),
            sent=carried and f"sent by {self._node} to {peer}, carried by {carried}",
            received=carried and f"received by {self._node} from {peer}, carried by {carried}",
        )

    def _address(self, node: str) -> bytes:
        host = self._hosts.setdefault(node, FIRST_OTHER_HOST + len(self._hosts) - len(HOSTS))
        return NETWORK + bytes((min(host, 254),))

    def write(self, packet: bytes, direction: Direction, comment: str) -> None:
        """One packet, now. The clock is a float: finer than a microsecond it has no truth."""
        time_ns = round(self._clock() * 1e6) * 1000
        self._put(pcapng.encode_packet(Packet(time_ns, packet, comment, direction)))

    def _put(self, block: bytes) -> None:
        """A block in one unbuffered write: the file of a killed node ends with a whole one."""
        if self._descriptor is None:
            return
        try:
            written = os.write(self._descriptor, block)
        except OSError as error:
            self._give_up(error.strerror)
            return
        self._length += written
        if written < len(block):
            self._length -= written
            self._give_up("the disk is full")

    def _give_up(self, reason: str | None) -> None:
        """A full disk costs the capture, not the service; what is there can be read."""
        assert self._descriptor is not None
        with contextlib.suppress(OSError):
            os.ftruncate(self._descriptor, self._length)
        structlog.get_logger().warning("capture stopped", file=str(self._file), reason=reason)
        self.close()

    def close(self) -> None:
        """Write no more; may be called again."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor, self.active = None, False


def _create(file: Path) -> int:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
        descriptor = os.open(file, flags, OWNER_ONLY)
        if file.is_file():
            os.fchmod(descriptor, OWNER_ONLY)  # it may be an older file, open to others
    except OSError as error:
        raise _unusable(file, "written", error) from None
    return descriptor


def _unusable(file: Path, what: str, error: OSError) -> NetworkError:
    return NetworkError(f"the capture {file} cannot be {what}: {error.strerror}")


def read(file: Path) -> list[Packet]:
    """The packets of a capture; a NetworkError if it is none."""
    try:
        return pcapng.decode(file.read_bytes())
    except OSError as error:
        raise _unusable(file, "read", error) from None
    except CodecError as error:
        raise NetworkError(f"{file} is no capture that can be read: {error}") from None


def merge(files: Sequence[Path], target: Path) -> None:
    """One capture of several, by time; packets of the same time in the order of `files`."""
    packets = [packet for file in files for packet in read(file)]
    packets.sort(key=lambda packet: packet.time_ns)
    blocks = [pcapng.encode_header(APPLICATION), *map(pcapng.encode_packet, packets)]
    try:
        _replace(target, b"".join(blocks))
    except OSError as error:
        raise _unusable(target, "written", error) from None


def _replace(target: Path, octets: bytes) -> None:
    """Write under a temporary name and rename: nobody ever sees half a file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=target.name, delete=False) as file:
        temporary = Path(file.name)
        try:
            file.write(octets)
            file.flush()
            temporary.replace(target)
        except OSError:
            temporary.unlink()
            raise
