"""The foreign AuC that breaks the tie: osmo-auc-gen of Osmocom (Debian: libosmocore-utils)."""

from __future__ import annotations

import hashlib
import hmac
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

IND_BITS = 5  # it counts its own SQN on by one step of IND, which it takes back first


@dataclass(frozen=True, slots=True)
class AucGen:
    """The program of a path."""

    path: str

    def __call__(
        self, algorithm: str, cases: Sequence[dict[str, str]], *, gsm: bool = False
    ) -> list[dict[str, str]]:
        """Run it for each of many cases; what each says by name, nothing where it refused.

        One shell starts them all: a process for each from here would take five times as long.
        """
        start = f"{self.path} {'--2g' if gsm else '--3g'} --algorithm {algorithm}"
        commands = []
        for case in cases:
            words = (f"--{name} {value}" for name, value in case.items())
            commands.append(f"{start} {' '.join(words)}\necho =====")
        done = subprocess.run(
            ["sh"],
            input="\n".join(commands),
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        parts = done.stdout.split("=====\n")[:-1]
        return [dict(re.findall(r"^([\w.]+):\t(\w+)$", part, re.MULTILINE)) for part in parts]

    def challenges(
        self, k: bytes, opc: bytes, pairs: Sequence[tuple[bytes, bytes]]
    ) -> list[Challenge]:
        """What it makes of pairs of RAND and AUTN: Milenage, with the SQN that AUTN hides."""
        known = {"key": k.hex(), "opc": opc.hex()}
        cases = [known | {"rand": rand.hex(), "amf": autn[6:8].hex()} for rand, autn in pairs]
        first = 1 << IND_BITS
        # What it hides a known SQN with is AK; then it is asked again, with the SQN of AUTN.
        hiding = self("milenage", [case | {"sqn": str(first)} for case in cases])
        sqns = [
            first ^ int(said["AUTN"][:12], 16) ^ int.from_bytes(autn[:6], "big")
            for said, (_, autn) in zip(hiding, pairs, strict=True)
        ]
        asked = [case | {"sqn": str(sqn)} for case, sqn in zip(cases, sqns, strict=True)]
        return [
            Challenge(sqn, *(bytes.fromhex(said[name]) for name in ("RES", "AUTN", "CK", "IK")))
            for sqn, said in zip(sqns, self("milenage", asked), strict=True)
        ]


@dataclass(frozen=True, slots=True)
class Challenge:
    """A quintuplet without its RAND."""

    sqn: int
    res: bytes
    autn: bytes
    ck: bytes
    ik: bytes

    def kasme(self, plmn: bytes) -> bytes:
        """32 octets for a serving network of 3 (TS 33.401 clause A.2)."""
        string = b"\x10" + plmn + b"\x00\x03" + self.autn[:6] + b"\x00\x06"
        return hmac.digest(self.ck + self.ik, string, hashlib.sha256)
