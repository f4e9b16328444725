"""`mtc-server`: serve devices, check the configuration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import click

from mkef.net.capture import Capture
from mkef.net.running import Running
from mkef.net.sources import SYSTEM
from mkef.ops import logging
from mkef.ops.configuration import check_tls, load
from mkef.ops.frame import HELP_OPTIONS, clear_errors, config_options, version_option
from mkef.ops.frame import serve as run
from mkef.ops.metrics import Metrics
from mkef.ops.tables import as_json
from mkef.ops.verdict import print_good
from mtc.server.config import MtcServerConfig
from mtc.server.measured import MeasuredKeys
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
    """Serve until SIGTERM or Ctrl-C; each reading is one JSON line on standard output.

    SIGHUP reads the file again: certificates hold at once.
    """
    section = _load(config_file, settings)
    logging.configure(section.log, "mtc-server")
    run(MtcServer(section), lambda node: node.reload(_load(config_file, settings)))


@main.command("check-config")
@as_json
@config
@clear_errors
def check_config(*, as_json: bool, config_file: Path, settings: tuple[str, ...]) -> None:
    """Read the configuration and the certificates; say whether it can be used."""
    _load(config_file, settings)
    print_good(config_file, as_json=as_json)


def _load(config_file: Path, settings: tuple[str, ...]) -> MtcServerConfig:
    section = load(config_file, MtcServerConfig, settings)
    check_tls(config_file, "zk.tls", section.zk.tls, server_side=False)
    return section


class MtcServer(Running):
    """The server with its way to the MKEF."""

    def __init__(self, section: MtcServerConfig) -> None:
        self._section = section
        self._metrics = Metrics(
            section.metrics, "mtc_server", wanting=self._wanting, status=self._status
        )

    async def _start(self, stack: AsyncExitStack) -> None:
        section = self._section
        capture = Capture(section.capture.file, node="mtc-server", clock=SYSTEM.clock)
        stack.callback(capture.close)
        self._keys = ZkClient(section.zk, section.server_id, capture=capture)
        self.keys = MeasuredKeys(self._keys, self._metrics, SYSTEM.timer)
        node = MtcServerNode(section, self.keys, capture=capture, deliver=_print)
        # The socket first: who cannot have it must not appear at the MKEF. It is closed last, so
        # that devices still hear why they get no answer.
        await stack.enter_async_context(node)
        self.addresses = node.addresses
        await stack.enter_async_context(self._keys)
        self._metrics.diameter("zk", self._keys.counts)
        await stack.enter_async_context(self._metrics)
        if self._metrics.address:
            self.addresses = {**node.addresses, "metrics": self._metrics.address}

    def reload(self, section: MtcServerConfig) -> None:
        """New certificates on Zk."""
        self._keys.reload(section.zk)

    def _wanting(self) -> Sequence[str]:
        """What keeps it from getting keys."""
        return () if self._keys.peers else ("no Diameter peer is a way to an MKEF",)

    def _status(self) -> Mapping[str, Any]:
        return {
            "addresses": dict(self.addresses),
            "wanting": list(self._wanting()),
            "peers": list(self._keys.peers),
            "requests": self._metrics.outcomes(),
        }


def _print(reading: Reading) -> None:
    click.echo(reading.to_json())
