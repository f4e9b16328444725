"""A server on loopback: what peers say to it, well or badly, and what they hear."""

from __future__ import annotations

import asyncio
import gc
import socket
import ssl
import weakref
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from typing import Any

import pytest
from diameter.message import Message as ForeignMessage
from diameter.message.commands import CapabilitiesExchangeRequest, DeviceWatchdogRequest
from msgspec import structs
from structlog.testing import capture_logs
from waiting import until

from mkef.net.diameter_section import DiameterSection
from mkef.net.endpoint import Endpoint, NetworkError
from mkef.net.sources import Sources
from mkef.stack.diameter_access import Remote
from mkef_codecs.diameter.commands import Body, Message, decode, encode, encode_answer
from mkef_codecs.diameter.errors import InvalidAvpValue
from mkef_codecs.diameter.header import Header
from mkef_codecs.generated.diameter import ANSWER, CEA, DPA, DPR, DWA, DWR, MKA, MKR

FROM_PEER = {"origin_host": "mtc.example", "origin_realm": "example"}
DWR_OF_PEER = DWR(**FROM_PEER)


async def test_a_request_is_answered(serving: Any, speaking: Any, ask: Any) -> None:
    async with serving() as server, speaking(server.address) as peer:
        greeting = await peer.introduce()
        assert isinstance(greeting.body, CEA)
        assert greeting.body.host_ip_address == ["127.0.0.1"]
        peer.say(ask(), 42)
        reply = await peer.hear()
        assert isinstance(reply.body, MKA)
        assert (reply.body.result_code, reply.header.hop_by_hop) == (2001, 42)


async def test_python_diameter_is_understood(serving: Any, speaking: Any) -> None:
    """Its codec on a socket of ours: CER and CEA, DWR and DWA."""
    cer = CapabilitiesExchangeRequest()
    cer.origin_host, cer.origin_realm = b"foreign.example", b"example"
    cer.host_ip_address, cer.vendor_id, cer.product_name = ["127.0.0.1"], 0, "python-diameter"
    cer.auth_application_id = [16781313]
    dwr = DeviceWatchdogRequest()
    dwr.origin_host, dwr.origin_realm = b"foreign.example", b"example"
    async with serving() as server, speaking(server.address) as peer:
        peer.write(cer.as_bytes() + dwr.as_bytes())
        cea = ForeignMessage.from_bytes(await peer.octets())
        assert (cea.result_code, cea.origin_host) == (2001, b"mkef.home.example")
        assert cea.vendor_specific_application_id[0].auth_application_id == 16781313
        assert ForeignMessage.from_bytes(await peer.octets()).result_code == 2001


async def test_octets_in_any_pieces(serving: Any, speaking: Any, ask: Any) -> None:
    async with serving() as server, speaking(server.address) as peer:
        stream = encode(peer.capabilities(), 1, 1) + encode(ask(), 2, 2) + encode(ask(), 3, 3)
        for octet in stream:
            peer.write(bytes((octet,)))
            await peer.writer.drain()
        heard = {(await peer.hear()).header.hop_by_hop for _ in range(3)}
        assert heard == {1, 2, 3}


def oversized() -> bytes:
    return b"\1\xff\xff\xff" + bytes(100)


BAD_STREAMS = {
    "length below the header": b"\1\0\0\0" + bytes(16),
    "length beyond the limit": oversized(),
    "HTTP": b"GET / HTTP/1.1\r\nHost: mkef\r\n\r\n",
    "a TLS hello": bytes.fromhex("16030102000100"),
    "a request before capabilities": encode(DWR_OF_PEER, 1, 1),
    "an answer to nothing": encode(DWA(result_code=2001, **FROM_PEER), 1, 1),
}


@pytest.mark.parametrize("octets", BAD_STREAMS.values(), ids=BAD_STREAMS)
async def test_a_bad_stream_ends_its_connection_alone(
    serving: Any, speaking: Any, octets: bytes
) -> None:
    async with serving() as server, speaking(server.address) as good:
        await good.introduce()
        async with speaking(server.address) as bad:
            bad.write(octets)
            assert await bad.end() == b""
        async with speaking(server.address) as turned:
            await turned.introduce()
            turned.write(oversized())
            assert await turned.end() == b""
        good.say(DWR_OF_PEER)
        assert isinstance((await good.hear()).body, DWA)


