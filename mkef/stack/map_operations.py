"""The MAP operations that are spoken here: one row for each (TS 29.002 clause 17.6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from mkef.stack.tcap_components import Invocation
from mkef_codecs.generated import mkef_map as asn1
from mkef_codecs.ss7 import map_auth
from mkef_codecs.ss7.ber import Oid
from mkef_codecs.ss7.component import Code, ReturnError
from mkef_codecs.ss7.map_auth import (
    INFO_RETRIEVAL_V2,
    INFO_RETRIEVAL_V3,
    OPCODES,
    Encoding,
    MapUserError,
    SendAuthenticationInfoArg,
    SendAuthenticationInfoRes,
)

# Version 2 demands the parameter of systemFailure; version 3 leaves it out.
_FAILURE_V2 = asn1.encode_system_failure_param(("networkResource", "hlr"))


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of an application context, with its codecs."""

    name: str
    context: Oid
    opcode: Code
    encode_argument: Callable[[SendAuthenticationInfoArg], bytes]
    decode_argument: Callable[[bytes], SendAuthenticationInfoArg]
    encode_result: Callable[[SendAuthenticationInfoRes], bytes]
    decode_result: Callable[[bytes], SendAuthenticationInfoRes]
    invocation: Invocation = field(init=False)  # what a client waits for

    def __post_init__(self) -> None:
        object.__setattr__(self, "invocation", Invocation(self.opcode))

    @property
    def version(self) -> int:
        """Of MAP: the last arc of the application context."""
        return self.context[-1]

    def error(self, invoke_id: int, error: MapUserError) -> ReturnError:
        """A user error as a component."""
        failed = self.version == 2 and error is MapUserError.SYSTEM_FAILURE
        return ReturnError(invoke_id, int(error), _FAILURE_V2 if failed else None)


def _version_3(encoding: Encoding, name: str) -> Operation:
    return Operation(
        name,
        INFO_RETRIEVAL_V3,
        OPCODES[encoding],
        *map_auth.ARGUMENTS[encoding],
        map_auth.encode_result,
        map_auth.decode_result,
    )


SEND_AUTHENTICATION_INFO = _version_3(Encoding.EXTENSION, "sendAuthenticationInfo")
MTC_OPERATION = _version_3(Encoding.OPERATION, "mtc-SendAuthenticationInfo")
SEND_AUTHENTICATION_INFO_V2 = Operation(
    "sendAuthenticationInfo version 2",
    INFO_RETRIEVAL_V2,
    map_auth.SEND_AUTHENTICATION_INFO,
    map_auth.encode_argument_v2,
    map_auth.decode_argument_v2,
    map_auth.encode_result_v2,
    map_auth.decode_result_v2,
)

ASKED = {Encoding.EXTENSION: SEND_AUTHENTICATION_INFO, Encoding.OPERATION: MTC_OPERATION}

_ALL = (SEND_AUTHENTICATION_INFO, MTC_OPERATION, SEND_AUTHENTICATION_INFO_V2)
OPERATIONS: dict[tuple[Oid, Code], Operation] = {(o.context, o.opcode): o for o in _ALL}
CONTEXTS = frozenset(o.context for o in _ALL)


def offer(context: Oid) -> Oid:
    """What a refusal of `context` offers: our newest version to a peer of a newer one, else what
    was asked for, which is no offer."""
    older = [c for c in CONTEXTS if c[:-1] == context[:-1] and c < context]
    return max(older, default=context)
