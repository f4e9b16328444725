"""Where the transport key comes from."""

from __future__ import annotations

from pathlib import Path

import pytest

from hlr_stub.wrapping import TransportKey, TransportKeySection, load_transport_key
from mkef.net.store import StoreError

DIGITS = "00112233445566778899aabbccddeeff"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "k4"
    path.write_text(DIGITS + "\n")
    path.chmod(0o600)
    return path


def test_none() -> None:
    assert load_transport_key(TransportKeySection()) is None


def test_of_a_file(file: Path) -> None:
    assert load_transport_key(TransportKeySection(file=file)) == TransportKey(bytes.fromhex(DIGITS))


def test_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    section = TransportKeySection(environment="K4")
    with pytest.raises(StoreError, match="K4 is not set"):
        load_transport_key(section)
    monkeypatch.setenv("K4", DIGITS * 2)
    assert load_transport_key(section) == TransportKey(bytes.fromhex(DIGITS * 2))


def test_of_both_is_refused(file: Path) -> None:
    with pytest.raises(ValueError, match="file or environment, not both"):
        TransportKeySection(file=file, environment="K4")


def test_a_file_that_others_can_read(file: Path) -> None:
    file.chmod(0o640)
    with pytest.raises(StoreError, match="is readable by others: chmod 600"):
        load_transport_key(TransportKeySection(file=file))


@pytest.mark.parametrize("content", [b"", b"0011", b"zz" * 16, b"\xff" * 16, b"00" * 20])
def test_a_file_that_holds_no_key(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(StoreError, match="hexadecimal digits"):
        load_transport_key(TransportKeySection(file=file))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="No such file"):
        load_transport_key(TransportKeySection(file=tmp_path / "absent"))


def test_it_does_not_print() -> None:
    assert DIGITS not in repr(TransportKey(bytes.fromhex(DIGITS)))