@pytest.mark.parametrize("octets", [b"", b"GET / HTTP/1.1\r\n\r\n"], ids=["nothing", "no TLS"])
@pytest.mark.parametrize("tls", [False, True], ids=["TCP", "TLS"])
async def test_the_end_of_a_peer_says_from_where_it_came(
    serving: Any, speaking: Any, lab: Any, tls: bool, octets: bytes
) -> None:
    section = lab.section("mkef.home.example") if tls else None
    with capture_logs() as logs:
        async with serving(tls=section) as server:
            async with speaking(server.address) as peer:
                local = Endpoint(*peer.writer.get_extra_info("sockname"))
                peer.write(octets)
                peer.writer.write_eof()
                await peer.end()
            await until(lambda: logs)
            assert logs[0]["event"] in {"peer lost", "peer closed"}
            name, _, ends = logs[0]["over"].partition(" ")
            assert ends == f"{server.address} > {local}"
            assert name.startswith("TLS" if tls else "TCP")


async def test_a_stream_without_messages_is_reset(serving: Any, speaking: Any) -> None:
    """Clause 2.1: what cannot be read ends the transport with a reset, not in good order."""
    async with serving() as server, speaking(server.address) as peer:
        await peer.introduce()
        peer.write(b"\1\0\0\0" + bytes(16))
        with pytest.raises(ConnectionResetError):
            await peer.reader.read()


async def test_malformed_messages_are_answered_and_leave_others_unharmed(
    serving: Any, speaking: Any, ask: Any
) -> None:
    async with serving() as server, speaking(server.address) as good:
        await good.introduce()
        async with speaking(server.address) as bad:
            await bad.introduce()
            for identifier, header in enumerate(
                (
                    Header(0xC0, 999, 16777251, 7, 7),
                    Header(0xC0, MKR.COMMAND, 16777251, 8, 8),
                    Header(0xE0, MKR.COMMAND, MKR.APPLICATION, 9, 9),
                ),
                7,
            ):
                bad.write(header.encode(b""))
                reply = await bad.hear()
                assert isinstance(reply.body, ANSWER)
                assert reply.body.result_code in {3001, 3007, 3008}
                assert reply.header.hop_by_hop == identifier
            bad.say(ask(), 10)
            assert isinstance((await bad.hear()).body, MKA)
        good.say(ask())
        assert isinstance((await good.hear()).body, MKA)


async def failing(message: Message, _remote: Remote) -> Body:
    assert isinstance(message.body, MKR)
    if message.body.user_name == "invalid":
        raise InvalidAvpValue("no digits", failed_avp=bytes.fromhex("0000000140000008"))
    if message.body.user_name == "unsendable":
        return MKA(
            session_id="s", auth_session_state=1, origin_host="no host", origin_realm="example"
        )
    raise RuntimeError("a mistake of ours")


@pytest.mark.parametrize(
    ("user_name", "result_code", "text"),
    [
        ("001010123456789", 5012, "internal error"),
        ("invalid", 5004, "no digits"),
        ("unsendable", 5004, "a Diameter identity"),
    ],
)
async def test_a_handler_that_fails_is_answered_and_the_node_lives(
    serving: Any, speaking: Any, ask: Any, user_name: str, result_code: int, text: str
) -> None:
    async with serving(failing) as server, speaking(server.address) as peer:
        await peer.introduce()
        for identifier in (5, 6):
            peer.say(ask(user_name=user_name), identifier)
            reply = await peer.hear()
            assert isinstance(reply.body, MKA)
            assert (reply.body.result_code, reply.header.hop_by_hop) == (result_code, identifier)
            assert reply.body.session_id == "mtc.example;1;1"
            assert text in bytes(reply.body.others[0].data).decode()
            assert bool(reply.body.failed_avp) == (user_name == "invalid")


