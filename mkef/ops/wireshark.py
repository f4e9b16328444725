"""`mkef wireshark`: the Lua plugin that shows key establishments in Wireshark and tshark."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import click

from mkef.ops.configuration import ConfigurationError
from mkef.ops.frame import clear_errors
from mkef_codecs.export import wireshark as lua
from mkef_codecs.export.ours import ours

USUAL_FOLDER = Path(".local/lib/wireshark/plugins")  # of the home folder, on Unix
TOOL_TIMEOUT_S = 20.0

_LUA_FOLDER = re.compile(r"^Personal Lua Plugins:\s*(.+)$", re.MULTILINE)

NEXT = """\
Wireshark shows it after Analyze > Reload Lua Plugins or its next start, tshark at once:
  tshark -r flow.pcapng -Y mkef -O mkef
Root has no Lua plugins in Wireshark 4.4 and later: be another user."""


def personal_folder() -> Path:
    """Where Wireshark looks for a user's Lua plugins: what tshark says, else the usual place."""
    tshark = shutil.which("tshark")
    found = _LUA_FOLDER.search(_folders(tshark)) if tshark else None
    return Path(found[1]) if found else Path.home() / USUAL_FOLDER


def install(folder: Path) -> Path:
    """Write the plugin, over an older one; the path of the file."""
    file = folder / lua.FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file.write_text(lua.source(ours()), encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{error.filename}: {error.strerror}") from None
    return file


def _folders(tshark: str) -> str:
    """What tshark says of its folders; nothing if it does not run."""
    try:
        return subprocess.run(  # noqa: S603 # the path of shutil.which and our own options
            (tshark, "-G", "folders"),
            check=True,
            capture_output=True,
            text=True,
            timeout=TOOL_TIMEOUT_S,
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return ""


@click.command()
@click.option("--print", "to_print", is_flag=True, help="Write the plugin to standard output.")
@click.option("--install", "to_install", is_flag=True, help="Put it where Wireshark looks for it.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Install into this folder instead of the personal plugin folder.",
)
@clear_errors
def wireshark(*, to_print: bool, to_install: bool, folder: Path | None) -> None:
    """Show MKR, MKA and the MAP variant in Wireshark and tshark.

    The plugin adds one subtree to each message of a key establishment. The display filters
    mkef.imsi and mkef.rand follow a device and its key from CoAP over Diameter to MAP.
    """
    if to_print == to_install or (folder and not to_install):
        raise click.UsageError("either --print or --install [--folder DIR]")
    if to_print:
        click.echo(lua.source(ours()), nl=False)
        return
    file = install(folder or personal_folder())
    click.echo(f"{file}: written\n{NEXT}")
