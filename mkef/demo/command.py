"""`mkef demo`."""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from mkef.demo.flow import CAPTURE, Outcome, play
from mkef.net.endpoint import NetworkError
from mkef.ops.configuration import ConfigurationError
from mkef.ops.frame import EXIT_FAILURE, clear_errors
from mkef.trace.ladder import read_ladder, render

MARKER = ".mkef-demo"
_ATTEMPTS = 10


@click.command()
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("build/demo"),
    show_default=True,
    help="Where the capture, the logs and the configuration go; an earlier demo there is replaced.",
)
@click.option("--show-keys", is_flag=True, help="Show K_MTC itself, not only its fingerprint.")
@click.option("--json", "as_json", is_flag=True, help="The outcome as JSON, without the ladder.")
@click.pass_context
@clear_errors
def demo(context: click.Context, folder: Path, *, show_keys: bool, as_json: bool) -> None:
    """Run the whole flow on this host: device, MTC Server, MKEF and HLR, captured.

    A soft USIM with the keys of TS 35.208 test set 1 draws a RAND and the device sends one
    CoAP/OSCORE message; the server gets K_MTC from the MKEF over Diameter with TLS, the MKEF the
    vectors from the HLR stub over MAP. Three readings: profile 0x00, a second one under the same
    key, profile 0x14. The nodes are real programs on free ports of 127.0.0.1.
    """
    errors = Console(stderr=True, highlight=False)
    started = time.perf_counter()

    def say(what: str) -> None:
        errors.print(f"[dim]{time.perf_counter() - started:5.1f} s  {what}[/dim]")

    _check_replaceable(folder)
    work = _work_folder(folder)
    try:
        outcomes = asyncio.run(play(work, say, show_keys=show_keys))
    except BaseException:
        errors.print(f"logs and configuration are left in {work}")
        raise
    _put_in_place(work, folder)
    capture = folder / CAPTURE
    if as_json:
        click.echo(json.dumps(_report(outcomes, capture), indent=2, ensure_ascii=False))
    else:
        _show(outcomes, capture)
    context.exit(0 if all(o.same_key for o in outcomes) else EXIT_FAILURE)


def _check_replaceable(folder: Path) -> None:
    """Nothing but the result of an earlier demo is ever replaced."""
    if folder.exists() and not (folder / MARKER).exists() and any(folder.iterdir()):
        raise ConfigurationError(f"{folder} holds something else: choose another --folder")


def _work_folder(folder: Path) -> Path:
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    (work / MARKER).write_text("made by `mkef demo`, which replaces this folder\n")
    return work


def _put_in_place(work: Path, folder: Path) -> None:
    """Rename the result into place; of two runs at once the later one stays."""
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-old-", dir=folder.parent) as old:
        for attempt in range(_ATTEMPTS):
            with suppress(OSError):  # there is an older result, or another run is quicker
                work.rename(folder)
                return
            with suppress(OSError):
                folder.rename(Path(old, str(attempt)))
    raise NetworkError(f"{folder} cannot be replaced; the result is in {work}")


def _report(outcomes: list[Outcome], capture: Path) -> dict[str, object]:
    readings = [
        {**o.device, "server_fingerprint": o.server["k_mtc_fingerprint"], "same_key": o.same_key}
        for o in outcomes
    ]
    return {"capture": str(capture), "readings": readings}


def _show(outcomes: list[Outcome], capture: Path) -> None:
    console = Console(highlight=False)
    console.print(render(read_ladder(capture)), soft_wrap=True)
    console.print()
    console.print(_table(outcomes), soft_wrap=True)
    same = all(o.same_key for o in outcomes)
    verdict = "hold the same K_MTC" if same else "DO NOT hold the same K_MTC"
    console.print(
        f"\nBoth ends {verdict}. The capture: {capture}", style="green" if same else "red"
    )


def _table(outcomes: list[Outcome]) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in (
        "reading",
        "profile",
        "key",
        "device's K_MTC",
        "server's K_MTC",
        "octets",
        "ms",
    ):
        table.add_column(heading, justify="right" if heading in {"octets", "ms"} else "left")
    for outcome in outcomes:
        device = outcome.device
        table.add_row(
            device["reading"],
            device["profile"],
            device["key"],
            device.get("k_mtc", device["k_mtc_fingerprint"]),
            outcome.server["k_mtc_fingerprint"],
            str(device["sent_octets"]),
            f"{device['round_trip_ms']:.1f}",
        )
    return table
