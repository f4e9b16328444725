"""The octets that fuzzing starts from: vectors, and every layer of the golden capture's packets."""

from __future__ import annotations

import tomllib
from hashlib import sha256
from pathlib import Path

from mkef_codecs import ip, pcapng
from mkef_codecs.ss7 import ipa, m3ua, map_auth, sccp, tcap
from mkef_codecs.ss7.component import Invoke, ReturnResult
from mkef_codecs.ss7.m3ua_parameters import (
    DeregistrationResult,
    RegistrationResult,
    RoutingKey,
)
from mkef_codecs.ss7.map_auth import Encoding
from mkef_codecs.ss7.sccp import Extension, GlobalTitle, SccpAddress, Segmentation, Unitdata
from mkef_codecs.ss7.sccp_management import Format, Management

HERE = Path(__file__).parent
VECTORS = {
    "diameter": ("diameter", "diameter_stream"),
    "tcap": ("tcap", "tcap_whole"),
    "map": (),
    "sccp": ("sccp",),
    "m3ua": ("m3ua", "m3ua_data", "m3ua_stream"),
}
GOLDEN = HERE.parent.parent / "pcaps/golden/first-light.pcapng"


def put(target: str, octets: bytes) -> None:
    """One seed, under a name of its content."""
    folder = HERE / "corpus" / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / sha256(octets).hexdigest()[:16]).write_bytes(octets)


def put_m3ua(octets: bytes) -> None:
    """The layers of an M3UA message."""
    put("m3ua", octets)
    put("m3ua_stream", octets)
    message = m3ua.decode(octets)
    if message.kind is not m3ua.Kind.DATA:
        return
    put("m3ua_data", octets)
    unitdata = m3ua.protocol_data(message).data
    put("sccp", unitdata)
    data = sccp.decode(unitdata).data
    put("tcap", data)
    for component in tcap.decode(data).components:
        if isinstance(component, Invoke):
            put("argument", component.parameter)
            argument = map_auth.decode_argument(component.parameter, Encoding.EXTENSION)
            put("operation", map_auth.encode_argument(argument, Encoding.OPERATION))
        if isinstance(component, ReturnResult):
            put("result", component.parameter)


def put_vectors() -> None:
    """The octets of tests/vectors, each for its decoder."""
    for name, targets in VECTORS.items():
        path = HERE.parent / "vectors" / f"{name}.toml"
        for row in tomllib.loads(path.read_text(encoding="utf-8"))["vector"]:
            for target in (row["decoder"],) if "decoder" in row else targets:
                put(target, bytes.fromhex(row["octets"]))


def main() -> None:
    """Write the corpus."""
    put_vectors()
    put("pcapng", GOLDEN.read_bytes()[:4096])
    put("tbcd", bytes.fromhex("00010121436587f9"))
    put("kid_context", bytes((0x14,)) + b"MTCR" + bytes(20))
    put("routing_key", RoutingKey(1, 2, 3, service_indicators=(3,)).encode())
    put("registration_result", RegistrationResult(1, 0, 3).encode())
    put("deregistration_result", DeregistrationResult(3, 0).encode())
    put("affected_point_codes", bytes((0, 0, 0, 2)))
    put("sccp_management", Management(Format.SST, 6, 2).encode())
    put("ipa", ipa.id_resp("as-mkef").encode())
    put("ipa_stream", ipa.id_get().encode() + ipa.id_resp("as-mkef").encode())
    put("argument_v2", bytes.fromhex("040800010121436587f9"))
    put("result_v2", bytes.fromhex("3000"))
    put("map_dialogue", bytes.fromhex("a000"))
    put("system_failure", bytes.fromhex("0a0101"))
    extension = Extension(7, Segmentation(first=True, remaining=1, reference=5), importance=3)
    there, here = SccpAddress(149, 1), SccpAddress(6, None, GlobalTitle("31201234567"))
    put("sccp", Unitdata(here, there, b"tcap", extension=extension).encode())
    for packet in pcapng.decode(GOLDEN.read_bytes()):
        put("ip", packet.octets)
        match ip.decode(packet.octets):
            case ip.Segment(octets=octets):
                put("diameter", octets)
                put("diameter_stream", octets)
            case ip.Chunk(octets=octets):
                put_m3ua(octets)


if __name__ == "__main__":
    main()
