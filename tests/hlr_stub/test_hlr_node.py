"""The whole HLR, asked over M3UA on TCP by the SIGTRAN node that the MKEF uses too."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import structlog
from aiohttp import ClientSession

from hlr_stub.config import HlrConfig
from hlr_stub.faults import Fault, add_fault, clear_faults
from hlr_stub.node import HlrNode, open_subscribers
from hlr_stub.store import SubscriberStore
from hlr_stub.subscribers import Subscriber
from mkef.net.capture import Capture
from mkef.net.endpoint import Endpoint
from mkef.net.sigtran import SigtranNode, SigtranSection
from mkef.ops.configuration import load
from mkef.stack.map_failure import MapErrorReturned, MapFailure, OperationRejected
from mkef.stack.map_operations import ASKED
from mkef_codecs.identity import Imsi
from mkef_codecs.ss7.ber import tlv
from mkef_codecs.ss7.map_auth import (
    Encoding,
    MapUserError,
    SendAuthenticationInfoArg,
    SendAuthenticationInfoRes,
)
from mkef_codecs.ss7.sccp import SccpAddress
from mkef_codecs.tbcd import encode_tbcd

HLR = SccpAddress(ssn=6, point_code=3)
IMSI = Imsi("001010000000001")
RAND = bytes.fromhex("23553cbe9637a89d218ae64dae47bf35")  # TS 35.208 set 1

Ask = Callable[..., "asyncio.Future[SendAuthenticationInfoRes]"]
Network = Callable[..., AbstractAsyncContextManager[SigtranNode]]


@pytest.fixture
def network(config_file: Path, subscriber: Subscriber) -> Network:
    """An HLR that runs, and an MKEF's SIGTRAN node that is connected to it."""

    @asynccontextmanager
    async def run(*settings: str, point_code: int = 2) -> AsyncIterator[SigtranNode]:
        config = load(config_file, HlrConfig, settings)
        with closing(SubscriberStore.open(config.store)) as store:
            store.add(subscriber)
        async with asyncio.timeout(10), HlrNode(config) as hlr:
            section = SigtranSection(
                point_code=point_code,
                ssn=149,
                connect=(Endpoint.parse(hlr.addresses["m3ua_tcp"]),),
                transport="tcp",
            )
            capture = Capture(None, node="mkef", clock=lambda: 0.0)
            async with SigtranNode(section, service=None, capture=capture, peer_name="hlr") as mkef:
                assert await mkef.wait_active(5)
                yield mkef

    return run


def argument(imsi: Imsi = IMSI, *, variant: bool = True) -> SendAuthenticationInfoArg:
    return SendAuthenticationInfoArg(imsi, rand_list=(RAND,) if variant else None)


@pytest.mark.parametrize("encoding", Encoding)
async def test_the_variant_is_answered(network: Network, encoding: Encoding) -> None:
    async with network() as mkef:
        answer = await mkef.send_authentication_info(HLR, argument(), encoding=encoding)
    (triplet,) = answer.triplets
    assert (triplet.rand, triplet.sres.hex()) == (RAND, "46f8416a")
    assert triplet.kc.hex() == "eae4be823af9a08b"


async def test_an_ordinary_request_is_answered_with_a_quintuplet(
    network: Network, subscriber: Subscriber, usim: Callable[..., Any]
) -> None:
    async with network(point_code=9) as vlr:
        answer = await vlr.send_authentication_info(
            HLR, argument(variant=False), encoding=Encoding.EXTENSION
        )
    (vector,) = answer.quintuplets
    assert usim(subscriber).authenticate(vector.rand, vector.autn) == ("ok", vector.xres)


@pytest.mark.parametrize(
    ("point_code", "imsi", "error"),
    [
        (2, Imsi("001019999999999"), MapUserError.UNKNOWN_SUBSCRIBER),
        (9, IMSI, MapUserError.SYSTEM_FAILURE),
        (9, Imsi("001019999999999"), MapUserError.SYSTEM_FAILURE),
    ],
)
async def test_a_refusal_is_a_map_error(
    network: Network, point_code: int, imsi: Imsi, error: MapUserError
) -> None:
    async with network(point_code=point_code) as mkef:
        with pytest.raises(MapErrorReturned) as caught:
            await mkef.send_authentication_info(HLR, argument(imsi), encoding=Encoding.EXTENSION)
    assert caught.value.error is error


def extended(argument: bytes) -> bytes:
    """An argument of sendAuthenticationInfo with our extension, and that with its own argument."""
    extension = tlv(b"\x30", bytes.fromhex("060a2b0601040181fd590101") + argument)
    container = tlv(b"\xa2", tlv(b"\xa0", extension))
    imsi = tlv(b"\x80", encode_tbcd(IMSI.digits))
    return tlv(b"\x30", imsi + bytes.fromhex("020101") + container)


