"""What a lab needs before its nodes start: configuration, certificates, a subscriber's keys."""

from __future__ import annotations

import shutil
from importlib.resources import as_file, files
from pathlib import Path

from mkef.commands.entitlement_files import import_file
from mkef.commands.entitlement_store import changes
from mkef.ops import pki

IMSI = "001010123456789"
# TS 35.208 test set 1; examples/mtc-device.toml has the same in its soft USIM.
KI = "465b5ce8b199b49faa5f0a2ee238a6bc"
OPC = "cd63cb71954a9f4e48a5994e37a02baf"
MKEF_HOST = "mkef.epc.mnc001.mcc001.3gppnetwork.org"
SERVER_HOST = "mtc-server.example"


def copy_examples(folder: Path) -> None:
    """The files of `examples/`, which are those of the package."""
    with as_file(files("mkef") / "examples") as examples:
        shutil.copytree(examples, folder, dirs_exist_ok=True)


def issue_certificates(folder: Path) -> None:
    """An authority in `folder`/pki and certificates of both Diameter nodes."""
    pki.init(folder / "pki")
    for host in (MKEF_HOST, SERVER_HOST):
        pki.issue(folder / "pki", [host])


def import_entitlements(folder: Path) -> None:
    """The rows of `folder`/entitlements.csv, in the place of those in the MKEF's store."""
    with changes(folder / "mkef.toml", ()) as editor:
        import_file(editor, folder / "entitlements.csv", replace=True)
