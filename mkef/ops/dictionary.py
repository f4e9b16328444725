"""`mkef dictionary`: our Diameter dictionary for other Diameter software."""

from __future__ import annotations

import click

from mkef_codecs.export import freediameter, go_diameter
from mkef_codecs.export.ours import ours

FORMATS = {"freediameter": freediameter.source, "go-diameter": go_diameter.source}


@click.command()
@click.option(
    "--format",
    "format_",
    type=click.Choice(list(FORMATS)),
    required=True,
    help="For which program.",
)
def dictionary(format_: str) -> None:
    """Print our applications, commands and AVPs as another program's dictionary.

    \b
    freediameter   JSON for the extension dict_json.fdx:
                   LoadExtension = "dict_json.fdx" : "mkef.json";
    go-diameter    XML: dict.Default.LoadFile("mkef.xml")

    The AVPs of RFC 6733 are left out: these programs have them. Vendor 32473 and both application
    identifiers are LAB: allocated by nobody.
    """
    click.echo(FORMATS[format_](ours()), nl=False)
