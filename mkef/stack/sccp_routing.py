"""SCCP connectionless: where a message goes, and what becomes of one that came (Q.714)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from msgspec import Struct

from mkef.stack.sccp_management import Subsystems
from mkef.stack.sccp_segments import Failed, Reassembly, cut
from mkef.stack.sccp_translation import NoTranslation, TranslationTable
from mkef_codecs.errors import CodecError
from mkef_codecs.ss7 import sccp
from mkef_codecs.ss7.m3ua import SCCP, ProtocolData
from mkef_codecs.ss7.sccp import (
    SURE_DATA,
    ReturnCause,
    SccpAddress,
    SccpMessage,
    Unitdata,
    UnitdataService,
    room,
)
from mkef_codecs.ss7.sccp_management import MANAGEMENT_SSN
from mkef_codecs.ss7.value import Value

MAX_POINT_CODE = 0x3FFF  # ITU-T: 14 bits
SLS_MASK = 0x0F  # ITU-T: four bits (Q.704 clause 2.2.4)


class ToUser(Value):
    """User data for a subsystem of ours, and the point code that takes an answer to `calling`."""

    called: SccpAddress
    calling: SccpAddress
    reply_point_code: int
    data: bytes


class Returned(Value):
    """User data of ours that came back, and why."""

    data: bytes
    reason: str


class Answer(Struct):
    """A message of SCCP's own for the point code `dpc`."""

    dpc: int
    message: SccpMessage


class Drop(Struct):
    """Nothing to do but a log line."""

    problem: str


Back = Answer | Drop
Route = ToUser | Returned | Back


class Unroutable(Exception):
    """No way to a called party; the text says why."""


