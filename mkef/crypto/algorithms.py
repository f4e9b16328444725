"""Every algorithm of an AuC as a row of one table: what it wants of a subscription and gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, cast

from mkef.crypto.comp128 import Comp128V1, Comp128V2, Comp128V3
from mkef.crypto.gsm import COMP128_KC_BITS, GsmVector
from mkef.crypto.milenage import STANDARD, Constants, GsmMilenage, Milenage, derive_opc
from mkef.crypto.secret import Secret
from mkef.crypto.tuak import Lengths, Tuak, derive_topc
from mkef.crypto.xor import Xor2g, Xor3g


class Gsm(Protocol):
    """A3 and A8 of one subscription."""

    def gsm(self, rand: bytes) -> GsmVector:
        """SRES and Kc of a RAND of 16 octets."""


class Aka(Gsm, Protocol):
    """f1 to f5* of one subscription (TS 33.102 clause 6.3)."""

    def f1(self, rand: bytes, sqn: bytes, amf: bytes) -> tuple[bytes, bytes]:
        """MAC-A and MAC-S."""

    def f2345(self, rand: bytes) -> tuple[bytes, bytes, bytes, bytes]:
        """RES, CK, IK and AK."""

    def f5star(self, rand: bytes) -> bytes:
        """AK*, 6 octets."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a subscription may change of its algorithm; most change nothing."""

    constants: Constants = STANDARD  # of Milenage
    iterations: int = 1  # of Keccak
    res_octets: int | None = None  # None: as the algorithm has it
    sres_option: int = 1  # of GSM-Milenage


DEFAULT = Parameters()
Make = Callable[[Secret, Secret, Parameters], Gsm]


@dataclass(frozen=True, slots=True)
class Algorithm:
    """One row. `operator` is what OPc or TOPc has of octets, 0: there is none."""

    name: str
    make: Make
    key: tuple[int, ...] = (16,)
    operator: int = 0
    umts: bool = False
    kc_bits: int = 64  # that are not always zero
    parameters: frozenset[str] = frozenset()  # fields of Parameters that may be set
    res: tuple[int, ...] = ()  # octets that RES may have, the usual ones first
    derive: Callable[[Secret, bytes, Parameters], Secret] | None = None  # OPc of OP

    def check(self, key: Secret, operator: Secret | None, parameters: Parameters) -> None:
        """Refuse, with a ValueError that says what is right, what this algorithm cannot use."""
        if len(key.octets) not in self.key:
            sizes = " or ".join(map(str, self.key))
            raise ValueError(f"a key of {self.name} has {sizes} octets, not {len(key.octets)}")
        if operator is None and self.operator:
            raise ValueError(f"{self.name} wants an OPc of {self.operator} octets, or an OP")
        if operator is not None and len(operator.octets) != self.operator:
            wanted = f"has {self.operator} octets" if self.operator else "does not exist"
            raise ValueError(f"OPc of {self.name} {wanted}, not {len(operator.octets)}")
        for name in ("constants", "iterations", "res_octets", "sres_option"):
            if getattr(parameters, name) != getattr(DEFAULT, name) and name not in self.parameters:
                raise ValueError(f"{self.name} has no {name}")
        if parameters.res_octets not in {None, *self.res}:
            sizes = ", ".join(map(str, self.res))
            raise ValueError(f"RES of {self.name} has {sizes} octets, not {parameters.res_octets}")
        self.instance(key, operator, parameters)

    def instance(self, key: Secret, operator: Secret | None, parameters: Parameters) -> Gsm:
        """The algorithm with the keys of one subscription."""
        return self.make(key, operator or _NONE, parameters)

    def aka(self, key: Secret, operator: Secret | None, parameters: Parameters) -> Aka:
        """The same where the row says `umts`."""
        if not self.umts:
            raise ValueError(f"{self.name} has no AKA")
        return cast("Aka", self.instance(key, operator, parameters))


_NONE = Secret(b"")


def _tuak(k: Secret, topc: Secret, parameters: Parameters) -> Gsm:
    lengths = Lengths(res=parameters.res_octets or 8)
    return Tuak(k, topc, lengths, iterations=parameters.iterations)


_ROWS = (
    Algorithm(
        "milenage",
        lambda k, opc, p: Milenage(k, opc, p.constants),
        operator=16,
        umts=True,
        parameters=frozenset({"constants"}),
        derive=lambda k, op, _: derive_opc(k, op),
    ),
    Algorithm(
        "tuak",
        _tuak,
        key=(16, 32),
        operator=32,
        umts=True,
        parameters=frozenset({"iterations", "res_octets"}),
        res=(8, 4, 16),
        derive=lambda k, top, p: derive_topc(k, top, iterations=p.iterations),
    ),
    Algorithm(
        "xor-3g",
        lambda k, _, p: Xor3g(k, p.res_octets or 16),
        umts=True,
        parameters=frozenset({"res_octets"}),
        res=(16, *range(4, 16)),
    ),
    Algorithm(
        "gsm-milenage",
        lambda k, opc, p: GsmMilenage(k, opc, p.constants, sres_option=p.sres_option),
        operator=16,
        parameters=frozenset({"constants", "sres_option"}),
        derive=lambda k, op, _: derive_opc(k, op),
    ),
    Algorithm("comp128v1", lambda ki, _, __: Comp128V1(ki), kc_bits=COMP128_KC_BITS),
    Algorithm("comp128v2", lambda ki, _, __: Comp128V2(ki), kc_bits=COMP128_KC_BITS),
    Algorithm("comp128v3", lambda ki, _, __: Comp128V3(ki)),
    Algorithm("xor-2g", lambda ki, _, __: Xor2g(ki)),
)

ALGORITHMS: Mapping[str, Algorithm] = {row.name: row for row in _ROWS}
