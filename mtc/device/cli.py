"""`mtc-device`: one MTC Device with a USIM in software."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import click

from mkef.ops import logging
from mkef.ops.configuration import load
from mkef.ops.frame import HELP_OPTIONS, clear_errors, config_options, version_option
from mkef.ops.tables import as_json
from mkef.ops.verdict import print_good
from mkef_codecs.errors import CodecError
from mkef_codecs.establishment import Profile
from mtc.device.config import MtcDeviceConfig, parse_profile
from mtc.device.terminal import Answer, Terminal
from mtc.device.usim import SoftUsim


class _ProfileOctet(click.ParamType[Profile]):
    """A profile octet, written 0x14 or 20."""

    name = "octet"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Profile:
        try:
            return parse_profile(int(value, 0))
        except CodecError as error:
            self.fail(error.problem, param, ctx)
        except ValueError:
            self.fail("an octet such as 0x14 is wanted", param, ctx)


@click.group(context_settings=HELP_OPTIONS)
@version_option
def main() -> None:
    """An MTC Device: it draws RAND, has the USIM answer it, derives K_MTC by itself, and its first
    message already carries the data."""


@main.command()
@config_options("mtc-device.toml")
@click.option(
    "--profile",
    type=_ProfileOctet(),
    metavar="OCTET",
    help="Profile instead of the file's, for instance 0x00 or 0x14.",
)
@click.option("--new-key", is_flag=True, help="Make a new key for the first reading.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each reading.")
@click.option("--show-keys", is_flag=True, help="Show K_MTC itself, not only its fingerprint.")
@click.argument("readings", nargs=-1, required=True, metavar="READING...")
@clear_errors
def send(
    config_file: Path,
    settings: tuple[str, ...],
    profile: Profile | None,
    new_key: bool,
    as_json: bool,
    show_keys: bool,
    readings: tuple[str, ...],
) -> None:
    """Send readings, each in one message; print each verified answer.

    The first makes a key if there is no current one for the profile. Exit status 0: all were
    answered and verified; 1: one was refused or not answered; 2: the configuration is wrong.
    """
    config = load(config_file, MtcDeviceConfig, settings)
    logging.configure(config.log, "mtc-device")

    async def run() -> None:
        async with Terminal(config, SoftUsim(config.usim.ki, config.usim.opc)) as terminal:
            for i, reading in enumerate(readings):
                answer = await terminal.send(
                    reading.encode(), profile=profile, new_key=new_key and i == 0
                )
                row = _row(reading, answer, show_keys=show_keys)
                click.echo(json.dumps(row, ensure_ascii=False) if as_json else _text(row))

    asyncio.run(run())


@main.command("check-config")
@as_json
@config_options("mtc-device.toml")
@clear_errors
def check_config(*, as_json: bool, config_file: Path, settings: tuple[str, ...]) -> None:
    """Read the configuration and say whether it can be used."""
    load(config_file, MtcDeviceConfig, settings)
    print_good(config_file, as_json=as_json)


def _row(reading: str, answer: Answer, *, show_keys: bool) -> dict[str, Any]:
    key = {"k_mtc": answer.k_mtc.octets.hex()} if show_keys else {}
    return {
        "reading": reading,
        "answer": answer.octets.decode(errors="replace"),
        "round_trip_ms": round(answer.round_trip_s * 1e3, 1),
        "key": "new" if answer.new_key else "same",
        "k_mtc_fingerprint": answer.k_mtc.fingerprint,
        "profile": f"0x{answer.profile.octet:02x}",
        "sent_octets": answer.sent_octets,
        **key,
    }


def _text(row: dict[str, Any]) -> str:
    k_mtc = f"  K_MTC {row['k_mtc']}" if "k_mtc" in row else ""
    return (
        f"{row['reading']}  ->  {row['answer']}  ({row['round_trip_ms']} ms, "
        f"{row['sent_octets']} octets sent, {row['key']} key {row['k_mtc_fingerprint']}, "
        f"profile {row['profile']}){k_mtc}"
    )