class SccpRouting:
    """One signalling point with its subsystems; what is not for them goes back or nowhere.

    `gateway` is the point code that titles go to which `table` does not translate. Titles that
    reach this node are its own, unless it has one: then `titles` and the rows of `table` decide.
    """

    def __init__(
        self,
        point_code: int,
        ssns: frozenset[int],
        *,
        table: TranslationTable | None = None,
        gateway: int | None = None,
        titles: frozenset[str] = frozenset(),
    ) -> None:
        self._point_code = point_code
        self._ssns = ssns
        self._table = table or TranslationTable()
        self._gateway = gateway
        self._titles = titles
        self._subsystems = Subsystems(point_code, ssns)
        self._reassembly = Reassembly()
        self._reference = 0
        self._sls = 0

    # On the way out.

    def find(
        self, called: SccpAddress, reachable: Callable[[int], bool]
    ) -> tuple[SccpAddress, int]:
        """A called party as it is sent, and the point code that takes the message: a backup if
        the first is out of reach; raises Unroutable."""
        address, point_codes = self._candidates(called)
        for point_code in point_codes:
            if reachable(point_code) and self._subsystems.allowed(point_code, address.ssn):
                if address.point_code is not None and address.point_code != point_code:
                    # It names the point code that is really taken, which may be a backup.
                    address = replace(address, point_code=point_code)
                return address, point_code
        reason = f"no M3UA association to point code {point_codes[0]} is active"
        if any(map(reachable, point_codes)):
            reason = f"no way to {called}: its subsystem {address.ssn} is prohibited"
        raise Unroutable(reason)

    def _candidates(self, called: SccpAddress) -> tuple[SccpAddress, tuple[int, ...]]:
        if called.route_on_ssn and called.point_code is not None:
            return called, (called.point_code,)
        if called.route_on_ssn or called.global_title is None or not self._table:
            return called, self._known(called, called.point_code)
        try:
            translated = self._table.translate(called)
        except NoTranslation as problem:
            if self._gateway is None:
                raise Unroutable(str(problem)) from None
            return called, (self._gateway,)
        address = translated.address
        return address, translated.point_codes or self._known(address, None)

    def _known(self, called: SccpAddress, point_code: int | None) -> tuple[int, ...]:
        found = self._gateway if point_code is None else point_code
        if found is None:
            raise Unroutable(f"{called} has no point code, and there is no gateway_point_code")
        return (found,)

    def messages(self, message: SccpMessage) -> list[tuple[int, bytes]]:
        """A message as MTP carries it: signalling link selections and octets; CodecError.

        What must stay in sequence has one selection; anything else is spread over all of them.
        """
        if not isinstance(message, Unitdata):
            return [(self._next_sls(), message.encode())]
        sls = hash(message.called) & SLS_MASK if message.in_sequence else self._next_sls()
        size = len(message.data)
        if size <= SURE_DATA or size <= room(message.called, message.calling):
            return [(sls, message.encode())]
        self._reference = self._reference + 1 & 0xFFFFFF
        return [(sls, piece.encode()) for piece in cut(message, self._reference)]

    def _next_sls(self) -> int:
        self._sls = self._sls + 1 & SLS_MASK
        return self._sls

    # On the way in.

    def route(self, label: ProtocolData, now: float) -> list[Route]:
        """What becomes of the user part of an MTP message."""
        opc = label.opc
        if label.service_indicator != SCCP or label.dpc != self._point_code or opc > MAX_POINT_CODE:
            return [Drop(self._foreign(label))]
        try:
            message = sccp.decode(label.data)
            if isinstance(message, UnitdataService):
                return [Returned(message.data, message.reason)]
            return self._deliver(message, opc, now)
        except CodecError as error:
            return [Drop(str(error))]

    def _foreign(self, label: ProtocolData) -> str:
        """Why a message is not SCCP's, or not from anybody or for us."""
        if label.service_indicator != SCCP:
            return f"service indicator {label.service_indicator} is not SCCP"
        if label.dpc != self._point_code:
            return f"for point code {label.dpc}, not {self._point_code}"
        return f"from point code {label.opc}, which has more than 14 bits"

    def _deliver(self, message: Unitdata, opc: int, now: float) -> list[Route]:
        called = message.called
        if called.ssn not in self._ssns or not called.route_on_ssn:
            refusal = self._refusal(called)
            if refusal is not None:
                return [_return(message, opc, *refusal)]
        extension = message.extension
        if extension is not None and extension.segmentation is not None:
            whole = self._reassembly.receive(message, opc, now)
            if whole is None:
                return []
            if isinstance(whole, Failed):
                return [_failed(whole)]
            message, called = whole, whole.called
        if called.ssn == MANAGEMENT_SSN:
            answers = self._subsystems.receive(message.data, opc, now)
            return [Answer(dpc, answer) for dpc, answer in answers]
        calling = message.calling
        # An answer goes to the caller itself, or to the node that translates.
        reply = calling.point_code if calling.route_on_ssn else None
        return [ToUser(called, calling, opc if reply is None else reply, message.data)]

    def _refusal(self, called: SccpAddress) -> tuple[ReturnCause, str] | None:
        """Why a message for a called party is not for this node, if it is not."""
        if called.global_title is not None and not called.route_on_ssn:
            try:
                self._check_title(called)
            except NoTranslation as problem:
                return problem.cause, str(problem)
        if called.ssn in self._ssns or called.ssn == MANAGEMENT_SSN:
            return None
        return ReturnCause.UNEQUIPPED_USER, f"no subsystem {called.ssn} here"

    def _check_title(self, called: SccpAddress) -> None:
        """Translation ends here: for a title of ours, or one that the table says is at this node.

        This node relays nothing.
        """
        assert called.global_title is not None
        if not self._titles or called.global_title.digits in self._titles:
            return
        translated = self._table.translate(called)
        if self._point_code not in translated.point_codes:
            raise NoTranslation(called.global_title, ReturnCause.NO_TRANSLATION)

    # Time.

    @property
    def deadline(self) -> float | None:
        """When `tick` wants to be called next."""
        joining, testing = self._reassembly.deadline, self._subsystems.deadline
        if joining is None or testing is None:
            return testing if joining is None else joining
        return min(joining, testing)

    def tick(self, now: float) -> list[Back]:
        """Time has passed: messages that will never be whole, status tests that are due."""
        failed = [_failed(failed) for failed in self._reassembly.tick(now)]
        return [*failed, *(Answer(dpc, test) for dpc, test in self._subsystems.tick(now))]


def _failed(failed: Failed) -> Back:
    return _return(failed.segment, failed.opc, failed.cause, "a message in parts is not whole")


def _return(message: Unitdata, opc: int, cause: ReturnCause, problem: str) -> Back:
    """Back to the sender if it wishes so, an XUDT as XUDTS."""
    if not message.return_on_error:
        return Drop(problem)
    extension = message.extension
    return Answer(
        opc, UnitdataService(message.calling, message.called, message.data, cause, extension)
    )
