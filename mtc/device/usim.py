"""The (U)SIM in GSM security context (TS 31.102 clause 7.1.2)."""

from __future__ import annotations

from typing import Protocol

from mkef.crypto.gsm import GsmVector
from mkef.crypto.milenage import Milenage
from mkef.crypto.secret import Ki, OPc


class Usim(Protocol):
    """What the device needs of its card."""

    def authenticate_gsm(self, rand: bytes) -> GsmVector:
        """SRES and Kc for a RAND of 16 octets."""


class SoftUsim:
    """A USIM in software, with Milenage."""

    def __init__(self, ki: Ki, opc: OPc) -> None:
        self._milenage = Milenage(ki, opc)

    def authenticate_gsm(self, rand: bytes) -> GsmVector:
        """SRES by c2 and Kc by c3 (TS 33.102 clause 6.8.1.2)."""
        return self._milenage.gsm(rand)
