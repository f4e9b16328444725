"""OSCORE keyed with K_MTC, the same at both ends (RFC 8613, protocol.md clause 4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from aiocoap import oscore

from mkef.crypto.secret import KMtc
from mkef_codecs.errors import CodecError
from mkef_codecs.establishment import encode_kid
from mkef_codecs.identity import Imsi
from mkef_codecs.reader import Reader

READINGS_PATH = ("r",)  # one letter: it is inside the ciphertext and costs the device two octets
SERVER_ID = b""  # the server's OSCORE Sender ID
REPLAY_WINDOW = 32
MAX_PARTIAL_IV = 5


@dataclass(frozen=True, slots=True)
class OscoreOption:
    """What a request says in the clear about its protection (RFC 8613 clause 6.1)."""

    partial_iv: bytes
    kid: bytes
    kid_context: bytes | None = None

    @classmethod
    def decode(cls, octets: bytes) -> OscoreOption:
        """The option's value in a request: a Partial IV of 1 to 5 octets and a kid stand in it."""
        reader = Reader(octets)
        flags = reader.u8()
        if flags & 0xE0 or not flags & 0x08:
            raise CodecError(f"flags 0x{flags:02x}", path="OSCORE")
        if not 1 <= flags & 0x07 <= MAX_PARTIAL_IV:
            raise CodecError("a Partial IV has 1 to 5 octets", path="OSCORE")
        partial_iv = reader.take(flags & 0x07)
        kid_context = reader.take(reader.u8()) if flags & 0x10 else None
        return cls(partial_iv, reader.rest(), kid_context)


def _in_memory(_next_number: int) -> None:
    """Sequence numbers of a context that ends with its process need no store."""


class SecurityContext(
    oscore.CanProtect,  # type: ignore[misc] # the library has no types
    oscore.CanUnprotect,  # type: ignore[misc]
    oscore.SecurityContextUtils,  # type: ignore[misc]
):
    """One end's context: AES-CCM-16-64-128, HKDF SHA-256, no salt, Master Secret = K_MTC."""

    alg_aead = oscore.algorithms["AES-CCM-16-64-128"]
    hashfun = oscore.hashfunctions["sha256"]
    echo_recovery = None

    def __init__(
        self,
        k_mtc: KMtc,
        *,
        sender_id: bytes,
        recipient_id: bytes,
        kid_context: bytes,
        next_sequence: int = 0,
        store: Callable[[int], None] = _in_memory,
    ) -> None:
        self.sender_id = sender_id
        self.recipient_id = recipient_id
        self.id_context = kid_context
        self.sender_sequence_number = next_sequence
        self._store = store
        self.recipient_replay_window = oscore.ReplayWindow(REPLAY_WINDOW, lambda: None)
        self.recipient_replay_window.initialize_empty()
        self.derive_keys(b"", k_mtc.octets)

    @classmethod
    def of_device(
        cls,
        k_mtc: KMtc,
        imsi: Imsi,
        kid_context: bytes,
        *,
        next_sequence: int,
        store: Callable[[int], None],
    ) -> SecurityContext:
        """The device's end; `store` makes the next sequence number durable before one is used."""
        return cls(
            k_mtc,
            sender_id=encode_kid(imsi),
            recipient_id=SERVER_ID,
            kid_context=kid_context,
            next_sequence=next_sequence,
            store=store,
        )

    @classmethod
    def of_server(cls, k_mtc: KMtc, kid: bytes, kid_context: bytes) -> SecurityContext:
        """The server's end; it answers with the request's nonce and needs no numbers of its own."""
        return cls(k_mtc, sender_id=SERVER_ID, recipient_id=kid, kid_context=kid_context)

    def post_seqnoincrease(self) -> None:
        """Called by the library between taking a sequence number and using it."""
        self._store(self.sender_sequence_number)
