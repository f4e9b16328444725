"""K_MTC and E(RES), computed a second way: plain hmac and hashlib, no project code."""

from __future__ import annotations

import hashlib
import hmac
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mkef.crypto.gsm import GsmVector
from mkef.crypto.kdf import Binding, derive_rands, kdf, strength_bits
from mkef.crypto.milenage import Milenage
from mkef.crypto.secret import Kc, Ki, KMtc, OPc
from mkef_codecs.establishment import Profile
from mkef_codecs.identity import Imsi, ServerId

VECTORS = Path(__file__).parents[1] / "vectors"
KEYS = tomllib.loads((VECTORS / "establishment.toml").read_text())["key"]
SET_1 = tomllib.loads((VECTORS / "ts35208.toml").read_text())["set"][0]
PROFILES = [v << 4 | bits for v in (0, 1, 2) for bits in range(0, 16, 2)]  # every valid octet

rand = st.binary(min_size=16, max_size=16)
imsi = st.from_regex(r"[0-9]{6,15}", fullmatch=True)
server_id = st.from_regex(r"[a-z0-9]{1,20}(\.[a-z0-9]{1,20}){0,3}", fullmatch=True)
triplet = st.tuples(st.binary(min_size=4, max_size=4), st.binary(min_size=8, max_size=8))
triplets = st.lists(triplet, min_size=3, max_size=3)


@dataclass(frozen=True)
class Case:
    """What a device and its home network have in common, as plain values."""

    profile: int
    rand: bytes
    imsi: str
    server_id: str
    triplets: tuple[tuple[bytes, bytes], ...]

    @property
    def used(self) -> tuple[tuple[bytes, bytes], ...]:
        return self.triplets[: (self.profile >> 4) + 1]


cases = st.builds(Case, st.sampled_from(PROFILES), rand, imsi, server_id, triplets.map(tuple))


def ours(case: Case) -> tuple[bytes, bytes]:
    profile = Profile.parse(case.profile)
    binding = Binding(profile, case.rand, Imsi(case.imsi), ServerId(case.server_id))
    made = binding.derive(tuple(GsmVector(sres, Kc(kc)) for sres, kc in case.used))
    return made.k_mtc.octets, made.encrypted_res


