"""A home network: HLR stub and MKEF, and a subscriber whose keys other programs have computed."""

from __future__ import annotations

import tomllib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from hlr_stub.subscribers import Subscriber
from mkef.crypto.secret import Ki, OPc
from mkef.demo.files import KI, OPC
from mkef.demo.lab import Lab
from mkef.node import MkefNode
from mkef_codecs.identity import Imsi

Vector = Mapping[str, str]


def published(checkout: Path, profile: str) -> Vector:
    """IMSI, RAND, E(RES) and K_MTC of tests/vectors/establishment.toml."""
    vectors = tomllib.loads((checkout / "tests/vectors/establishment.toml").read_text())
    return next(vector for vector in vectors["key"] if vector["profile"] == profile)


@asynccontextmanager
async def home_network(
    folder: Path, vector: Vector, *, tls: bool, settings: Sequence[str] = ()
) -> AsyncIterator[MkefNode]:
    """Both nodes; mtc-server.example may ask for the vector's key. Certificates are in pki/."""
    keys = Ki(bytes.fromhex(KI)), OPc(bytes.fromhex(OPC))
    subscriber = Subscriber(Imsi(vector["imsi"]), *keys)
    lab = Lab(folder, subscribers=[subscriber], settings={"mkef": settings})
    lab.prepare()
    with (folder / "entitlements.csv").open("a") as rows:
        rows.write(f"{vector['imsi']},{vector['server_id']},mtc-server.example,64,any,86400\n")
    if not tls:
        without_tls(folder / "mkef.toml")
    async with lab.home() as mkef:
        yield mkef


def without_tls(file: Path) -> None:
    """Take the table out of a configuration of the examples: Zk over plain TCP."""
    before, _, after = file.read_text().partition("[zk.tls]\n")
    file.write_text(before + after[after.index("\n[") :])
