"""The modules of `codecs/asn1`, compiled by pycrate, as straight-line codecs."""

from __future__ import annotations

import importlib.util
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pycrate_asn1c.asnproc import GLOBAL, PycrateGenerator, compile_text, generate_modules
from pycrate_asn1c.err import ASN1Err

from mkef_codecs.generate import asn1_module
from mkef_codecs.generate.asn1_reading import read_module
from mkef_codecs.generate.asn1_types import GeneratorError, Module

ASN1 = Path(__file__).parents[2] / "asn1"

Compiled = dict[str, dict[str, Any]]


def sources(folder: Path = ASN1) -> dict[str, str]:
    """The text of each generated module by its file's name: `MKEF-MAP` is `mkef_map.py`."""
    modules = read([path.read_text(encoding="ascii") for path in sorted(folder.glob("*.asn"))])
    names = {module.name: module.name.lower().replace("-", "_") for module in modules}
    return {f"{names[module.name]}.py": asn1_module.source(module) for module in modules}


def read(texts: Iterable[str]) -> list[Module]:
    """The modules of some ASN.1 as far as codecs are generated from them."""
    compiled, compiler = _compile(texts)
    return [read_module(name, compiled[name], compiler[name]) for name in compiled]


def runtime(texts: Iterable[str]) -> Compiled:
    """The same modules as objects of pycrate's runtime, by module and type."""
    return _compile(texts)[0]


def _compile(texts: Iterable[str]) -> tuple[Compiled, Compiled]:
    """The runtime's objects, and the compiler's own, which still know every constraint."""
    GLOBAL.clear()
    try:
        compile_text(list(texts))
    except ASN1Err as error:
        raise GeneratorError(str(error)) from None
    compiler = {name: dict(module) for name, module in GLOBAL.MOD.items() if name[0] != "_"}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "compiled.py"
        generate_modules(PycrateGenerator, str(path))
        module = _imported(path)
    by_name = {each._name_: each for each in vars(module).values() if hasattr(each, "_name_")}
    return {name: _types(by_name[name], compiler[name]) for name in compiler}, compiler


def _types(module: Any, compiler: dict[str, Any]) -> dict[str, Any]:
    names = {"_type_": compiler["_type_"]}
    return names | {name: getattr(module, name.replace("-", "_")) for name in compiler["_type_"]}


def _imported(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location("compiled", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
