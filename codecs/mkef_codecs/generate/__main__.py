"""`python -m mkef_codecs.generate [--check]`: write what is generated, or say what is stale."""

from __future__ import annotations

import sys
from pathlib import Path

from mkef_codecs.generate import asn1, diameter, mnc_lengths

PACKAGE = Path(__file__).parent.parent


def sources() -> dict[str, str]:
    """The text of each generated module, by its file's name."""
    return asn1.sources() | {
        "diameter.py": diameter.source(),
        "dictionary.py": diameter.dictionary(),
        "mnc_lengths.py": mnc_lengths.source(),
    }


def main() -> int:
    """Exit status 1 when `--check` finds a stale module, or one that nothing writes."""
    check = "--check" in sys.argv[1:]
    stale = 0
    written = sources()
    for path in sorted((PACKAGE / "generated").glob("*.py")):
        if path.name not in {*written, "__init__.py"}:
            stale += 1
            print(f"{path.relative_to(PACKAGE.parent.parent)} is written by nothing: remove it")
    for name, text in written.items():
        path = PACKAGE / "generated" / name
        if path.exists() and path.read_text() == text:
            continue
        stale += 1
        if check:
            print(f"{path.relative_to(PACKAGE.parent.parent)} is stale: run `make codecs`")
        else:
            path.write_text(text)
            print(f"wrote {path.relative_to(PACKAGE.parent.parent)}")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
