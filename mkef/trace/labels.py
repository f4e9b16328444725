"""What a message is, in a few words that name no key."""

from __future__ import annotations

import aiocoap
import aiocoap.error

from mkef_codecs.diameter import commands
from mkef_codecs.diameter.header import decode_header
from mkef_codecs.errors import CodecError
from mkef_codecs.generated.diameter import ANSWERS, MKR, REQUESTS, ExperimentalResult
from mkef_codecs.identity import Imsi
from mkef_codecs.reader import Reader
from mkef_codecs.ss7 import ipa as ipa_codec
from mkef_codecs.ss7 import m3ua as m3ua_codec
from mkef_codecs.ss7 import sccp, tcap
from mkef_codecs.ss7.component import Component, Invoke, Reject, ReturnError, ReturnResult
from mkef_codecs.ss7.map_auth import OPCODES, decode_argument, decode_result

_OSCORE_KID_CONTEXT = 0x10
_OSCORE_PARTIAL_IV = 0x07

_MESSAGES: dict[type[tcap.Message], str] = {
    tcap.Unidirectional: "TC-UNI",
    tcap.Begin: "TC-BEGIN",
    tcap.Continue: "TC-CONTINUE",
    tcap.End: "TC-END",
}
_ENCODINGS = {opcode: encoding for encoding, opcode in OPCODES.items()}


def coap(octets: bytes) -> str:
    """`CoAP CON POST OSCORE kid context 21`: type, code, and what the OSCORE option says."""
    try:
        message = aiocoap.Message.decode(octets)
    except (aiocoap.error.UnparsableMessage, ValueError):
        return "CoAP malformed"
    code = message.code
    words = ["CoAP", message.mtype.name]
    if code.is_request():
        words.append(code.name)
    elif code:
        words.append(code.dotted)
    if message.opt.oscore is not None:
        words += ["OSCORE", *_oscore(message.opt.oscore)]
    return " ".join(words)


def _oscore(option: bytes) -> list[str]:
    """The length of the kid context in an OSCORE option (RFC 8613 clause 6.1)."""
    reader = Reader(option)
    try:
        flags = reader.u8() if option else 0
        if not flags & _OSCORE_KID_CONTEXT:
            return []
        reader.take(flags & _OSCORE_PARTIAL_IV)
        return ["kid context", str(reader.u8())]
    except CodecError:
        return ["malformed"]


def diameter(octets: bytes) -> str:
    """`MKR profile 0x14 IMSI 00101…89`, `MKA 2001`, `MKA 32473/5001`."""
    try:
        message = commands.decode(octets)
    except CodecError:
        return _undecoded(octets)
    if isinstance(message.body, MKR):
        return f"MKR profile 0x{message.body.mtc_key_profile:02x} {_imsi(message.body.user_name)}"
    command = _command(message.header.command, request=message.header.is_request)
    return " ".join((command, *_result(message)))


def _command(command: int, *, request: bool) -> str:
    known = (REQUESTS if request else ANSWERS).get(command)
    return known.__name__ if known else f"Diameter {command} {'request' if request else 'answer'}"


def _undecoded(octets: bytes) -> str:
    try:
        header = decode_header(octets)
    except CodecError:
        return "Diameter malformed"
    known = header.command in REQUESTS
    return _command(header.command, request=header.is_request) + " malformed" * known


def _imsi(user_name: str) -> str:
    try:
        return f"IMSI {Imsi(user_name).short}"
    except CodecError:
        return "no IMSI"


def _result(message: commands.Message) -> list[str]:
    """Result-Code, or vendor and code of Experimental-Result."""
    result: int | None = getattr(message.body, "result_code", None)
    if result is not None:
        return [str(result)]
    experimental: ExperimentalResult | None = getattr(message.body, "experimental_result", None)
    if experimental is None:
        return []
    return [f"{experimental.vendor_id}/{experimental.experimental_result_code}"]


def m3ua(octets: bytes) -> str:
    """`M3UA ASPUP`, or of DATA what it carries: `TC-BEGIN sendAuthenticationInfo variant n=2`."""
    try:
        message = m3ua_codec.decode(octets)
        if message.kind is not m3ua_codec.Kind.DATA:
            return f"M3UA {message.kind.name.replace('_', ' ')}"
        data = m3ua_codec.protocol_data(message)
    except CodecError:
        return "M3UA malformed"
    if data.service_indicator != m3ua_codec.SCCP:
        return f"M3UA DATA for service {data.service_indicator}"
    return _sccp(data.data)


def ipa(octets: bytes) -> str:
    """`IPA ID GET`, or of SCCP what it carries."""
    try:
        message = ipa_codec.decode(octets)
    except CodecError:
        return "IPA malformed"
    if message.stream == ipa_codec.Stream.SCCP:
        return _sccp(message.payload)
    return f"IPA {message.ccm.name.replace('_', ' ')}" if message.ccm is not None else "IPA"


def _sccp(octets: bytes) -> str:
    try:
        message = sccp.decode(octets)
    except CodecError:
        return "SCCP malformed"
    if isinstance(message, sccp.UnitdataService):
        return f"UDTS cause {message.cause}"
    return _tcap(message.data)


def _tcap(octets: bytes) -> str:
    try:
        message = tcap.decode(octets)
    except CodecError:
        return "TCAP malformed"
    if isinstance(message, tcap.Abort):
        return "TC-ABORT" if message.cause is None else f"TC-ABORT by provider {message.cause}"
    return " ".join((_MESSAGES[type(message)], *map(_component, message.components)))


def _component(component: Component) -> str:
    try:
        match component:
            case Invoke():
                return _invoke(component)
            case ReturnResult():
                return f"result {_vectors(component)}"
            case ReturnError():
                return f"error {_written(component.code)}"
            case Reject():
                return f"reject {component.problem.value} {component.number}"
    except CodecError:
        pass
    return "malformed"


def _invoke(invoke: Invoke) -> str:
    encoding = _ENCODINGS.get(invoke.opcode)
    if encoding is None or invoke.parameter is None:
        return f"operation {_written(invoke.opcode)}"
    argument = decode_argument(invoke.parameter, encoding)
    if argument.rand_list is None:
        return f"sendAuthenticationInfo n={argument.number_of_requested_vectors}"
    return f"sendAuthenticationInfo variant n={len(argument.rand_list)}"


def _vectors(result: ReturnResult) -> str:
    vectors = decode_result(result.parameter) if result.parameter else None
    for name in ("triplet", "quintuplet"):
        count = len(getattr(vectors, f"{name}s", ()))
        if count:
            return f"{count} {name}{'s' * (count > 1)}"
    return "without vectors"


def _written(code: int | tuple[int, ...]) -> str:
    return str(code) if isinstance(code, int) else ".".join(map(str, code))
