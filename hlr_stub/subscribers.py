"""Subscriptions: who has which key and algorithm, and what the variant may do with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from string import hexdigits
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from mkef.crypto.algorithms import ALGORITHMS, DEFAULT, Aka, Algorithm, Gsm, Parameters
from mkef.crypto.milenage import STANDARD, Constants
from mkef.crypto.secret import Secret
from mkef_codecs.errors import CodecError
from mkef_codecs.identity import Imsi

SQN_BITS = 48
DEFAULT_AMF = 0x8000
DEFAULT_IND_BITS = 5  # TS 33.102 clause C.3: an array of 32


class FieldError(ValueError):
    """A field of a subscription that cannot be: its name, and what would be right."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field
        self.problem = problem


class Subscriber(Struct):
    """One subscription; whatever does not fit together is refused with a ValueError."""

    imsi: Imsi
    ki: Secret
    opc: Secret | None = None  # OPc or TOPc, where the algorithm has one
    algorithm: Algorithm = ALGORITHMS["milenage"]
    parameters: Parameters = DEFAULT
    amf: int = DEFAULT_AMF
    sqn: int = 0  # the last one handed out: SEQ || IND (TS 33.102 annex C)
    ind_bits: int = DEFAULT_IND_BITS
    mtc_allowed: bool = True
    tagged_only: bool = False  # the variant answers only RANDs with the operator's tag

    def instance(self) -> Gsm:
        """The algorithm with this subscription's keys: for triplets."""
        return self.algorithm.instance(self.ki, self.opc, self.parameters)

    def aka(self) -> Aka:
        """The same for quintuplets, where `algorithm.umts` says so; else a ValueError."""
        return self.algorithm.aka(self.ki, self.opc, self.parameters)

    def check(self) -> Subscriber:
        """The same, if its algorithm can use it; raises FieldError."""
        try:
            self.algorithm.check(self.ki, self.opc, self.parameters)
        except ValueError as error:
            raise FieldError(_culprit(self), str(error)) from None
        _check_range("sqn", self.sqn, (1 << SQN_BITS) - 1)
        _check_range("amf", self.amf, 0xFFFF)
        _check_range("ind_bits", self.ind_bits, 16)
        return self


def _culprit(subscriber: Subscriber) -> str:
    """The field that an algorithm's refusal is about."""
    row = subscriber.algorithm
    if len(subscriber.ki.octets) not in row.key:
        return "ki"
    if (len(subscriber.opc.octets) if subscriber.opc else 0) != row.operator:
        return "opc"
    return "parameters"


def _check_range(field: str, value: int, most: int) -> None:
    if not 0 <= value <= most:
        raise FieldError(field, f"0 to {most} wanted")


# Subscriptions as text: what files and options say.

_TRUTHS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


def build(fields: Mapping[str, str]) -> Subscriber:
    """The subscription that texts of FIELDS say; empty ones count as absent. Raises FieldError."""
    values = {name: _parse(name, text.strip()) for name, text in fields.items() if text.strip()}
    for name in ("imsi", "ki"):
        if name not in values:
            raise FieldError(name, "missing")
    op = values.pop("op", None)
    subscriber = Subscriber(**values)
    return (subscriber if op is None else with_op(subscriber, op)).check()


def changed(old: Subscriber, fields: Mapping[str, str]) -> Subscriber:
    """The subscription with these fields anew, an empty one as usual; the others stay. FieldError.

    Parameters belong to their algorithm, an OPc (TOPc) to its Ki (TS 35.206 clause 4.1): they go
    with it.
    """
    kept = describe(old, with_keys=True)
    name = fields.get("algorithm", old.algorithm.name).strip()
    if name != old.algorithm.name:
        kept["parameters"] = ""
    rekeyed = "op" in fields or ("ki" in fields and _parse("ki", fields["ki"].strip()) != old.ki)
    if rekeyed or (name in ALGORITHMS and not ALGORITHMS[name].operator):
        kept["opc"] = ""
    return build({**kept, **fields})


def with_op(subscriber: Subscriber, op: Secret) -> Subscriber:
    """The subscription with the OPc (TOPc) that an OP (TOP) makes; FieldError."""
    derive = subscriber.algorithm.derive
    if derive is None:
        raise FieldError("op", f"{subscriber.algorithm.name} has none")
    try:
        opc = Secret(derive(subscriber.ki, op.octets, subscriber.parameters).octets)
    except ValueError as error:
        raise FieldError("op", str(error)) from None
    if subscriber.opc is not None and subscriber.opc != opc:
        raise FieldError("op", "it does not make the OPc that is given too")
    return replace(subscriber, opc=opc)


