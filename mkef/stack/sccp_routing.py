"""Where an SCCP message goes once it has reached this node (ITU-T Q.714 clause 2)."""

from __future__ import annotations

from dataclasses import dataclass

from mkef_codecs.errors import CodecError
from mkef_codecs.ss7 import sccp
from mkef_codecs.ss7.m3ua import SCCP, ProtocolData
from mkef_codecs.ss7.sccp import ReturnCause, SccpAddress, Unitdata, UnitdataService


@dataclass(frozen=True, slots=True)
class ToUser:
    """User data for a subsystem of ours, and the point code that the message came from."""

    called: SccpAddress
    calling: SccpAddress
    opc: int
    data: bytes

    @property
    def reply_point_code(self) -> int:
        """Where an answer to `calling` is sent: to itself, or to the node that translates."""
        if self.calling.route_on_ssn and self.calling.point_code is not None:
            return self.calling.point_code
        return self.opc


@dataclass(frozen=True, slots=True)
class Returned:
    """User data of ours that came back, and why."""

    data: bytes
    reason: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A UDTS for the point code `dpc`."""

    dpc: int
    message: UnitdataService


@dataclass(frozen=True, slots=True)
class Drop:
    """Nothing to do but a log line."""

    problem: str


Route = ToUser | Returned | Answer | Drop


class SccpRouting:
    """One signalling point with its subsystems; what is not for them goes back or nowhere."""

    def __init__(self, point_code: int, ssns: frozenset[int]) -> None:
        self._point_code = point_code
        self._ssns = ssns

    def route(self, label: ProtocolData) -> Route:
        """What becomes of the user part of an MTP message."""
        if label.service_indicator != SCCP:
            return Drop(f"service indicator {label.service_indicator} is not SCCP")
        if label.dpc != self._point_code:
            return Drop(f"for point code {label.dpc}, not {self._point_code}")
        try:
            message = sccp.decode(label.data)
        except CodecError as error:
            return Drop(str(error))
        if isinstance(message, UnitdataService):
            return Returned(message.data, message.reason)
        return self._deliver(message, label.opc)

    def _deliver(self, message: Unitdata, opc: int) -> Route:
        segmentation = message.extension and message.extension.segmentation
        if segmentation and not segmentation.whole:
            return self._return(message, opc, ReturnCause.NO_REASSEMBLY, "a segmented message")
        # A global title that reached this node is this node's: translation ends here.
        if message.called.ssn in self._ssns:
            return ToUser(message.called, message.calling, opc, message.data)
        problem = f"no subsystem {message.called.ssn} here"
        return self._return(message, opc, ReturnCause.UNEQUIPPED_USER, problem)

    def _return(self, message: Unitdata, opc: int, cause: ReturnCause, problem: str) -> Route:
        """Back to the sender if it wishes so, an XUDT as XUDTS."""
        if not message.return_on_error:
            return Drop(problem)
        extension = message.extension
        back = UnitdataService(message.calling, message.called, message.data, cause, extension)
        return Answer(opc, back)