async def test_requests_are_served_side_by_side(serving: Any, speaking: Any, ask: Any) -> None:
    gate = asyncio.Event()

    async def second_first(message: Message, _remote: Remote) -> Body:
        if message.header.hop_by_hop == 1:
            await gate.wait()
        gate.set()
        body = message.body
        assert isinstance(body, MKR)
        return MKA(session_id=body.session_id, auth_session_state=1, **FROM_PEER)

    async with serving(second_first) as server, speaking(server.address) as peer:
        await peer.introduce()
        peer.say(ask(), 1)
        peer.say(ask(), 2)
        assert [(await peer.hear()).header.hop_by_hop for _ in range(2)] == [2, 1]


async def test_a_graceful_stop_is_a_dpr(serving: Any, speaking: Any) -> None:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(serving())
        peer = await stack.enter_async_context(speaking(server.address))
        await peer.introduce()
        stopping = asyncio.create_task(server.__aexit__(None, None, None))
        dpr = await peer.hear()
        assert isinstance(dpr.body, DPR)
        assert not stopping.done()
        peer.say(DPA(result_code=2001, **FROM_PEER), dpr.header.hop_by_hop)
        assert await peer.end() == b""
        await stopping
        stack.pop_all()
        peer.writer.transport.abort()


async def test_a_stop_does_not_wait_for_ever(
    quick: None, serving: Any, speaking: Any, ask: Any
) -> None:
    """Neither for a peer that answers no DPR nor for a request under way."""
    serving_began, cancelled = asyncio.Event(), asyncio.Event()

    async def never(_message: Message, _remote: Remote) -> Body:
        serving_began.set()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()
        raise AssertionError

    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(serving(never))
        peer = await stack.enter_async_context(speaking(server.address))
        silent = await stack.enter_async_context(speaking(server.address))
        await peer.introduce()
        peer.say(ask())
        await serving_began.wait()
        await stack.pop_all().__aexit__(None, None, None)
        assert cancelled.is_set()
        del silent


async def test_the_peers_dpr_is_answered(serving: Any, speaking: Any) -> None:
    async with serving() as server, speaking(server.address) as peer:
        await peer.introduce()
        peer.say(DPR(**FROM_PEER, disconnect_cause=2))
        assert isinstance((await peer.hear()).body, DPA)
        assert server.peers == ["mtc.example"]  # clause 5.4: whoever sent DPR closes the transport
        peer.writer.write_eof()
        assert await peer.end() == b""
        assert server.peers == []


async def test_a_peer_that_says_nothing_is_closed(
    monkeypatch: pytest.MonkeyPatch, serving: Any, speaking: Any
) -> None:
    async with AsyncExitStack() as stack:
        monkeypatch.setattr("mkef.net.diameter.EXCHANGE_S", 0.02)
        server = await stack.enter_async_context(serving())
        peer = await stack.enter_async_context(speaking(server.address))
        assert await peer.end() == b""


async def test_a_peer_that_falls_silent_is_noticed(serving: Any, speaking: Any) -> None:
    """DWR after Tw, the end after three; a jitter of 8 ms."""
    sources = Sources(octets=lambda n: bytes((128,)) * n)
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(serving(watchdog_s=0.02, sources=sources))
        peer = await stack.enter_async_context(speaking(server.address))
        await peer.introduce()
        dwr = await peer.hear()
        assert isinstance(dwr.body, DWR)
        peer.say(DWA(result_code=2001, **FROM_PEER), dwr.header.hop_by_hop)
        assert isinstance((await peer.hear()).body, DWR)
        assert await peer.end() == b""


async def test_ipv6(serving: Any, speaking: Any) -> None:
    if not socket.has_ipv6:
        pytest.skip("this host has no IPv6")
    try:
        async with serving(listen=Endpoint("::1", 0)) as server:
            assert server.address.startswith("[::1]:")
            async with speaking(server.address) as peer:
                greeting = await peer.introduce()
                assert isinstance(greeting.body, CEA)
                assert greeting.body.host_ip_address == ["::1"]
    except NetworkError as error:
        pytest.skip(str(error))


