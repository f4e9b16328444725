"""`hlr-stub vector`: what the AuC would answer."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from hlr_stub.auc import Auc
from hlr_stub.cli.options import config, imsi_argument
from hlr_stub.config import HlrConfig
from hlr_stub.node import open_subscribers
from hlr_stub.sequence import Exhausted
from hlr_stub.store import SubscriberStore, unknown
from hlr_stub.subscribers import Subscriber
from mkef.crypto.gsm import c4, c5
from mkef.net.store import StoreError
from mkef.ops.configuration import load
from mkef.ops.frame import clear_errors
from mkef.ops.tables import as_json, print_row
from mkef_codecs.identity import Imsi


def parse_rand(text: str) -> bytes:
    """16 octets in hexadecimal; anything else is a usage error."""
    try:
        octets = bytes.fromhex(text)
    except ValueError:
        octets = b""
    if len(octets) != 16:
        raise click.BadParameter("a RAND is 32 hexadecimal digits")
    return octets


@click.command("vector")
@imsi_argument
@click.option("--rand", type=parse_rand, metavar="HEX", help="Default: one of the AuC's own.")
@as_json
@config
@clear_errors
def vector(
    *,
    imsi: Imsi,
    rand: bytes | None,
    as_json: bool,
    config_file: Path,
    settings: tuple[str, ...],
) -> None:
    """Print what the AuC answers for a subscriber: a triplet, and a quintuplet if it is a USIM's.

    A quintuplet uses up a sequence number, as it does on the wire: no two ever have the same.
    """
    section = load(config_file, HlrConfig, settings)
    auc = Auc(section.tag.octets, os.urandom)
    store = open_subscribers(section)
    try:
        subscriber = store.get(imsi)
        if subscriber is None:
            raise unknown(imsi)
        row = _vector(store, auc, subscriber, rand or auc.rand())
    finally:
        store.close()
    print_row(row, as_json=as_json)


def _vector(
    store: SubscriberStore, auc: Auc, subscriber: Subscriber, rand: bytes
) -> dict[str, Any]:
    (triplet,) = auc.triplets(subscriber, [rand])
    row = {
        "imsi": subscriber.imsi.digits,
        "algorithm": subscriber.algorithm.name,
        "rand": rand.hex(),
        "sres": triplet.sres.hex(),
        "kc": triplet.kc.hex(),
    }
    if not subscriber.algorithm.umts:
        # What a 3G network makes of a SIM's Kc (TS 33.102 clause 6.8.2.3).
        return row | {"ck": c4(triplet.kc).hex(), "ik": c5(triplet.kc).hex()}
    sqns = _allocate(store, subscriber.imsi)
    (quintuplet,) = auc.quintuplets(subscriber, sqns, rand=rand)
    return row | {
        "sqn": sqns[0],
        "xres": quintuplet.xres.hex(),
        "ck": quintuplet.ck.hex(),
        "ik": quintuplet.ik.hex(),
        "autn": quintuplet.autn.hex(),
    }


def _allocate(store: SubscriberStore, imsi: Imsi) -> tuple[int, ...]:
    try:
        sqns = store.allocate(imsi, 1)
    except Exhausted:
        raise StoreError(f"subscriber {imsi}: no sequence number is left") from None
    if sqns is None:
        raise unknown(imsi)
    return sqns
