"""`mkef status`: what a running MKEF says of itself, or each of its workers."""

from __future__ import annotations

import json
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import click

from mkef.config import MkefConfig
from mkef.net.endpoint import NetworkError
from mkef.ops import frame
from mkef.ops.configuration import ConfigurationError, load
from mkef.workers import config_of

TIMEOUT_S = 5.0

Status = dict[str, Any]  # what /status answers, or `unreachable` and why


def fetch(url: str) -> Status:
    """What /status answers."""
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_S) as answer:  # noqa: S310 - http, ours
            status: Status = json.load(answer)
            return status
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        return {"unreachable": f"{url}: {reason}: does `mkef serve` run?"}


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

    It asks /status of `metrics.listen`; with `workers = N` all of them, and shows the sum besides.
    Exit status 1 if one of them cannot release keys now, or does not answer.
    """
    urls = _urls(load(config_file, MkefConfig, settings), config_file)
    with ThreadPoolExecutor(len(urls)) as pool:
        before = list(pool.map(fetch, urls))
        _require_one(before)
        time.sleep(rate_s)
        now = list(pool.map(fetch, urls))
    _require_one(now)
    for earlier, later in zip(before, now, strict=True):
        if "requests" in later:
            counts = later["requests"]
            later["rates_per_s"] = _rates(earlier.get("requests") or counts, counts, rate_s)
    if as_json:
        click.echo(json.dumps(now[0] if len(now) == 1 else _together(now), indent=2))
    else:
        _show_all(now)
    sys.exit(frame.EXIT_FAILURE if any(map(_wanting, now)) else 0)


def _urls(config: MkefConfig, config_file: Path) -> list[str]:
    """Of /status, of each worker."""
    if config.metrics.listen is None:
        raise ConfigurationError(f"{config_file}: metrics.listen: missing; `status` asks there")
    workers = (config_of(config, number) for number in range(1, config.workers + 1))
    return [f"http://{worker.metrics.listen}/status" for worker in workers]


def _require_one(statuses: Sequence[Status]) -> None:
    if all("unreachable" in status for status in statuses):
        raise NetworkError(statuses[0]["unreachable"])


def _wanting(status: Status) -> list[str]:
    """What keeps it from releasing keys."""
    return [status["unreachable"]] if "unreachable" in status else status["wanting"]


def _rates(before: dict[str, int], now: dict[str, int], rate_s: float) -> dict[str, float]:
    return {
        outcome: round((count - before.get(outcome, 0)) / rate_s, 1)
        for outcome, count in now.items()
    }


def _together(workers: Sequence[Status]) -> Status:
    """Each worker, and the sum of those that answer."""
    return {"workers": workers, "sum": _sum(workers)}


def _sum(workers: Sequence[Status]) -> Status:
    reached = [worker for worker in workers if "unreachable" not in worker]
    return {
        "answered": len(reached),
        "requests_under_way": sum(worker["requests_under_way"] for worker in reached),
        "requests": _added([worker["requests"] for worker in reached]),
        "rates_per_s": _added([worker["rates_per_s"] for worker in reached]),
    }


def _added(counts: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """By outcome."""
    outcomes = sorted({outcome for each in counts for outcome in each})
    return {o: round(sum(each.get(o, 0) for each in counts), 1) for o in outcomes}


def _show_all(workers: Sequence[Status]) -> None:
    for number, worker in enumerate(workers, 1):
        if "unreachable" in worker:
            click.secho(f"worker {number}", bold=True)
            click.secho(f"  {worker['unreachable']}", fg="red")
        else:
            _show(worker)
    if len(workers) > 1:
        total = _sum(workers)
        click.secho(f"sum of {total['answered']} of {len(workers)} workers", bold=True)
        _show_requests(total)


def _show(status: Status) -> None:
    click.secho(f"{status['origin_host']}", bold=True)
    for problem in status["wanting"] or ["ready"]:
        click.secho(f"  {problem}", fg="red" if status["wanting"] else "green")
    for name in ("addresses", "peers", "associations", "hlrs"):
        click.echo(name)
        entries = status.get(name) or {"none": ""}
        pairs = entries.items() if isinstance(entries, dict) else ((e, "") for e in entries)
        for key, value in pairs:
            click.echo(f"  {key:<40} {value}".rstrip())
    _show_requests(status)


def _show_requests(status: Status) -> None:
    click.echo(f"requests under way: {status['requests_under_way']}")
    for outcome, count in sorted(status["requests"].items()):
        rate = status["rates_per_s"][outcome]
        click.echo(f"  {outcome:<12} {count:>10}   {rate:>8.1f}/s")
