"""`mkef entitlement group` and `groups`: Diameter identities that rows name together."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import click

from mkef.commands.entitlement_store import changes, config, opened
from mkef.domain.entitlement import Group
from mkef.domain.entitlement_csv import parse_group, parse_host
from mkef.ops import frame
from mkef.ops.tables import as_json
from mkef.records import registry


def _usage(parse: Callable[[str], str]) -> Callable[[str], str]:
    """The parser of one word; a mistake is a usage error."""

    def convert(text: str) -> str:
        try:
            return parse(text)
        except ValueError as error:
            raise click.BadParameter(str(error)) from None

    return convert


host, group_name = _usage(parse_host), _usage(parse_group)


@click.command()
@click.argument("name", type=group_name)
@click.argument("hosts", type=host, nargs=-1)
@click.option("--force", is_flag=True, help="Take a group away that rows name.")
@config
@frame.clear_errors
def group(
    *,
    name: str,
    hosts: tuple[str, ...],
    force: bool,
    config_file: Path,
    settings: tuple[str, ...],
) -> None:
    """Make HOSTS the Diameter identities of the group NAME; none: take the group away.

    A group that rows name is taken away by --force only, since they let nobody ask then.
    """
    wanted = Group(name, frozenset(hosts))
    with changes(config_file, settings) as editor:
        editor.set_group(wanted, force=force)
    click.echo(f"group {name}: {' '.join(sorted(wanted.hosts)) or 'removed'}")


@click.command()
@as_json
@config
@frame.clear_errors
def groups(*, as_json: bool, config_file: Path, settings: tuple[str, ...]) -> None:
    """The groups with their Diameter identities."""
    with opened(config_file, settings) as database:
        found = {each.name: sorted(each.hosts) for each in registry.all_groups(database)}
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    for name, hosts in found.items():
        click.echo(f"{name:<18} {' '.join(hosts)}")
