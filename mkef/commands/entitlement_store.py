"""How `mkef entitlement` opens the registry, and in whose name it changes it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import click

from mkef.config import MkefConfig
from mkef.net.database import Database
from mkef.net.store import open_store
from mkef.ops import frame
from mkef.ops.account import account
from mkef.ops.configuration import load
from mkef.records.editor import Editor
from mkef.records.reading import NAME
from mkef.records.schema import MIGRATIONS

config = frame.config_options("mkef.toml")


@contextmanager
def opened(config_file: Path, settings: tuple[str, ...]) -> Iterator[Database]:
    """The store of the configuration."""
    where = load(config_file, MkefConfig, settings).store
    with closing(open_store(where, MIGRATIONS, NAME)) as database:
        yield database


@contextmanager
def changes(config_file: Path, settings: tuple[str, ...]) -> Iterator[Editor]:
    """Changes in the name of whoever runs this program; at the end, what may not be meant."""
    with opened(config_file, settings) as database:
        editor = Editor(database, account(), time.time())
        yield editor
    for warning in editor.warnings:
        click.echo(f"warning: {warning}", err=True)
