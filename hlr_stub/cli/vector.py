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
from hlr_stub.sequence import SQN_BITS, Exhausted, following
from hlr_stub.store import SubscriberStore, unknown
from hlr_stub.subscribers import Subscriber
from mkef.crypto.gsm import c4, c5
from mkef.net.store import StoreError
from mkef.ops.configuration import load
from mkef.ops.frame import clear_errors
from mkef.ops.tables import as_json, print_row
from mkef_codecs.identity import Imsi, Plmn


def parse_rand(text: str) -> bytes:
    """16 octets in hexadecimal; anything else is a usage error."""
    try:
        octets = bytes.fromhex(text)
    except ValueError:
        octets = b""
    if len(octets) != 16:
        raise click.BadParameter("a RAND is 32 hexadecimal digits")
    return octets


def parse_plmn(text: str) -> Plmn:
    """MCC and MNC, 5 or 6 digits; anything else is a usage error."""
    if not (len(text) in {5, 6} and text.isascii() and text.isdecimal()):
        raise click.BadParameter("MCC and MNC are 5 or 6 decimal digits")
    return Plmn(text[:3], text[3:])


@click.command("vector")
@imsi_argument
@click.option("--rand", type=parse_rand, metavar="HEX", help="Default: one of the AuC's own.")
@click.option(
    "--plmn",
    type=parse_plmn,
    metavar="MCCMNC",
    help="The E-UTRAN vector for this serving network, as an AIR gets it: KASME, and AUTN with the "
    "separation bit in AMF.",
)
@click.option(
    "--sqn",
    type=click.IntRange(0, (1 << SQN_BITS) - 1),
    metavar="N",
    help="With this sequence number, for instance of a trace; it is not used up.",
)
@click.option(
    "--dry-run",
    is_flag=True,
    help="Use up no sequence number: the next request gets the one that is shown.",
)
@as_json
@config
@clear_errors
def vector(
    *,
    imsi: Imsi,
    rand: bytes | None,
    plmn: Plmn | None,
    sqn: int | None,
    dry_run: bool,
    as_json: bool,
    config_file: Path,
    settings: tuple[str, ...],
) -> None:
    """Print what the AuC answers for a subscriber: a triplet, and a quintuplet if it is a USIM's.

    A quintuplet uses up a sequence number, as it does on the wire: no two ever have the same. With
    --sqn or --dry-run it does not, and is only to be looked at.
    """
    section = load(config_file, HlrConfig, settings)
    auc = Auc(section.tag.octets, os.urandom)
    store = open_subscribers(section)
    try:
        subscriber = store.get(imsi)
        if subscriber is None:
            raise unknown(imsi)
        if subscriber.algorithm.umts:
            if sqn is None:
                sqn = _next_sqn(store, subscriber, dry_run=dry_run)
        elif plmn is not None or sqn is not None:
            name = subscriber.algorithm.name
            raise StoreError(
                f"subscriber {imsi}: {name} has no AKA: neither SQN nor E-UTRAN vector"
            )
    finally:
        store.close()
    print_row(_vector(auc, subscriber, rand or auc.rand(), sqn, plmn), as_json=as_json)


def _next_sqn(store: SubscriberStore, subscriber: Subscriber, *, dry_run: bool) -> int:
    try:
        if dry_run:
            sqns = following(subscriber.sqn, subscriber.ind_bits, 1)
        else:
            sqns = store.allocate(subscriber.imsi, 1) or ()
    except Exhausted:
        raise StoreError(f"subscriber {subscriber.imsi}: no sequence number is left") from None
    if not sqns:
        raise unknown(subscriber.imsi)
    return sqns[0]


def _vector(
    auc: Auc, subscriber: Subscriber, rand: bytes, sqn: int | None, plmn: Plmn | None
) -> dict[str, Any]:
    """All that the AuC has for a RAND; a SIM has no SQN."""
    (triplet,) = auc.triplets(subscriber, [rand])
    row = {
        "imsi": subscriber.imsi.digits,
        "algorithm": subscriber.algorithm.name,
        "rand": rand.hex(),
        "sres": triplet.sres.hex(),
        "kc": triplet.kc.hex(),
    }
    if sqn is None:
        # What a 3G network makes of a SIM's Kc (TS 33.102 clause 6.8.2.3).
        return row | {"ck": c4(triplet.kc).hex(), "ik": c5(triplet.kc).hex()}
    (quintuplet,) = auc.quintuplets(subscriber, [sqn], rand=rand)
    autn, eutran = quintuplet.autn, {}
    if plmn is not None:
        (eps,) = auc.eps_vectors(subscriber, [sqn], plmn.octets, rand=rand)
        autn, eutran = eps.autn, {"plmn": plmn.mcc + plmn.mnc, "kasme": eps.kasme.hex()}
    return row | {
        "sqn": sqn,
        "amf": autn[6:8].hex(),
        "xres": quintuplet.xres.hex(),
        "ck": quintuplet.ck.hex(),
        "ik": quintuplet.ik.hex(),
        "autn": autn.hex(),
        **eutran,
    }
