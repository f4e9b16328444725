"""COMP128 versions 1, 2 and 3: A3 and A8 of most SIMs; version 1 is broken, 2 keeps ten bits zero.

About 175,000 chosen RANDs recover Ki from version 1, so the variant of Send-Authentication-Info
answers for it only where the configuration says so (protocol.md clause 8).
"""

from __future__ import annotations

from itertools import chain
from operator import itemgetter

from mkef.crypto.gsm import GsmVector
from mkef.crypto.secret import Kc, Secret

# Version 1: one table for each level of the butterfly, of 9 to 5 bits in and 8 to 4 bits out.
_LEVELS = tuple(
    bytes.fromhex(text)
    for text in (
        (
            "66b1baa2029c704b3719080cfbc1f6bc6dd597352a4fbf73e9f2a4dfd1946ca1"
            "fc25f42f40d306edb9a08b714c8a3b46431a0d9d3fb3dd1ed624a645987ccf74"
            "f7c229544701310e5f23a915604ed7e1b6f31c5cc976044af880110b9284f530"
            "955a782757e66ae8af137ebeca8d89b0fa1b6528dbe33a1433b262d88c162079"
            "3d67cb481d6e55d4b4cc96b70f42acc438c59e00642d990790dea3a73c87d2e7"
            "aea526f9e022dce5d9d0f144cebd7dffef36a8597b7a499175ea8f6381c8c052"
            "68aa88eb5d51cdadec5e69342ee4c60539fe619b8e85c7abbb3241b57f6b93e2"
            "b8da83214d561f2c583eee12182b9a17509f866f0972035b1082530ac3f0fd77"
            "b166a2ba9c024b7019370c08c1fbbcf6d56d35974f2a73bff2e9dfa494d1a16c"
            "25fc2ff4d340ed06a0b9718b8a4c463b1a439d0db33f1edd24d645a67c9874cf"
            "c2f7542901470e31235f15a94e60e1d7f3b65c1c76c94a0480f80b11849230f5"
            "5a952778e657e86a13afbe7e8dcab0891bfa2865e3db143ab233d862168c7920"
            "673d48cb6e1dd455ccb4b796420fc4acc538009e2d640799de90a7a3873ce7d2"
            "a5aef92622e0e5dcd0d944f1bdceff7d36ef59a87a7b9149ea75638fc88152c0"
            "aa68eb88515dadcd5eec3469e42e05c6fe399b61858eabc732bbb5416b7fe293"
            "dab82183564d2c1f3e5812ee2b18179a9f506f8672095b0382100a53f0c377fd"
        ),
        (
            "130b50722b01455e27127f756103552b1b7c46532f473f0a2f594f040e3b0b05"
            "236b67441556245b557e20326d5e7806354f1c2d635f292258445d376e7d6914"
            "5a504c60173c594079380e4a6508134e4c42682e6f32200327003a195c161233"
            "39417774166d07563b5d3e6e4e634d430c71576266055821263817084b2d0d4b"
            "5f3f1c317b7814702c1e0f626a02671d526b2a7c181e29106c64752849280772"
            "527324700c6664545c3048610936374a717b111a353a0409457a15762a3c1b49"
            "767d220f417354403e514601186f79536851317f30691f0a065b57251036747e"
            "1f260d00486a4d3d1a432e1d60253d3465112c6c473442392133195a02777a23"
        ),
        (
            "34322c061531293b27331920332f342b250428223d0c1c043a17080f0c160912"
            "370a212332012b03390d3e0e072a2c3b3e391b06081f1a3629162d1427031038"
            "3002151c242a3c212212000b180a113d1d0e2d1a372e0b11362e09181e3c2000"
            "1426021e3a230110382817300d13131b1f352f263f0f3105253519243f1d0507"
        ),
        (
            "01051d0619011217111300091819061f1c14181e041b030d0f100e1204030809"
            "14000c1a15081c021d020f070b160e0a11150c1e1a1b101f0b070d170a051613"
        ),
        "0f0c0a04010e0b0705000e0701020d080a03040906000302050608090b0d0f0c",
    )
)

