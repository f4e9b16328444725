"""The program: what serves, and the groups of what does not."""

from __future__ import annotations

from pathlib import Path

import click
from click.shell_completion import get_completion_class

from hlr_stub.cli.faults import fault_group
from hlr_stub.cli.options import config
from hlr_stub.cli.subscribers import subscriber_group
from hlr_stub.cli.transfer import export_command, import_command, rewrap
from hlr_stub.cli.vector import vector
from hlr_stub.config import HlrConfig
from hlr_stub.node import HlrNode
from hlr_stub.wrapping import load_transport_key
from mkef.ops import logging
from mkef.ops.configuration import load
from mkef.ops.frame import HELP_OPTIONS, clear_errors, serve, version_option
from mkef.ops.tables import as_json
from mkef.ops.verdict import print_good


@click.group(context_settings=HELP_OPTIONS)
@version_option
def main() -> None:
    """An HLR with AuC for labs.

    It answers Send-Authentication-Info over MAP/SIGTRAN: ordinary requests with triplets or
    quintuplets, and, to the MKEFs of its list, the variant in which the RANDs come from an MTC
    Device; over Diameter the same (RIR), and AIR. Subscribers come from files of other programs
    or one by one.
    """


@main.command("serve")
@config
@clear_errors
def serve_command(config_file: Path, settings: tuple[str, ...]) -> None:
    """Run until SIGTERM or SIGINT; logs go to standard error.

    SIGHUP reads the file again: certificates, peers and agents of Diameter hold at once.
    """
    section = load(config_file, HlrConfig, settings)
    logging.configure(section.log, "hlr-stub")
    serve(HlrNode(section), lambda node: node.reload(load(config_file, HlrConfig, settings)))


@main.command("check-config")
@as_json
@config
@clear_errors
def check_config(*, as_json: bool, config_file: Path, settings: tuple[str, ...]) -> None:
    """Read the configuration, start nothing; exit status 2 if it is wrong."""
    section = load(config_file, HlrConfig, settings)
    load_transport_key(section.transport_key)
    print_good(config_file, as_json=as_json)


@main.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print what makes a shell complete commands, options and IMSIs.

    For bash: eval "$(hlr-stub completion bash)" in ~/.bashrc.
    """
    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(main, {}, "hlr-stub", "_HLR_STUB_COMPLETE").source())


main.add_command(subscriber_group)
main.add_command(import_command)
main.add_command(export_command)
main.add_command(rewrap)
main.add_command(vector)
main.add_command(fault_group)