@pytest.mark.parametrize(
    ("octets", "failure", "said"),
    [
        (extended(b""), MapErrorReturned, "argument missing"),
        (extended(bytes.fromhex("30023000")), OperationRejected, "argument mistyped"),
        (b"\5\0", OperationRejected, "argument mistyped"),
    ],
)
async def test_an_argument_that_cannot_be_used(
    network: Network,
    monkeypatch: pytest.MonkeyPatch,
    log: list[structlog.typing.EventDict],
    tmp_path: Path,
    octets: bytes,
    failure: type[MapFailure],
    said: str,
) -> None:
    """Who sent it is a line of the log; it is one of the audit too if it tells whose it is."""
    made = replace(ASKED[Encoding.EXTENSION], encode_argument=lambda _: octets)
    monkeypatch.setitem(ASKED, Encoding.EXTENSION, made)
    audit = tmp_path / "audit.jsonl"
    async with network(f'audit.file="{audit}"') as mkef:
        with pytest.raises(failure) as caught:
            await mkef.send_authentication_info(HLR, argument(), encoding=Encoding.EXTENSION)
    if isinstance(caught.value, MapErrorReturned):
        assert caught.value.error is MapUserError.DATA_MISSING
    (logged,) = [line for line in log if line["event"] == "MAP argument refused"]
    assert (logged["outcome"], logged["caller"]) == (said, "PC 2 SSN 149")
    assert logged["association"].startswith("127.0.0.1:")
    audited = [json.loads(line) for line in audit.read_text().splitlines()]
    known = octets != b"\5\0"
    assert [line["imsi"] for line in audited] == [IMSI.short] * known
    same = ("outcome", "caller", "association", "zr_otid")
    assert [[line[k] for k in same] for line in audited] == [[logged[k] for k in same]] * known


async def test_an_hlr_without_the_variant_answers_another_rand(network: Network) -> None:
    async with network("variant=false") as mkef:
        answer = await mkef.send_authentication_info(HLR, argument(), encoding=Encoding.EXTENSION)
    assert [vector.rand != RAND for vector in answer.quintuplets] == [True]


async def test_a_fault_is_in_force_while_it_serves(network: Network, config_file: Path) -> None:
    """Within a second, and no longer than a second after it was taken back."""
    store = open_subscribers(load(config_file, HlrConfig))

    async def errors(mkef: SigtranNode) -> AsyncIterator[int | None]:
        arg = argument(variant=False)  # which has no quota
        while True:
            try:
                await mkef.send_authentication_info(HLR, arg, encoding=Encoding.EXTENSION)
                yield None
            except MapErrorReturned as error:
                yield error.error

    with closing(store):
        async with network() as mkef:
            add_fault(store.database, Fault.parse("error=data-missing"))
            seen = errors(mkef)
            error = await anext(error async for error in seen if error is not None)
            assert error is MapUserError.DATA_MISSING
            clear_faults(store.database)
            assert await anext(error is None async for error in seen if error is None)


async def test_a_use_whose_asker_goes_in_a_delay_is_an_audit_line(
    network: Network, config_file: Path, tmp_path: Path
) -> None:
    with closing(open_subscribers(load(config_file, HlrConfig))) as store:
        add_fault(store.database, Fault.parse("delay=3600", IMSI.digits))
    audit = tmp_path / "audit.jsonl"
    async with network(f'audit.file="{audit}"') as mkef:
        ask = partial(mkef.send_authentication_info, HLR, encoding=Encoding.EXTENSION)
        asking = asyncio.create_task(ask(argument()))
        with pytest.raises(MapErrorReturned):  # whose answer comes when the first is waited for
            await ask(argument(Imsi("001019999999999"), variant=False))
        asking.cancel()
    (line,) = map(json.loads, audit.read_text().splitlines())
    assert (line["outcome"], line["imsi"]) == ("fault:delay=3600", IMSI.short)


async def test_subscribers_are_counted_while_it_serves(
    config_file: Path, subscriber: Subscriber
) -> None:
    config = load(config_file, HlrConfig, ["metrics.listen=127.0.0.1:0"])

    async def counted(hlr: HlrNode) -> AsyncIterator[float]:
        async with ClientSession() as http:
            while True:
                async with http.get(f"http://{hlr.addresses['metrics']}/metrics") as answer:
                    text = await answer.text()
                yield float(text.partition("\nhlr_stub_subscribers ")[2].partition("\n")[0])

    async with asyncio.timeout(10), HlrNode(config) as hlr:
        counts = counted(hlr)
        assert await anext(counts) == 0
        with closing(open_subscribers(config)) as store:
            store.add(subscriber)
            assert await anext(count async for count in counts if count) == 1
            store.remove(IMSI)
            assert await anext(count async for count in counts if not count) == 0


async def test_an_hlr_without_the_variant_rejects_its_operation(network: Network) -> None:
    async with network("variant=false") as mkef:
        with pytest.raises(OperationRejected):
            await mkef.send_authentication_info(HLR, argument(), encoding=Encoding.OPERATION)


async def test_it_starts_again_with_the_same_store(config_file: Path) -> None:
    config = load(config_file, HlrConfig)
    for _ in range(2):
        async with asyncio.timeout(10), HlrNode(config) as hlr:
            assert hlr.addresses["m3ua_tcp"].startswith("127.0.0.1:")


async def test_postgresql_gone_in_the_middle_is_a_system_failure(
    network: Network, postgresql: Any
) -> None:
    """For as long as it is gone: nothing is lost, and nobody restarts the HLR."""
    url = postgresql.url()

    async def answered(mkef: SigtranNode, *, variant: bool) -> int | None:
        try:
            arg = argument(variant=variant)
            await mkef.send_authentication_info(HLR, arg, encoding=Encoding.EXTENSION)
        except MapErrorReturned as error:
            return error.error
        return None

    async with network(f'store="{url}"') as mkef:
        assert [await answered(mkef, variant=v) for v in (True, False)] == [None, None]
        postgresql.stop()
        try:
            gone = [await answered(mkef, variant=v) for v in (True, False)]
        finally:
            postgresql.start()
        assert gone == [MapUserError.SYSTEM_FAILURE] * 2
        for variant in (True, False):
            while await answered(mkef, variant=variant) is not None:
                pass  # a failed attempt to connect stands for a second
