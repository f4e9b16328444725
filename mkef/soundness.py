"""What reads well in `mkef.toml` and cannot work all the same, for each worker of the file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path

from msgspec import Struct
from msgspec.structs import asdict

from mkef.config import MkefConfig
from mkef.net.diameter_section import DiameterSection
from mkef.net.endpoint import Endpoint
from mkef.ops.configuration import ConfigurationError
from mkef.ops.pki import names_in
from mkef.workers import config_of

SERVER_PATIENCE_S = 20.0  # of an MTC Server for an MKA, unless configured (protocol.md clause 5)
MAX_PORT, MAX_POINT_CODE = 65_535, 16_383

_PREFIX = re.compile(r"[0-9]{1,15}", re.ASCII)
_ANY = frozenset({"0.0.0.0", "::"})  # noqa: S104 - to compare with, not to listen on


class Finding(Struct, frozen=True):
    """What is wrong with a key, or doubtful, and what would be right."""

    key: str
    problem: str

    def __str__(self) -> str:
        return f"{self.key}: {self.problem}"


def check_soundness(config_file: Path, config: MkefConfig) -> None:
    """Refuse what cannot work: people are told the first mistake, programs all of them."""
    wrong = list(mistakes(config))
    if wrong:
        error = ConfigurationError(f"{config_file}: {wrong[0]}")
        error.details = {"errors": list(map(asdict, wrong))}
        raise error


def mistakes(config: MkefConfig) -> Iterator[Finding]:
    """Why it cannot work."""
    workers = [config_of(config, number) for number in range(1, config.workers + 1)]
    yield from _prefixes(config)
    yield from _point_codes(config, workers)
    yield from _ports(workers)
    yield from _certificates(workers)
    keys = config.keys
    if keys.remember_s is not None and keys.remember_s < keys.same_answer_s:
        yield Finding(
            "keys.remember_s",
            f"{keys.remember_s} is shorter than keys.same_answer_s, {keys.same_answer_s}:"
            " a RAND would be fresh again while its answer still holds",
        )


def doubts(config: MkefConfig) -> Iterator[Finding]:
    """What works, and not as one would expect."""
    if config.zr.patience_s >= SERVER_PATIENCE_S:
        yield Finding(
            "zr.patience_s",
            f"{config.zr.patience_s:g} s, while MTC Servers give up after {SERVER_PATIENCE_S:g} s"
            " unless zk.request_timeout_s of theirs says otherwise:"
            " the device's RAND would be used up for nobody",
        )


def _prefixes(config: MkefConfig) -> Iterator[Finding]:
    for name, hlr in config.zr.hlr.items():
        for prefix in hlr.prefixes:
            if not _PREFIX.fullmatch(prefix):
                yield Finding(
                    f"zr.hlr.{name}.prefixes",
                    f'"{prefix}" is no prefix of an IMSI: 1 to 15 digits'
                    " and nothing behind them, for instance 00101; without prefixes it has all",
                )


def _point_codes(config: MkefConfig, workers: list[MkefConfig]) -> Iterator[Finding]:
    sigtran = config.zr.sigtran
    if sigtran is None:
        return
    own = range(sigtran.point_code, sigtran.point_code + len(workers))
    if own[-1] > MAX_POINT_CODE:
        yield Finding(
            "zr.sigtran.point_code",
            f"{own[-1]} of worker {len(workers)} is above {MAX_POINT_CODE}:"
            " choose a lower one, they count up",
        )
    for name, hlr in config.zr.hlr.items():
        if hlr.point_code is not None and hlr.point_code in own:
            yield Finding(
                f"zr.hlr.{name}.point_code",
                f"{hlr.point_code} is the MKEF's own{_of(own.index(hlr.point_code) + 1, workers)}:"
                " choose another zr.sigtran.point_code, or put that of the HLR right",
            )


class _Listener(Struct, frozen=True):
    """Where a worker listens by which key; ports of one protocol are apart from another's."""

    key: str
    protocol: str
    endpoint: Endpoint
    worker: int


def _listeners(number: int, config: MkefConfig) -> Iterator[_Listener]:
    zk, zr, http = config.zk, config.zr.diameter, config.http
    sigtran = () if config.zr.sigtran is None else config.zr.sigtran.listen
    for key, protocol, endpoint in (
        ("zk.listen", "TCP", zk.listen),
        ("http.listen", "TCP", None if http is None else http.listen),
        ("metrics.listen", "TCP", config.metrics.listen),
        ("zk.listen_sctp", "SCTP", zk.listen_sctp),
        ("zr.diameter.listen_sctp", "SCTP", None if zr is None else zr.listen_sctp),
        *(("zr.sigtran.listen", "M3UA", endpoint) for endpoint in sigtran),
    ):
        if endpoint is not None and endpoint.port:
            yield _Listener(key, protocol, endpoint, number)


def _ports(workers: list[MkefConfig]) -> Iterator[Finding]:
    listeners = [x for n, config in enumerate(workers, 1) for x in _listeners(n, config)]
    for one in listeners:
        if one.endpoint.port > MAX_PORT:
            yield Finding(
                one.key,
                f"port {one.endpoint.port} of worker {one.worker} is above {MAX_PORT}:"
                " choose a lower one, they count up",
            )
    for one, other in combinations(listeners, 2):
        if one.protocol == other.protocol and _same_socket(one.endpoint, other.endpoint):
            apart = f", at least {len(workers)} apart" if len(workers) > 1 else ""
            yield Finding(
                other.key,
                f"{other.endpoint}{_of(other.worker, workers)} is {one.key}"
                f"{_of(one.worker, workers)} too: choose ports of their own{apart}",
            )


def _same_socket(one: Endpoint, other: Endpoint) -> bool:
    """Whether the second of two that listen there finds the port in use."""
    if one.port != other.port:
        return False
    of_one_family = (":" in one.host) == (":" in other.host)
    return one.host == other.host or (of_one_family and bool({one.host, other.host} & _ANY))


def _certificates(workers: list[MkefConfig]) -> Iterator[Finding]:
    """RFC 6733 clause 13: a peer finds the Origin-Host in the certificate, or closes."""
    yield from _unnamed("zk", [config.zk for config in workers])
    yield from _unnamed("zr.diameter", [config.zr.diameter for config in workers])


def _unnamed(table: str, sections: Sequence[DiameterSection | None]) -> Iterator[Finding]:
    first = sections[0]
    if first is None or first.tls is None:
        return
    tls = first.tls
    identities = [section.origin_host.lower() for section in sections if section is not None]
    names = names_in(tls.certificate)
    missing = [identity for identity in identities if identity not in names]
    if missing:
        yield Finding(
            f"{table}.tls.certificate",
            f"{tls.certificate} does not name {', '.join(missing)}, so no peer takes"
            f" {table}.origin_host for ours: `mkef pki issue"
            f"{''.join(f' --host {identity}' for identity in identities)}` makes one that does",
        )


def _of(worker: int, workers: list[MkefConfig]) -> str:
    return f" of worker {worker}" if len(workers) > 1 else ""
