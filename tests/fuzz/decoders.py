"""Any octets are a value or a CodecError: `python tests/fuzz/decoders.py TARGET [OPTION...]`.

One target for each decoder, with the options of libFuzzer. `make fuzz` runs each for a minute from
the vectors and the octets of the golden capture; what is found becomes a vector.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["mkef_codecs"]):
    from mkef_codecs import establishment, ip, pcapng, tbcd
    from mkef_codecs.diameter import commands
    from mkef_codecs.diameter.framing import Splitter
    from mkef_codecs.errors import CodecError
    from mkef_codecs.generated import mkef_map
    from mkef_codecs.ss7 import ipa, m3ua, m3ua_parameters, map_auth, sccp, sccp_management, tcap
    from mkef_codecs.ss7.component import Invoke, ReturnResult, read_parameter
    from mkef_codecs.ss7.map_auth import Encoding
    from mkef_codecs.ss7.map_dialogue import decode_map_dialogue

CORPUS = Path(__file__).parent / "corpus"


def read_whole(message: tcap.Message) -> None:
    """A message and what its open values hold."""
    if not isinstance(message, tcap.Unidirectional):
        tcap.read_user_information(message, decode_map_dialogue)
    for component in getattr(message, "components", ()):
        if isinstance(component, Invoke) and component.parameter is not None:
            standard = isinstance(component.opcode, int)
            encoding = Encoding.EXTENSION if standard else Encoding.OPERATION
            read_parameter(component, partial(map_auth.decode_argument, encoding=encoding))
        if isinstance(component, ReturnResult) and component.parameter is not None:
            read_parameter(component, map_auth.decode_result)


TARGETS: dict[str, Callable[[bytes], object]] = {
    "diameter": commands.decode,
    "diameter_stream": lambda octets: list(Splitter().feed(octets)),
    "m3ua": m3ua.decode,
    "m3ua_data": lambda octets: m3ua.protocol_data(m3ua.decode(octets)),
    "m3ua_stream": lambda octets: m3ua.Framer().feed(octets),
    "affected_point_codes": m3ua_parameters.decode_affected,
    "routing_key": m3ua_parameters.RoutingKey.decode,
    "registration_result": m3ua_parameters.RegistrationResult.decode,
    "deregistration_result": m3ua_parameters.DeregistrationResult.decode,
    "sccp": sccp.decode,
    "sccp_management": sccp_management.Management.decode,
    "ipa": lambda octets: ipa.unit_name(ipa.decode(octets)),
    "ipa_stream": lambda octets: ipa.Framer().feed(octets),
    "tcap": tcap.decode,
    "tcap_whole": lambda octets: read_whole(tcap.decode(octets)),
    "argument": lambda octets: map_auth.decode_argument(octets, Encoding.EXTENSION),
    "operation": lambda octets: map_auth.decode_argument(octets, Encoding.OPERATION),
    "result": map_auth.decode_result,
    "argument_v2": map_auth.decode_argument_v2,
    "result_v2": map_auth.decode_result_v2,
    "map_dialogue": mkef_map.decode_map_dialogue_pdu,
    "system_failure": mkef_map.decode_system_failure_param,
    "kid_context": establishment.KidContext.decode,
    "tbcd": tbcd.decode_tbcd,
    "ip": ip.decode,
    "pcapng": pcapng.decode,
}


def main() -> None:
    """Fuzz one decoder; with no name, list them."""
    if sys.argv[1:2] == []:
        print("\n".join(TARGETS))
        return
    name = sys.argv.pop(1)
    decode = TARGETS[name]

    def one(octets: bytes) -> None:
        with suppress(CodecError):
            decode(octets)

    found = Path("build/fuzz") / name  # libFuzzer adds to its first folder, reads the second
    found.mkdir(parents=True, exist_ok=True)
    atheris.Setup([*sys.argv, str(found), str(CORPUS / name)], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