# Versions 2 and 3: two tables of an octet each.
_OUTER = bytes.fromhex(
    "c5eb3c9762600364f8762a75acd3b5cb3d7e9c5795e03784ba3feeff55539821"
    "a0b8d2db9f0bb4c282d49305d75c1b2e71bb3419b94fdd30461f650fc3c932de"
    "89e9e56a7ab7b2b190cfeab625fee3e736d18541ca45eddcbd927844157d261e"
    "029b35c4aeb033f6a74c6e145279677038ad31d9fc0072e47b0c5da1fde8f0af"
    "4380169e59124d6dbe113e0499a33b918a074acd0aa2502d686f96d69a1cbfa9"
    "d558c1c6c8f527a47c544e01bcaa1756e28d2006837fc728871039475be1a8f2"
    "ce61a62c0e5aecefe6f4df6c667794fb1dd80809f9d018695e22405f734886cc"
    "2bf7f3da2f3a496bf1b37442248f51fa8b130d8e8c81c063ab9d88294b23a51a"
)
_INNER = bytes.fromhex(
    "aa2a5f8d6d1e47591a93e7cdefd47c81d84f0fb9990efba200f1acc52b0ac2eb"
    "0614482d8f68a177298826bd87195d12e0abfcc33f133aa5173785fed690dcb2"
    "9c346ee161b78c273558dba710c63ede4c8baf5e338673164301f9d90305e88a"
    "1f3874a34680ea84e5b8f40d2249e99ab383d7ec8edf1b39f66cd308fd5542f5"
    "c14ebe041107967f98d525ba02f32ea944653caed09eb045eebf5a53a67d4d3b"
    "155c3197a8630932927175e441e6285236ede3661c246b182c7ecec93d72a4cf"
    "b51d5b40ddff309bc06fb4d2b6f7cb94d162ad0b4b7bfa76202ff0ca4ab16450"
    "c421f8569d89788254cc7a51f2bcc895e2daa0bb6a2357696091c79f0c796770"
)

# At level n, 2^n groups in each of which value a meets the one half a group further.
_PAIRS = tuple(
    tuple(
        (group * (32 >> n) + i, group * (32 >> n) + i + (16 >> n))
        for group in range(1 << n)
        for i in range(16 >> n)
    )
    for n in range(5)
)

# The 128 bits that 32 nibbles make, most significant first, put in steps of 17.
_SPREAD = itemgetter(*(17 * i % 128 for i in range(128)))

# Bit n of a result is bit 19(n + 1) of the state before, both least significant first.
_GATHER = itemgetter(*(255 - 19 * (n + 1) % 256 for n in reversed(range(128))))


def _check(ki: Secret, rand: bytes) -> None:
    if len(ki.octets) != 16 or len(rand) != 16:
        raise ValueError("Ki and RAND have 16 octets")


def _compress(values: list[int]) -> list[int]:
    """The butterfly: 32 octets in, 32 nibbles out."""
    for table, pairs in zip(_LEVELS, _PAIRS, strict=True):
        mask = len(table) - 1
        for a, b in pairs:
            one, other = values[a], values[b]
            values[a] = table[(one + 2 * other) & mask]
            values[b] = table[(2 * one + other) & mask]
    return values


def _nibbles(values: list[int]) -> int:
    return int("".join(map("{:x}".format, values)), 16)


class Comp128V1:
    """Version 1, with Ki of 16 octets."""

    def __init__(self, ki: Secret) -> None:
        self._ki = ki

    def gsm(self, rand: bytes) -> GsmVector:
        """SRES, and Kc of 54 bits and ten zero bits."""
        _check(self._ki, rand)
        ki = list(self._ki.octets)
        mixed = rand
        for _ in range(7):
            bits = f"{_nibbles(_compress([*ki, *mixed])):0128b}"
            mixed = int("".join(_SPREAD(bits)), 2).to_bytes(16, "big")
        last = _nibbles(_compress([*ki, *mixed]))
        kc = (last & ((1 << 54) - 1)) << 10
        return GsmVector((last >> 96).to_bytes(4, "big"), Kc(kc.to_bytes(8, "big")))


class Comp128V3:
    """Version 3, with Ki of 16 octets."""

    def __init__(self, ki: Secret) -> None:
        self._ki = ki

    def gsm(self, rand: bytes) -> GsmVector:
        """SRES, and Kc of 64 bits."""
        _check(self._ki, rand)
        key = bytes(k ^ r for k, r in zip(self._ki.octets, rand, strict=True))[::-1]
        mixed = rand[::-1]
        for _ in range(8):
            mixed = _mix(mixed, key)
        result = mixed[::-1]
        return GsmVector(result[:4], Kc(self._kc(result[8:])))

    def _kc(self, octets: bytes) -> bytes:
        return octets


class Comp128V2(Comp128V3):
    """Version 2: version 3 with the last ten bits of Kc zero."""

    def _kc(self, octets: bytes) -> bytes:
        return octets[:6] + bytes((octets[6] & 0xFC, 0))


def _mix(left: bytes, right: bytes) -> bytes:
    """Five rounds of two substitutions each, whose results alternate in ever larger blocks."""
    for i in range(5):
        first = bytes(_OUTER[_INNER[b] ^ a] for a, b in zip(left, right, strict=True))
        second = bytes(_OUTER[_INNER[a] ^ b] for a, b in zip(first, right, strict=True))
        blocks = range(0, 16, 1 << i)
        pairs = ((first[k : k + (1 << i)], second[k : k + (1 << i)]) for k in blocks)
        both = b"".join(chain.from_iterable(pairs))
        left, right = both[:16], both[16:]
    bits = f"{int.from_bytes(left + right, 'little'):0256b}"
    return int("".join(_GATHER(bits)), 2).to_bytes(16, "little")
