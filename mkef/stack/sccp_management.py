"""What is known of other nodes' subsystems, and what they are told (ITU-T Q.714 clause 5.3)."""

from __future__ import annotations

from dataclasses import dataclass

from mkef_codecs.errors import CodecError
from mkef_codecs.ss7.sccp import SccpAddress, Unitdata
from mkef_codecs.ss7.sccp_management import MANAGEMENT_SSN, Format, Management

TEST_FIRST_S, TEST_LONGEST_S = 30.0, 600.0  # T(stat info)
LIMIT = 256  # prohibited subsystems that are remembered


@dataclass(slots=True)
class _Test:
    at: float
    wait_s: float = TEST_FIRST_S


def message(here: int, there: int, management: Management) -> Unitdata:
    """A management message from one point code to another, between their subsystems 1."""
    called, calling = SccpAddress(MANAGEMENT_SSN, there), SccpAddress(MANAGEMENT_SSN, here)
    return Unitdata(called, calling, management.encode())


class Subsystems:
    """Ours answer status tests; those of others are prohibited from SSP to SSA."""

    def __init__(self, point_code: int, ssns: frozenset[int]) -> None:
        self._point_code = point_code
        self._ssns = ssns | {MANAGEMENT_SSN}
        self._prohibited: dict[tuple[int, int], _Test] = {}  # by point code and SSN

    def allowed(self, point_code: int, ssn: int | None) -> bool:
        """Whether a subsystem of another node may be sent to."""
        return (point_code, ssn) not in self._prohibited

    def receive(self, octets: bytes, opc: int, now: float) -> list[tuple[int, Unitdata]]:
        """A management message from `opc`; what answers it, with its point code.

        A node speaks for its own subsystems only. Raises CodecError.
        """
        said = Management.decode(octets)
        if said.format is Format.SST:
            return self._tested(said, opc)
        if said.point_code != opc:
            raise CodecError(f"{said.format.name} of point code {said.point_code}", path="SCMG")
        if said.format is Format.SSA:
            self._prohibited.pop((opc, said.ssn), None)
        elif said.format is Format.SSP and len(self._prohibited) < LIMIT:
            self._prohibited.setdefault((opc, said.ssn), _Test(now + TEST_FIRST_S))
        return []

    def _tested(self, said: Management, opc: int) -> list[tuple[int, Unitdata]]:
        """SST: SSA for what is in service here, silence for what is not."""
        if said.point_code != self._point_code or said.ssn not in self._ssns:
            return []
        answer = Management(Format.SSA, said.ssn, self._point_code)
        return [(opc, message(self._point_code, opc, answer))]

    @property
    def deadline(self) -> float | None:
        """When `tick` wants to be called next."""
        if not self._prohibited:
            return None
        return min(test.at for test in self._prohibited.values())

    def tick(self, now: float) -> list[tuple[int, Unitdata]]:
        """Status tests that are due, with the point codes that they go to."""
        due = []
        for (point_code, ssn), test in self._prohibited.items():
            if test.at > now:
                continue
            test.wait_s = min(2 * test.wait_s, TEST_LONGEST_S)
            test.at = now + test.wait_s
            question = Management(Format.SST, ssn, point_code)
            due.append((point_code, message(self._point_code, point_code, question)))
        return due