def _parse(name: str, text: str) -> Any:
    if name not in _PARSERS:
        raise FieldError(name, f"unknown; known: {', '.join(FIELDS)}")
    try:
        return _PARSERS[name](text)
    except CodecError as error:
        raise FieldError(name, error.problem) from None
    except ValueError as error:
        raise FieldError(name, str(error)) from None


def _algorithm(text: str) -> Algorithm:
    if text not in ALGORITHMS:
        raise ValueError(f"{text} is no algorithm; known: {', '.join(ALGORITHMS)}")
    return ALGORITHMS[text]


def _secret(text: str) -> Secret:
    try:
        return Secret(bytes.fromhex(text))
    except ValueError:  # whose own words would repeat a part of the key
        raise ValueError("hexadecimal digits wanted, two for each octet") from None


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ValueError(f"{text!r} is no whole number")
    return int(text)


def _constant(text: str) -> int:
    if not text or not set(hexdigits).issuperset(text):
        raise ValueError(f"{text!r} is not hexadecimal")
    return int(text, 16)


def _amf(text: str) -> int:
    if len(text) != 4:
        raise ValueError(f"{text!r} has {len(text)} characters: 4 hexadecimal digits wanted")
    return _constant(text)


def _truth(text: str) -> bool:
    if text.lower() not in _TRUTHS:
        raise ValueError(f"{text!r} is neither yes nor no")
    return _TRUTHS[text.lower()]


def parse_parameters(text: str) -> Parameters:
    """The parameters of their text; a ValueError says which exist."""
    if not text:
        return DEFAULT
    values: dict[str, Any] = {}
    for word in text.split():
        name, _, value = word.partition("=")
        if name in {"iterations", "res_octets", "sres_option"}:
            values[name] = _whole(value)
        elif name in {"r", "c"}:
            number = _whole if name == "r" else _constant
            values[name] = tuple(map(number, value.split("/")))
        else:
            known = "iterations, res_octets, sres_option, r, c"
            raise ValueError(f"{name} is no parameter; known: {known}")
    constants = {name: values.pop(name) for name in ("r", "c") if name in values}
    return Parameters(constants=Constants(**constants), **values)


_PARSERS: Mapping[str, Callable[[str], Any]] = {
    "imsi": Imsi,
    "algorithm": _algorithm,
    "ki": _secret,
    "opc": _secret,
    "op": _secret,
    "amf": _amf,
    "sqn": _whole,
    "ind_bits": _whole,
    "parameters": parse_parameters,
    "mtc_allowed": _truth,
    "tagged_only": _truth,
}
FIELDS = tuple(_PARSERS)
SECRET_FIELDS = frozenset({"ki", "opc", "op"})
AKA_FIELDS = frozenset({"amf", "sqn", "ind_bits"})  # of no meaning where there are triplets only
# What a subscription is of which nothing else is said.
USUAL: Mapping[str, str] = {
    "amf": f"{DEFAULT_AMF:04x}",
    "sqn": "0",
    "ind_bits": str(DEFAULT_IND_BITS),
    "mtc_allowed": "yes",
    "tagged_only": "no",
}


def describe(subscriber: Subscriber, *, with_keys: bool) -> dict[str, str]:
    """The fields that `build` reads; without keys those are left out."""
    fields = {
        "imsi": subscriber.imsi.digits,
        "algorithm": subscriber.algorithm.name,
        "ki": subscriber.ki.octets.hex(),
        "opc": subscriber.opc.octets.hex() if subscriber.opc else "",
        "amf": f"{subscriber.amf:04x}",
        "sqn": str(subscriber.sqn),
        "ind_bits": str(subscriber.ind_bits),
        "parameters": format_parameters(subscriber.parameters),
        "mtc_allowed": _word(subscriber.mtc_allowed),
        "tagged_only": _word(subscriber.tagged_only),
    }
    if with_keys:
        return fields
    return {name: value for name, value in fields.items() if name not in SECRET_FIELDS}


def format_parameters(parameters: Parameters) -> str:
    """What differs from the algorithm's usual: `iterations=2 res_octets=16`, or nothing."""
    if parameters is DEFAULT:
        return ""
    words = [
        f"{name}={getattr(parameters, name)}"
        for name in ("iterations", "res_octets", "sres_option")
        if getattr(parameters, name) != getattr(DEFAULT, name)
    ]
    if parameters.constants != STANDARD:
        words.append("r=" + "/".join(map(str, parameters.constants.r)))
        words.append("c=" + "/".join(f"{constant:x}" for constant in parameters.constants.c))
    return " ".join(words)


def _word(truth: bool) -> str:
    return "yes" if truth else "no"
