"""What the device's first message says about its key: profile, kid and kid context."""

from __future__ import annotations

from functools import lru_cache

from msgspec import Struct
from msgspec.structs import force_setattr

from mkef_codecs import lab
from mkef_codecs.errors import CodecError
from mkef_codecs.identity import Imsi
from mkef_codecs.reader import Reader

RAND_LENGTH = 16
SRES_LENGTH = 4
KID_LENGTH = 7
MAX_VECTORS = 3
TAG_LENGTH = 4
COUNTER_EPOCH = 1_767_225_600  # 2026-01-01T00:00:00Z in seconds since 1970


class UnsupportedProfile(CodecError):
    """A profile of another version than 00 (answered 32473/5003)."""


class Profile(Struct, frozen=True):
    """The profile octet (protocol.md clause 3), which is made of what it says."""

    vectors: int = 1
    res_key_kmtc: bool = False
    tagged: bool = False
    integrity_only: bool = False
    octet: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.vectors <= MAX_VECTORS:
            raise CodecError("a profile has 1 to 3 vectors", path="profile")
        octet = (
            (self.vectors - 1) << 4
            | self.res_key_kmtc << 3
            | self.tagged << 2
            | self.integrity_only << 1
        )
        force_setattr(self, "octet", octet)

    @property
    def res_length(self) -> int:
        """Octets of RES and of E(RES): four for each vector."""
        return SRES_LENGTH * self.vectors

    def suits(self, rand: bytes, tag: bytes) -> bool:
        """Whether a RAND has the format that bit 2 says, with the operator's tag of 4 octets."""
        return rand.startswith(tag) == self.tagged

    @classmethod
    @lru_cache(maxsize=256)
    def parse(cls, octet: int) -> Profile:
        """The profile of one octet; reserved bits and n = 4 are refused."""
        if not 0 <= octet <= 0xFF:
            raise CodecError("a profile is one octet", path="profile")
        if octet >> 6:
            raise UnsupportedProfile(f"profile version {octet >> 6}", path="profile")
        if octet & 0x01 or octet & 0x30 == 0x30:
            raise CodecError(f"reserved bits in profile 0x{octet:02x}", path="profile")
        return cls(
            vectors=(octet >> 4) + 1,
            res_key_kmtc=bool(octet & 0x08),
            tagged=bool(octet & 0x04),
            integrity_only=bool(octet & 0x02),
        )


class Tag(Struct, frozen=True):
    """What an operator's tagged RANDs begin with, 4 octets; the default is LAB."""

    octets: bytes = lab.TAG

    def __post_init__(self) -> None:
        if len(self.octets) != TAG_LENGTH:
            raise CodecError("8 hexadecimal digits wanted", path="tag")

    @classmethod
    def parse(cls, text: str) -> Tag:
        """The tag of its 8 hexadecimal digits."""
        try:
            return cls(bytes.fromhex(text))
        except ValueError:
            raise CodecError("8 hexadecimal digits wanted", path="tag") from None


def encode_kid(imsi: Imsi) -> bytes:
    """The device's Sender ID, 7 octets: the integer `1` followed by the IMSI's digits."""
    return int("1" + imsi.digits).to_bytes(KID_LENGTH, "big")


def decode_kid(kid: bytes) -> Imsi:
    """The IMSI of a Sender ID of 7 octets."""
    digits = str(int.from_bytes(kid, "big"))
    if len(kid) != KID_LENGTH or digits[0] != "1":
        raise CodecError("a kid is `1` and the IMSI's digits in 7 octets", path="kid")
    return Imsi(digits[1:])


class KidContext(Struct, frozen=True):
    """OSCORE's kid context, 17 + 4n octets: profile, RAND_1 and E(RES) (protocol.md clause 4)."""

    profile: Profile
    rand: bytes
    encrypted_res: bytes

    def encode(self) -> bytes:
        """The octets on the wire; sizes are checked."""
        if len(self.rand) != RAND_LENGTH:
            raise CodecError("RAND has 16 octets", path="kid context")
        if len(self.encrypted_res) != self.profile.res_length:
            raise CodecError("E(RES) has 4 octets for each vector", path="kid context")
        return bytes((self.profile.octet,)) + self.rand + self.encrypted_res

    @classmethod
    def decode(cls, octets: bytes) -> KidContext:
        """The parts of a kid context."""
        reader = Reader(octets)
        profile = Profile.parse(reader.u8())
        rand = reader.take(RAND_LENGTH)
        encrypted_res = reader.take(profile.res_length)
        reader.check_end()
        return cls(profile, rand, encrypted_res)
