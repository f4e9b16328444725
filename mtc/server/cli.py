"""`mtc-server`: serve devices, check the configuration."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import click

from mkef.net.capture import Capture
from mkef.net.sources import SYSTEM
from mkef.ops import logging
from mkef.ops.configuration import check_tls, load
from mkef.ops.frame import HELP_OPTIONS, clear_errors, config_options, version_option
from mkef.ops.frame import serve as run
from mtc.server.config import MtcServerConfig
from mtc.server.node import MtcServerNode
from mtc.server.reading import Reading
from mtc.server.zk import ZkClient

config = config_options("mtc-server.toml")


@click.group(context_settings=HELP_OPTIONS)
@version_option
def main() -> None:
    """An MTC Server: it takes readings over CoAP with OSCORE and gets each device's key from the
    MKEF of the device's home network."""


@main.command()
@config
@clear_errors
def serve(config_file: Path, settings: tuple[str, ...]) -> None:
    """Serve until a signal; each reading is one JSON line on standard output."""
    section = _load(config_file, settings)
    logging.configure(section.log, "mtc-server")
    run(compose(section))


@main.command("check-config")
@config
@clear_errors
def check_config(config_file: Path, settings: tuple[str, ...]) -> None:
    """Read the configuration and the certificates; say whether it can be used."""
    _load(config_file, settings)
    click.echo(f"{config_file}: good")


def _load(config_file: Path, settings: tuple[str, ...]) -> MtcServerConfig:
    section = load(config_file, MtcServerConfig, settings)
    check_tls(config_file, "zk.tls", section.zk.tls, server_side=False)
    return section


@asynccontextmanager
async def compose(section: MtcServerConfig) -> AsyncIterator[MtcServerNode]:
    """The server with its way to the MKEF, as long as the block lasts."""
    with closing(Capture(section.capture.file, node="mtc-server", clock=SYSTEM.clock)) as capture:
        keys = ZkClient(section.zk, section.server_id, capture=capture)
        # The socket first: who cannot have it must not appear at the MKEF. It is closed last, so
        # that devices still hear why they get no answer.
        async with MtcServerNode(section, keys, capture=capture, deliver=_print) as node, keys:
            yield node


def _print(reading: Reading) -> None:
    click.echo(reading.to_json())