async def test_a_port_in_use_is_one_clear_line(serving: Any) -> None:
    async with serving() as server:
        with pytest.raises(NetworkError) as caught:
            async with serving(listen=Endpoint.parse(server.address)):
                pass
        assert f"cannot listen on {server.address}: the port is in use" in str(caught.value)
        assert "\n" not in str(caught.value)


async def test_an_address_of_another_host_is_one_clear_line(serving: Any) -> None:
    with pytest.raises(NetworkError, match="this host does not have that address"):
        async with serving(listen=Endpoint("192.0.2.1", 0)):
            pass


@pytest.mark.parametrize(
    ("endpoint", "tls", "insecure", "fine"),
    [
        ("127.0.0.1:3868", False, False, True),
        ("[::1]:3868", False, False, True),
        ("localhost:3868", False, False, True),
        ("192.0.2.1:3868", False, False, False),
        ("0.0.0.0:3868", False, False, False),
        ("[::]:3868", False, False, False),
        ("mkef.example:3868", False, False, False),
        ("0.0.0.0:3868", True, False, True),
        ("0.0.0.0:3868", False, True, True),
    ],
)
def test_plain_tcp_stays_on_loopback(
    lab: Any, endpoint: str, tls: bool, insecure: bool, fine: bool
) -> None:
    parsed = Endpoint.parse(endpoint)
    section = DiameterSection(
        origin_host="mkef.example",
        origin_realm="example",
        tls=lab.section("mkef.home.example") if tls else None,
        insecure=insecure,
    )
    if fine:
        section.require_tls("Zk", parsed)
        return
    with pytest.raises(NetworkError, match="not on loopback and has no TLS"):
        section.require_tls("Zk", parsed)


async def test_an_answer_to_a_request_and_a_close_notify_in_one_segment(
    serving: Any, lab: Any, raw_capabilities: Any, ask: Any
) -> None:
    """It is written before the end; the peer's half of the TLS is driven by hand."""
    errors: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: errors.append(context))

    def at_once(request: Message, _remote: Remote) -> Body:
        return MKA(
            session_id=request.body.session_id,  # type: ignore[union-attr]
            auth_session_state=1,
            result_code=2001,
            origin_host="mkef.home.example",
            origin_realm="home.example",
        )

    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = lab.raw("mtc.example").wrap_bio(incoming, outgoing)
    async with serving(at_once, tls=lab.section("mkef.home.example")) as server:
        endpoint = Endpoint.parse(server.address)
        reader, writer = await asyncio.open_connection(endpoint.host, endpoint.port)

        async def drive(step: Callable[[], Any]) -> Any:
            while True:
                try:
                    return step()
                except ssl.SSLWantReadError:
                    writer.write(outgoing.read())
                    incoming.write(await reader.read(65_536))

        await drive(tls.do_handshake)
        tls.write(encode(raw_capabilities(), 1, 1))
        assert isinstance(decode(await drive(lambda: tls.read(65_536))).body, CEA)
        tls.write(encode(ask(), 2, 2))
        with suppress(ssl.SSLWantReadError):
            tls.unwrap()
        assert isinstance(decode(await drive(lambda: tls.read(65_536))).body, MKA)
        assert await reader.read() == b""
        writer.close()
    assert errors == []


async def test_nothing_holds_a_connection_that_has_ended(
    serving: Any, speaking: Any, lab: Any
) -> None:
    """No timer of its handshake or of its close."""
    async with serving(tls=lab.section("mkef.home.example")) as server:
        async with speaking(server.address, lab.raw("mtc.example")) as peer:
            await peer.introduce()
            (ended,) = (weakref.ref(link) for link in server._links)
            server.reload(structs.replace(server._section, peers=("other.example",)))
            dpr = await peer.hear()
            peer.write(encode_answer(DPA(result_code=2001, **FROM_PEER), dpr.header))
            await peer.end()
        await until(lambda: not server._links)
        gc.collect()
        assert ended() is None
