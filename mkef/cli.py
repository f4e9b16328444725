"""The program `mkef`."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import click
import structlog
from msgspec.structs import asdict

from mkef.commands.derive import derive
from mkef.commands.entitlement import entitlement
from mkef.commands.status import status
from mkef.config import MkefConfig
from mkef.demo.command import demo
from mkef.net.database import StoreError
from mkef.net.store import open_store
from mkef.net.store_sqlite import WANTED_FOLDER
from mkef.node import MkefNode
from mkef.ops import frame
from mkef.ops.configuration import ConfigurationError, check_tls, load
from mkef.ops.dictionary import dictionary
from mkef.ops.doctor import doctor
from mkef.ops.logging import configure
from mkef.ops.pki import pki
from mkef.ops.tables import as_json
from mkef.ops.verdict import print_good
from mkef.ops.wireshark import wireshark
from mkef.records.reading import NAME
from mkef.records.schema import MIGRATIONS
from mkef.soundness import check_soundness, doubts
from mkef.trace.command import trace
from mkef.workers import Workers, check_worker, config_of


@click.group(context_settings=frame.HELP_OPTIONS)
@frame.version_option
def main() -> None:
    """MTC Key Establishment Function.

    An MTC Device draws RAND itself and sends IMSI, RAND, encrypted RES and protected data in one
    message. The MTC Server asks this function for K_MTC over Diameter; it asks the HLR for the
    vectors of that RAND over MAP, checks RES and who may have the key, and releases it.

    \b
    Begin with:   mkef demo            the whole flow on this host, captured
                  mkef doctor          what this host has
    By hand:      mkef pki init; mkef pki issue --host NAME; mkef entitlement import FILE;
                  mkef serve --config mkef.toml
    """


@main.command()
@click.option("--worker", type=click.IntRange(min=1), help="Be only the worker of this number.")
@click.option("--watched", is_flag=True, hidden=True, help="End with standard input.")
@frame.config_options("mkef.toml")
@frame.clear_errors
def serve(worker: int | None, watched: bool, config_file: Path, settings: tuple[str, ...]) -> None:
    """Run the MKEF until SIGTERM or Ctrl-C; logs go to standard error.

    SIGHUP reads the file again: certificates, peers and agents hold at once. With `workers = N` it
    runs N processes, each an MKEF of its own with the same store.
    """
    config = _load(config_file, settings)
    if worker is not None:
        check_worker(config_file, config, worker)
    configure(config.log, "mkef" if worker is None else f"mkef-{worker}")
    for doubt in doubts(config):
        structlog.get_logger().warning("doubtful configuration", problem=str(doubt))
    if worker is None and config.workers > 1:
        workers = Workers(config.workers, config_file, settings, stop_s=config.stop_s)
        frame.serve(workers, lambda node: node.reload(), started="workers started")
        return

    def reload(node: MkefNode) -> None:
        node.reload(config_of(_load(config_file, settings), worker or 1))

    frame.serve(MkefNode(config_of(config, worker or 1)), reload, watched=watched)


@main.command("check-config")
@as_json
@frame.config_options("mkef.toml")
@frame.clear_errors
def check_config(*, as_json: bool, config_file: Path, settings: tuple[str, ...]) -> None:
    """Read the configuration and the certificates, open the store; say whether all is well.

    Also for every worker: ports, point codes, and the names that its certificate must have. What
    is wrong is on standard error, also as JSON, with exit status 2.
    """
    config = _load(config_file, settings)
    warnings, hint = list(doubts(config)), _store_hint(config_file, config)
    for warning in () if as_json else warnings:
        click.echo(f"warning: {config_file}: {warning}", err=True)
    found = list(map(asdict, warnings))
    print_good(config_file, as_json=as_json, hint=hint, warnings=found)


def _store_hint(config_file: Path, config: MkefConfig) -> str | None:
    """What to do about the store, which is opened only if it is there."""
    path = config.store.path
    if path is not None and not path.exists():
        if not os.access(path.parent, os.W_OK | os.X_OK):
            raise ConfigurationError(f"{config_file}: store: {path}: {WANTED_FOLDER}")
        return f"{path} will be made: `mkef entitlement add --help`"
    try:
        with closing(open_store(config.store, MIGRATIONS, NAME)) as database:
            some = database.query("SELECT 1 FROM entitlement_key LIMIT 1")
    except StoreError as error:
        raise ConfigurationError(f"{config_file}: store: {error}") from None
    return None if some else "nobody is entitled yet: `mkef entitlement add --help`"


def _load(config_file: Path, settings: tuple[str, ...]) -> MkefConfig:
    config = load(config_file, MkefConfig, settings)
    check_tls(config_file, "zk.tls", config.zk.tls, server_side=True)
    if config.http is not None:
        check_tls(config_file, "http.tls", config.http.tls, server_side=True)
    if config.zr.diameter is not None:
        check_tls(config_file, "zr.diameter.tls", config.zr.diameter.tls, server_side=False)
    check_soundness(config_file, config)
    return config


for command in (demo, derive, dictionary, doctor, entitlement, pki, status, trace, wireshark):
    main.add_command(command)