def the_other_way(case: Case) -> tuple[bytes, bytes]:
    """Clause 2 of protocol.md, read again: FC, then each parameter and its length."""
    kc, sres = b"".join(t[1] for t in case.used), b"".join(t[0] for t in case.used)
    bound = b""
    for part in (bytes([case.profile]), case.rand, case.imsi.encode(), case.server_id.encode()):
        bound += part + bytes([len(part) // 256, len(part) % 256])
    k_mtc = hmac.new(kc, b"\xff\xe0mtc-kmtc\x00\x08" + bound, hashlib.sha256).digest()
    key = k_mtc if case.profile & 8 else kc
    pad = hmac.new(key, b"\xff\xe1mtc-res\x00\x07" + bound, hashlib.sha256).digest()
    return k_mtc, bytes(sres[i] ^ pad[i] for i in range(len(sres)))


@pytest.mark.parametrize("octet", PROFILES, ids=lambda octet: f"0x{octet:02x}")
def test_every_profile_computed_a_second_way(octet: int) -> None:
    case = Case(
        profile=octet,
        rand=bytes(range(16)),
        imsi="001010000000001",
        server_id="meter.example.com",
        triplets=tuple((bytes([i] * 4), bytes([0x80 + i] * 8)) for i in range(3)),
    )
    assert ours(case) == the_other_way(case)


@given(cases)
def test_any_case_computed_a_second_way(case: Case) -> None:
    k_mtc, encrypted_res = ours(case)
    assert (k_mtc, encrypted_res) == the_other_way(case)
    assert (len(k_mtc), len(encrypted_res)) == (32, 4 * len(case.used))


@pytest.mark.parametrize("row", KEYS, ids=lambda row: f"0x{row['profile']}")
def test_published_keys(row: dict[str, str]) -> None:
    profile = Profile.parse(int(row["profile"], 16))
    rand_1 = bytes.fromhex(row["rand"])
    rands = derive_rands(rand_1, profile)
    assert [r.hex() for r in rands] == row["rands"]
    card = Milenage(Ki(bytes.fromhex(SET_1["k"])), OPc(bytes.fromhex(SET_1["opc"])))
    binding = Binding(profile, rand_1, Imsi(row["imsi"]), ServerId(row["server_id"]))
    made = binding.derive(tuple(map(card.gsm, rands)))
    assert made.k_mtc == KMtc(bytes.fromhex(row["k_mtc"]))
    assert made.matches(bytes.fromhex(row["encrypted_res"]))


@given(cases, st.data())
def test_every_input_changes_key_and_pad(case: Case, data: st.DataObject) -> None:
    same_length = [octet for octet in PROFILES if octet >> 4 == case.profile >> 4]
    other = data.draw(
        st.one_of(
            st.sampled_from(same_length).map(lambda octet: replace(case, profile=octet)),
            one_octet_changed(case.rand).map(lambda octets: replace(case, rand=octets)),
            imsi.map(lambda digits: replace(case, imsi=digits)),
            server_id.map(lambda value: replace(case, server_id=value)),
        )
    )
    assume(other != case)
    (k_mtc, encrypted_res), (other_k_mtc, other_encrypted_res) = ours(case), ours(other)
    assert k_mtc != other_k_mtc
    assert encrypted_res != other_encrypted_res


def one_octet_changed(octets: bytes) -> st.SearchStrategy[bytes]:
    return st.builds(
        lambda at, by: octets[:at] + bytes([octets[at] ^ by]) + octets[at + 1 :],
        st.integers(0, len(octets) - 1),
        st.integers(1, 255),
    )


@given(cases, st.data())
def test_another_response_does_not_match(case: Case, data: st.DataObject) -> None:
    binding = Binding(
        Profile.parse(case.profile), case.rand, Imsi(case.imsi), ServerId(case.server_id)
    )
    made = binding.derive(tuple(GsmVector(sres, Kc(kc)) for sres, kc in case.used))
    assert made.matches(made.encrypted_res)
    assert not made.matches(data.draw(one_octet_changed(made.encrypted_res)))
    assert not made.matches(made.encrypted_res[:-1])
    assert not made.matches(b"")


@given(rand, st.sampled_from(PROFILES))
def test_rand_lists(rand_1: bytes, octet: int) -> None:
    profile = Profile.parse(octet)
    rands = derive_rands(rand_1, profile)
    wanted = [rand_1]
    for i in range(2, profile.vectors + 1):
        digest = hashlib.sha256(b"mtc-rand" + bytes([i]) + rand_1).digest()
        wanted.append(rand_1[:8] + digest[:8] if octet & 4 else digest[:16])
    assert list(rands) == wanted


@pytest.mark.parametrize("length", [0, 15, 17])
def test_a_rand_of_another_length_makes_no_list(length: int) -> None:
    with pytest.raises(ValueError, match="RAND has 16 octets"):
        derive_rands(bytes(length), Profile())


@pytest.mark.parametrize(("wanted", "given_"), [(1, 0), (1, 2), (3, 2)])
def test_the_profile_says_how_many_vectors(wanted: int, given_: int) -> None:
    binding = Binding(Profile(vectors=wanted), bytes(16), Imsi("001010000000001"), ServerId("a"))
    with pytest.raises(ValueError, match=f"{wanted} vectors wanted, {given_} given"):
        binding.derive((GsmVector(bytes(4), Kc(bytes(8))),) * given_)


@given(st.binary(max_size=64), st.lists(st.binary(max_size=300), max_size=4))
def test_kdf_is_that_of_gba(key: bytes, parameters: list[bytes]) -> None:
    """TS 33.220 clause B.2: S = FC || P0 || L0 || P1 || L1 ..."""
    string = b"\x01"
    for parameter in parameters:
        string += parameter + len(parameter).to_bytes(2, "big")
    assert kdf(key, b"\x01", *parameters) == hmac.new(key, string, hashlib.sha256).digest()


def test_a_key_of_more_than_a_block_is_none_of_ours() -> None:
    with pytest.raises(ValueError, match="65 octets"):
        kdf(bytes(65), b"")


@pytest.mark.parametrize(
    ("vectors", "key_bits", "kc_bits", "bits"),
    [
        (1, 128, 64, 64),
        (2, 128, 64, 128),
        (3, 128, 64, 128),
        (3, 256, 64, 128),
        (1, 128, 54, 54),  # COMP128v1 and v2
        (2, 128, 54, 108),
        (3, 128, 54, 128),
        (2, 80, 64, 80),
    ],
)
def test_strength(vectors: int, key_bits: int, kc_bits: int, bits: int) -> None:
    profile = Profile(vectors=vectors)
    assert strength_bits(profile, key_bits=key_bits, kc_bits=kc_bits) == bits
