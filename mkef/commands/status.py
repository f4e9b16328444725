"""`mkef status`: what a running MKEF says of itself."""

from __future__ import annotations

import json
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import click

from mkef.config import MkefConfig
from mkef.net.endpoint import NetworkError
from mkef.ops import frame
from mkef.ops.configuration import ConfigurationError, load

TIMEOUT_S = 5.0


def fetch(url: str) -> dict[str, Any]:
    """What /status answers."""
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_S) as answer:  # noqa: S310 - http, ours
            status: dict[str, Any] = json.load(answer)
            return status
    except (urllib.error.URLError, TimeoutError, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise NetworkError(f"{url}: {reason}: does `mkef serve` run?") from None


@click.command()
@click.option(
    "--rate-s",
    type=click.FloatRange(min=0.1),
    default=1.0,
    show_default=True,
    help="How long requests are counted for the rates.",
)
@click.option("--json", "as_json", is_flag=True, help="JSON, for programs.")
@frame.config_options("mkef.toml")
@frame.clear_errors
def status(*, rate_s: float, as_json: bool, config_file: Path, settings: tuple[str, ...]) -> None:
    """Peers, associations, HLRs and rates of the MKEF that runs with this configuration.

    It asks /status of `metrics.listen`. Exit status 1 if the MKEF cannot release keys now.
    """
    listen = load(config_file, MkefConfig, settings).metrics.listen
    if listen is None:
        raise ConfigurationError(f"{config_file}: metrics.listen: missing; `status` asks there")
    url = f"http://{listen}/status"
    before = fetch(url)
    time.sleep(rate_s)
    now = fetch(url)
    now["rates_per_s"] = _rates(before["requests"], now["requests"], rate_s)
    if as_json:
        click.echo(json.dumps(now, indent=2))
    else:
        _show(now)
    sys.exit(frame.EXIT_FAILURE if now["wanting"] else 0)


def _rates(before: dict[str, int], now: dict[str, int], rate_s: float) -> dict[str, float]:
    return {
        outcome: round((count - before.get(outcome, 0)) / rate_s, 1)
        for outcome, count in now.items()
    }


def _show(status: dict[str, Any]) -> None:
    click.secho(f"{status['origin_host']}", bold=True)
    for problem in status["wanting"] or ["ready"]:
        click.secho(f"  {problem}", fg="red" if status["wanting"] else "green")
    for name in ("addresses", "peers", "associations", "hlrs"):
        click.echo(name)
        entries = status.get(name) or {"none": ""}
        pairs = entries.items() if isinstance(entries, dict) else ((e, "") for e in entries)
        for key, value in pairs:
            click.echo(f"  {key:<40} {value}".rstrip())
    click.echo(f"requests under way: {status['requests_under_way']}")
    for outcome, count in sorted(status["requests"].items()):
        rate = status["rates_per_s"][outcome]
        click.echo(f"  {outcome:<12} {count:>10}   {rate:>8.1f}/s")
