"""Messages that others wrote, octet by octet: what is in them and what becomes of their damage."""

from __future__ import annotations

import contextlib
import tomllib
from pathlib import Path
from typing import Any

import pytest
from diameter.message import Message as ForeignMessage

from mkef_codecs.diameter.avp import scan
from mkef_codecs.diameter.body import AvpBody
from mkef_codecs.diameter.commands import decode, encode
from mkef_codecs.diameter.errors import DiameterError
from mkef_codecs.generated.diameter import ANSWER

VECTORS = tomllib.loads(
    (Path(__file__).parents[2] / "vectors" / "diameter.toml").read_text(encoding="utf-8")
)["vector"]
EACH = pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
TYPED_THERE = {"CER", "CEA", "DWR", "DPR", "AIR", "AIA", "MAR"}


def octets_of(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("hex "))


def plain(value: Any) -> Any:
    """Values as a vector writes them: what is set, by attribute."""
    if isinstance(value, bytes):
        return f"hex {value.hex()}"
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, AvpBody):
        named = {name: getattr(value, name) for name in value.__struct_fields__}
        return {name: plain(item) for name, item in named.items() if item not in (None, [], ())}
    return value


@EACH
def test_each_vector_is_its_values(vector: dict[str, Any]) -> None:
    message = decode(octets_of(vector["octets"]))
    assert type(message.body).__name__ == vector["name"]
    assert plain(message.body) == vector["values"]
    assert (message.header.hop_by_hop, message.header.end_to_end) == (0x01020304, 0x05060708)


@EACH
def test_each_vector_survives(vector: dict[str, Any]) -> None:
    """The same AVPs, in the order and with the flags of the grammar."""
    body = decode(octets_of(vector["octets"])).body
    assert decode(encode(body, 1, 2)).body == body


def mend(octets: bytes) -> bytes:
    """The octets with a header whose length tells the truth, so that AVPs are reached."""
    return octets[:1] + len(octets).to_bytes(3, "big") + octets[4:]


@EACH
def test_every_truncation_is_refused_or_whole(vector: dict[str, Any]) -> None:
    octets = octets_of(vector["octets"])
    edges = {20, *(start for _, _, start, _, _ in scan(octets, 20, len(octets)))}
    for length in range(len(octets)):
        with pytest.raises(DiameterError):
            decode(octets[:length])
        if length < 20:
            continue
        with contextlib.suppress(DiameterError):
            decode(mend(octets[:length]))
            assert length in edges


@EACH
def test_every_single_octet_change_is_a_value_or_a_diameter_error(vector: dict[str, Any]) -> None:
    octets = bytearray(octets_of(vector["octets"]))
    for at, right in enumerate(bytes(octets)):
        for wrong in range(256):
            octets[at] = wrong
            with contextlib.suppress(DiameterError):
                decode(bytes(octets))
        octets[at] = right


@EACH
@pytest.mark.parametrize("mask", [0x01, 0x40, 0x80, 0xFF])
def test_what_a_changed_octet_makes_is_written_again(vector: dict[str, Any], mask: int) -> None:
    octets = octets_of(vector["octets"])
    for at in range(len(octets)):
        changed = bytearray(octets)
        changed[at] ^= mask
        with contextlib.suppress(DiameterError):
            body = decode(bytes(changed)).body
            if not isinstance(body, ANSWER):  # its header has the command of a request
                assert decode(encode(body, 1, 2)).body == body


@EACH
def test_python_diameter_reads_what_we_make_of_a_vector(vector: dict[str, Any]) -> None:
    """Its typed attributes, where it has the command."""
    if vector["name"] not in TYPED_THERE:
        return
    typed = ForeignMessage.from_bytes(encode(decode(octets_of(vector["octets"])).body, 1, 2))
    for name, value in vector["values"].items():
        assert unlike(getattr(typed, name), value) == "", name


def unlike(found: Any, value: Any) -> str:
    """What python-diameter has otherwise than the vector."""
    if isinstance(value, dict):
        return "".join(unlike(getattr(found, name), item) for name, item in value.items())
    if isinstance(value, list) and value:
        pairs = list(zip(found, value, strict=True))
        return "".join(unlike(*pair) for pair in pairs)
    if isinstance(found, list):  # Public-Identity: its MAR is that of Cx
        (found,) = found
    if isinstance(found, tuple):  # family and address
        found = found[1]
    if isinstance(found, bytes):
        value = octets_of(value) if value.startswith("hex ") else value.encode()
    return "" if found == value else f"{found!r} for {value!r}"
