"""What the commands of `hlr-stub` share: options and values."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import ParamSpec, TypeVar

import click
from click.shell_completion import CompletionItem

from hlr_stub.config import HlrConfig
from hlr_stub.node import open_subscribers
from hlr_stub.store import SubscriberStore
from mkef.net.endpoint import NetworkError
from mkef.ops.configuration import ConfigurationError, load
from mkef.ops.frame import config_options
from mkef_codecs.errors import CodecError
from mkef_codecs.identity import Imsi

P = ParamSpec("P")
R = TypeVar("R")
Command = Callable[P, R]

CONFIG_FILE = "hlr-stub.toml"
MOST_COMPLETIONS = 50

config = config_options(CONFIG_FILE)


def parse_imsi(text: str) -> Imsi:
    """An IMSI of the command line; a wrong one is a usage error."""
    try:
        return Imsi(text)
    except CodecError as error:
        raise click.BadParameter(error.problem) from None


def complete_imsi(
    context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """For the shell: IMSIs that begin like this; none where the store cannot be read."""
    file = context.params.get("config_file") or Path(CONFIG_FILE)
    try:
        with subscribers(file, context.params.get("settings") or ()) as store:
            found = store.beginning(incomplete, MOST_COMPLETIONS)
    except (ConfigurationError, NetworkError):
        return []
    return [CompletionItem(imsi) for imsi in found]


imsi_argument = click.argument(
    "imsi", type=parse_imsi, metavar="IMSI", shell_complete=complete_imsi
)


def key_digits(*sizes: int) -> Callable[[str], str]:
    """The parser of a key of so many octets in hexadecimal; a usage error does not repeat it.

    `-` reads a line of standard input, so that no key stands in the list of processes.
    """

    def parse(text: str) -> str:
        given = (sys.stdin.readline() if text == "-" else text).strip()
        try:
            octets = bytes.fromhex(given)
        except ValueError:
            octets = b""
        if len(octets) not in sizes:
            digits = " or ".join(str(2 * size) for size in sizes)
            raise click.BadParameter(f"a key is {digits} hexadecimal digits, or - to read them")
        return octets.hex()

    return parse


@contextmanager
def subscribers(config_file: Path, settings: Sequence[str]) -> Iterator[SubscriberStore]:
    """The store that a configuration names."""
    with closing(open_subscribers(load(config_file, HlrConfig, settings))) as store:
        yield store
