"""Our commands for python-diameter: after `register()` its users send an MKR in five lines.

    MKR = register()["MKR"]
    mka = application.send_request(MKR(user_name="001010123456789", mtc_key_profile=0x14, ...))
    mka.mtc_key_info.mtc_key_material

Attributes have the AVPs' names in lower case; as everywhere in python-diameter, identities are
octets and times are local. examples/send_mkr.py is a whole program.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

try:
    from diameter.message import Avp, DefinedMessage, MessageHeader, avp, commands, constants
    from diameter.message.avp import generator, grouped
    from diameter.message.commands._attributes import assign_attr_from_defs
except ModuleNotFoundError as error:
    if not (error.name or "").startswith("diameter"):
        raise
    problem = "python-diameter is not installed: pip install 'mkef[python-diameter]'"
    raise ModuleNotFoundError(problem, name=error.name) from None

from mkef_codecs.diameter.dictionary import CommandRow, FieldRow, Row
from mkef_codecs.export.ours import VENDOR_NAME, Application, Command, all_rows, ours
from mkef_codecs.generated.dictionary import ROWS
from mkef_codecs.lab import VENDOR

NO_STATE_MAINTAINED = 1

TYPES: dict[str, type[Avp]] = {
    "Address": avp.AvpAddress,
    "DiameterIdentity": avp.AvpOctetString,
    "Enumerated": avp.AvpEnumerated,
    "Grouped": avp.AvpGrouped,
    "Integer32": avp.AvpInteger32,
    "OctetString": avp.AvpOctetString,
    "Time": avp.AvpTime,
    "UTF8String": avp.AvpUtf8String,
    "Unsigned32": avp.AvpUnsigned32,
}


class OurMessage(DefinedMessage):  # type: ignore[misc] # python-diameter has no types
    """A command of ours; a new one has its header and what the protocol fixes for all of them."""

    row: ClassVar[CommandRow]
    application_id: ClassVar[int]
    _avps: list[Avp]

    def __init__(
        self, header: MessageHeader | None = None, avps: list[Avp] | None = None, **values: Any
    ) -> None:
        super().__init__(header or _header(self.row), avps)
        if avps is None:
            values = _fixed(self.application_id) | values
        for name, value in values.items():
            if name not in {definition.attr_name for definition in self.avp_def}:
                raise TypeError(f"{self.row.name} has no {name}")
            setattr(self, name, value)

    def __post_init__(self) -> None:
        super().__post_init__()
        for name, _, at_most in self.row.fields:
            if at_most != 1:
                setattr(self, _attribute(name), [])
        assign_attr_from_defs(self, self._avps)
        self._avps = []


@functools.cache
def register() -> Mapping[str, type[Any]]:
    """Make our AVPs and commands known to python-diameter; classes by their names in the grammar.

    MKR, MKA, RIR and RIA, and our Grouped AVPs. Every call returns the same.
    """
    applications = ours()
    rows = all_rows(applications)
    for row in rows:
        if avp.avp.get_avp_dictionary_entry(row.code, row.vendor) is None:
            avp.avp.register(row.code, row.name, TYPES[row.type], row.vendor, row.mandatory)
    constants.VENDORS[VENDOR] = VENDOR_NAME
    groups = {row.name: _group(row) for row in rows if row.members and row.vendor == VENDOR}
    classes = dict(groups)
    for application in applications:
        constants.APPLICATIONS[application.id] = application.name
        for command in application.commands:
            classes |= _register_command(application, command, groups)
    return classes


def _register_command(
    application: Application, command: Command, groups: Mapping[str, type[Any]]
) -> dict[str, type[Any]]:
    """python-diameter finds the answer of XRequest by its name: XAnswer, both heirs of X."""
    base = type(
        _class_name(command.title),
        (OurMessage,),
        {
            "__module__": __name__,
            "__doc__": f"{command.title} of the application {application.name}.",
            "code": command.request.code,
            "name": command.title,
            "row": command.request,
            "application_id": application.id,
            "type_factory": classmethod(lambda _, header: pair[not header.is_request]),
        },
    )
    pair = [_message(title, base, row, groups) for title, row in command.titled]
    commands.register(base)
    return {kind.row.name: kind for kind in pair}


def _message(
    title: str, base: type[Any], row: CommandRow, groups: Mapping[str, type[Any]]
) -> type[Any]:
    namespace = {
        "__module__": __name__,
        "__doc__": f"{title}, {row.name}.",
        "name": title,
        "row": row,
        "avp_def": _definitions(row.fields, groups),
    }
    return type(_class_name(title), (base,), namespace)


def _group(row: Row) -> type[Any]:
    """A dataclass like python-diameter's own: nothing is required, what may repeat is a list."""
    namespace = {
        "__module__": __name__,
        "__doc__": f"The AVP {row.name}.",
        "avp_def": _definitions(row.members, {}),
    }
    fields = [(_attribute(name), Any, _member(name, most)) for name, _, most in row.members]
    fields.append(("additional_avps", Any, dataclasses.field(default_factory=list)))
    return dataclasses.make_dataclass(_class_name(row.name), fields, namespace=namespace)


def _member(name: str, at_most: int) -> Any:
    shown = not ROWS[name].secret
    if at_most == 1:
        return dataclasses.field(default=None, repr=shown)
    return dataclasses.field(default_factory=list, repr=shown)


def _definitions(
    fields: Iterable[FieldRow], groups: Mapping[str, type[Any]]
) -> tuple[generator.AvpGenDef, ...]:
    return tuple(_definition(ROWS[name], required, groups) for name, required, _ in fields)


def _definition(row: Row, required: bool, groups: Mapping[str, type[Any]]) -> generator.AvpGenDef:
    type_class = None
    if row.type == "Grouped":
        type_class = groups.get(row.name) or getattr(grouped, _class_name(row.name))
    return generator.AvpGenDef(
        _attribute(row.name),
        row.code,
        row.vendor,
        is_required=required,
        is_mandatory=row.mandatory,
        type_class=type_class,
    )


def _header(row: CommandRow) -> MessageHeader:
    header = MessageHeader(command_code=row.code, application_id=row.application)
    header.is_request, header.is_proxyable = row.request, row.proxiable
    return header


def _fixed(application_id: int) -> dict[str, Any]:
    """What every message of ours says (protocol.md clauses 5 and 7)."""
    return {
        "vendor_specific_application_id": grouped.VendorSpecificApplicationId(
            vendor_id=VENDOR, auth_application_id=application_id
        ),
        "auth_session_state": NO_STATE_MAINTAINED,
    }


def _attribute(name: str) -> str:
    return name.lower().replace("-", "_")


def _class_name(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("-"))
