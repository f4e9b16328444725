"""From the triplets of a RAND list to K_MTC and E(RES) (protocol.md clause 2)."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from hashlib import sha256

from msgspec import Struct

from mkef.crypto.gsm import GsmVector
from mkef.crypto.secret import KMtc
from mkef_codecs.establishment import RAND_LENGTH, Profile
from mkef_codecs.identity import Imsi, ServerId
from mkef_codecs.lab import FC_K_MTC, FC_RES

_BLOCK = 64  # octets of SHA-256
_INNER, _OUTER = (bytes(octet ^ pad for octet in range(256)) for pad in (0x36, 0x5C))


def kdf(key: bytes, fc: bytes, *parameters: bytes) -> bytes:
    """HMAC-SHA-256 over FC, parameters and their lengths, 32 octets (TS 33.220 clause B.2)."""
    return _hmac(key, fc + b"".join([p + len(p).to_bytes(2, "big") for p in parameters]))


def _hmac(key: bytes, string: bytes) -> bytes:
    """HMAC-SHA-256 for keys of 64 octets at most.

    RFC 2104 written out: OpenSSL's own looks its algorithm up each time, for twice the cost.
    """
    if len(key) > _BLOCK:
        raise ValueError(f"a key of {len(key)} octets, {_BLOCK} at most")
    block = key.ljust(_BLOCK, b"\0")
    inner = sha256(block.translate(_INNER) + string).digest()
    return sha256(block.translate(_OUTER) + inner).digest()


def derive_rands(rand: bytes, profile: Profile) -> tuple[bytes, ...]:
    """The RAND list of 1 to 3 times 16 octets that begins with the device's RAND_1."""
    if len(rand) != RAND_LENGTH:
        raise ValueError("RAND has 16 octets")
    rands = [rand]
    for i in range(2, profile.vectors + 1):
        h = sha256(b"mtc-rand" + bytes((i,)) + rand).digest()
        rands.append(rand[:8] + h[:8] if profile.tagged else h[:16])
    return tuple(rands)


def _xor(a: bytes, b: bytes) -> bytes:
    return (int.from_bytes(a, "big") ^ int.from_bytes(b, "big")).to_bytes(len(a), "big")


# Profile, RAND, IMSI and ID_MTC_SERVER, each before its length in two octets; none has over 255.
_BOUND = b"%c\0\x01%b\0%c%b\0%c%b\0%c"
# What S of the two derivations begins with: FC, and a name with its length.
_K_MTC, _RES = FC_K_MTC + b"mtc-kmtc\0\x08", FC_RES + b"mtc-res\0\x07"


class Binding(Struct, frozen=True):
    """Everything that K_MTC and E(RES) are bound to."""

    profile: Profile
    rand: bytes
    imsi: Imsi
    server_id: ServerId

    def derive(self, vectors: Sequence[GsmVector]) -> Established:
        """K_MTC and E(RES) of as many vectors as the profile names."""
        if len(vectors) != self.profile.vectors:
            raise ValueError(f"{self.profile.vectors} vectors wanted, {len(vectors)} given")
        k_in = res = b""
        for vector in vectors:
            k_in += vector.kc.octets
            res += vector.sres
        rand, imsi, server_id = self.rand, self.imsi.digits.encode(), self.server_id.value.encode()
        ends = len(rand), imsi, len(imsi), server_id, len(server_id)
        bound = _BOUND % (self.profile.octet, rand, *ends)
        k_mtc = _hmac(k_in, _K_MTC + bound)
        k_x = k_mtc if self.profile.res_key_kmtc else k_in
        pad = _hmac(k_x, _RES + bound)
        return Established(KMtc(k_mtc), _xor(res, pad[: len(res)]))


class Established(Struct, frozen=True, gc=False):
    """K_MTC, 32 octets, and E(RES), 4 octets for each vector."""

    k_mtc: KMtc
    encrypted_res: bytes

    def matches(self, encrypted_res: bytes) -> bool:
        """Whether a device's E(RES) is the one expected, in constant time: the pad is the same on
        both sides, so E(RES) = E(XRES) if and only if RES = XRES."""
        return hmac.compare_digest(self.encrypted_res, encrypted_res)


def strength_bits(profile: Profile, *, key_bits: int = 128, kc_bits: int = 64) -> int:
    """Strength of K_MTC in bits: the least of what the Kcs, Ki and 128 give."""
    return min(kc_bits * profile.vectors, key_bits, 128)
