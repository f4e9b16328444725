"""The ASN.1 modules of `codecs/asn1` as one Python module for pycrate's runtime."""

from __future__ import annotations

import tempfile
from pathlib import Path

from pycrate_asn1c.asnproc import GLOBAL, PycrateGenerator, compile_text, generate_modules

ASN1 = Path(__file__).parent.parent.parent / "asn1"
MODULES = ("mkef-tcap.asn", "mkef-map.asn")
HEADER = '"""TCAP and MAP for pycrate\'s runtime. Written by `make codecs` from codecs/asn1."""\n\n'


def source() -> str:
    """The generated module; the compiler is deterministic and writes neither dates nor paths."""
    GLOBAL.clear()
    compile_text([(ASN1 / name).read_text(encoding="ascii") for name in MODULES])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "asn1.py"
        generate_modules(PycrateGenerator, str(path))
        return HEADER + path.read_text(encoding="ascii")
