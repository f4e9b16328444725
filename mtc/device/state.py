"""What a device must not forget: its counter and its key, in one file, written before use."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Literal, Self

import msgspec

from mkef.crypto.secret import KMtc
from mkef_codecs.establishment import KidContext
from mkef_codecs.identity import Imsi, ServerId
from mtc.device.errors import StateError

OWNER_ONLY = 0o600


class KeyState(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """K_MTC for one server and how far it is used; times in seconds since 1970."""

    server_id: ServerId
    kid_context: KidContext
    k_mtc: KMtc
    created_at: float
    next_sequence: int = 0
    confirmed: bool = False  # a verified answer came: kid context need not be sent any more
    refused: bool = False  # an unprotected 4.01 came since


class DeviceState(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file's content, version 1."""

    imsi: Imsi
    version: Literal[1] = 1
    next_counter: int | None = None  # of tagged RANDs; none before the first
    key: KeyState | None = None
    refused_keys: int = 0  # since the last verified answer


def _write_value(value: Any) -> str:
    if isinstance(value, KMtc):
        return value.octets.hex()
    raise NotImplementedError


def _read_value(wanted: type, value: Any) -> Any:
    if wanted is KMtc:
        return KMtc(bytes.fromhex(value))
    raise NotImplementedError


class StateFile:
    """The state of one device, held by one process at a time."""

    def __init__(self, path: Path, imsi: Imsi) -> None:
        self._path = path
        self._stack = ExitStack()
        self.state = DeviceState(imsi)

    def __enter__(self) -> Self:
        with ExitStack() as stack, self._clear_errors():
            lock = os.open(self._beside(".lock"), os.O_CREAT | os.O_RDWR, OWNER_ONLY)
            stack.callback(os.close, lock)
            self._lock(lock)
            self.state = self._read()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def update(self, **changes: Any) -> None:
        """Change fields of the state; durable when this returns."""
        state = msgspec.structs.replace(self.state, **changes)
        with self._clear_errors():
            self._write(msgspec.json.encode(state, enc_hook=_write_value))
        self.state = state

    def update_key(self, **changes: Any) -> None:
        """Change fields of the current key; durable when this returns."""
        assert self.state.key is not None
        self.update(key=msgspec.structs.replace(self.state.key, **changes))

    def _beside(self, suffix: str) -> Path:
        return self._path.with_name(self._path.name + suffix)

    def _lock(self, descriptor: int) -> None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StateError(f"{self._path}: another process is this device; wait for it") from None

    def _read(self) -> DeviceState:
        if not self._path.exists():
            return self.state
        try:
            state = msgspec.json.decode(
                self._path.read_bytes(), type=DeviceState, dec_hook=_read_value
            )
        except msgspec.MsgspecError as error:
            raise StateError(
                f"{self._path}: {error}: no state of this program; only if it is lost for good, "
                "remove it: the counter then starts at the clock's time"
            ) from None
        if state.imsi != self.state.imsi:
            raise StateError(
                f"{self._path}: the state of another device: name a file of its own, "
                "for instance --set state=other.json"
            )
        return state

    def _write(self, octets: bytes) -> None:
        """A new file in the old one's place: whatever happens, one of the two is there whole."""
        new = self._beside(".new")
        descriptor = os.open(new, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, OWNER_ONLY)
        with os.fdopen(descriptor, "wb") as file:
            file.write(octets)
            file.flush()
            os.fsync(descriptor)
        new.replace(self._path)
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    @contextmanager
    def _clear_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StateError(f"{self._path}: {error.strerror}") from None
