"""`mkef derive`: K_MTC and E(RES) of known triplets, for people who check by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TypeVar

import click

from mkef.crypto.gsm import GsmVector, kc_bits
from mkef.crypto.kdf import Binding, derive_rands, strength_bits
from mkef.crypto.secret import Kc
from mkef_codecs.errors import CodecError
from mkef_codecs.establishment import RAND_LENGTH, SRES_LENGTH, Profile, Tag
from mkef_codecs.identity import Imsi, ServerId

T = TypeVar("T")
KC_LENGTH = 8


def octets(length: int) -> Callable[[click.Context, click.Parameter, object], object]:
    """Checks hexadecimal digits of so many octets."""

    def check(_context: click.Context, _parameter: click.Parameter, given: object) -> object:
        if isinstance(given, tuple):
            return tuple(map(one, given))
        return one(str(given))

    def one(text: str) -> bytes:
        try:
            found = bytes.fromhex(text)
        except ValueError:
            found = b""
        if len(found) != length:
            raise click.BadParameter(f"{2 * length} hexadecimal digits wanted")
        return found

    return check


def profile(text: str) -> Profile:
    """A profile octet in any integer notation: 20, 0x14, 0b10100, 0o24."""
    try:
        return Profile.parse(int(text, 0))
    except CodecError as error:
        raise click.BadParameter(error.problem) from None
    except ValueError:
        raise click.BadParameter("an integer, for instance 0x14") from None


def imsi(text: str) -> Imsi:
    """6 to 15 digits."""
    return _parsed(Imsi, text)


def server_id(text: str) -> ServerId:
    """A lower-case FQDN or a URI."""
    return _parsed(ServerId, text)


def tag(text: str) -> Tag:
    """8 hexadecimal digits."""
    return _parsed(Tag.parse, text)


def _parsed(kind: Callable[[str], T], text: str) -> T:
    try:
        return kind(text)
    except CodecError as error:
        raise click.BadParameter(error.problem) from None


@click.command()
@click.option(
    "--kc",
    "kcs",
    multiple=True,
    required=True,
    callback=octets(KC_LENGTH),
    metavar="HEX",
    help="Kc, 16 digits; once for each vector, in their order.",
)
@click.option(
    "--sres",
    "sreses",
    multiple=True,
    required=True,
    callback=octets(SRES_LENGTH),
    metavar="HEX",
    help="SRES, 8 digits; once for each vector.",
)
@click.option(
    "--rand", required=True, callback=octets(RAND_LENGTH), metavar="HEX", help="RAND_1, 32 digits."
)
@click.option("--imsi", "imsi", type=imsi, required=True, metavar="DIGITS", help="6 to 15 digits.")
@click.option(
    "--server-id", "server_id", type=server_id, required=True, metavar="ID", help="ID_MTC_SERVER."
)
@click.option(
    "--profile",
    "profile",
    type=profile,
    required=True,
    metavar="N",
    help="The profile octet in any notation: 20, 0x14, 0b10100.",
)
@click.option(
    "--tag",
    "tag",
    type=tag,
    default=Tag().octets.hex(),
    show_default=True,
    metavar="HEX",
    help="What the operator's tagged RANDs begin with, 8 digits: `keys.tag` of the MKEF.",
)
@click.option("--json", "as_json", is_flag=True, help="JSON, for programs.")
def derive(
    *,
    kcs: tuple[bytes, ...],
    sreses: tuple[bytes, ...],
    rand: bytes,
    imsi: Imsi,
    server_id: ServerId,
    profile: Profile,
    tag: Tag,
    as_json: bool,
) -> None:
    """Compute K_MTC and E(RES) from triplets (docs/protocol.md clause 2).

    It also computes what no MKEF would release, and says so on standard error.
    The keys of the command line stand in the list of processes: for test subscriptions only.

    \b
    mkef derive --kc eae4be823af9a08b --sres 46f8416a --imsi 001010123456789 \\
        --rand 23553cbe9637a89d218ae64dae47bf35 --server-id mtc.example --profile 0
    """
    if not len(kcs) == len(sreses) == profile.vectors:
        raise click.UsageError(
            f"profile 0x{profile.octet:02x} has {profile.vectors} vectors:"
            " --kc and --sres once for each"
        )
    vectors = tuple(GsmVector(s, Kc(kc)) for s, kc in zip(sreses, kcs, strict=True))
    established = Binding(profile, rand, imsi, server_id).derive(vectors)
    result = {
        "k_mtc": established.k_mtc.octets.hex(),
        "e_res": established.encrypted_res.hex(),
        "rand_list": [rand.hex() for rand in derive_rands(rand, profile)],
        "strength_bits": strength_bits(profile, kc_bits=kc_bits(vectors)),
    }
    warnings = _warnings(profile, rand, tag)
    for warning in warnings:
        click.echo(f"warning: {warning}", err=True)
    if as_json:
        click.echo(json.dumps(result | {"warnings": warnings}, indent=2))
        return
    for name, value in result.items():
        click.echo(f"{name:<14} {' '.join(value) if isinstance(value, list) else value}")


def _warnings(profile: Profile, rand: bytes, tag: Tag) -> list[str]:
    """Why an MKEF with this tag would refuse the request (docs/protocol.md clause 3)."""
    if profile.suits(rand, tag.octets):
        return []
    kind, begins = ("tagged", "does not begin") if profile.tagged else ("random", "begins")
    disagreement = f"profile 0x{profile.octet:02x} says {kind}, but RAND {begins} with the tag"
    return [f"{disagreement} {tag.octets.hex()}: an MKEF refuses it with 32473/5003"]
