"""A client that keeps its peer: over TCP and TLS, through time-outs, losses and restarts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from msgspec import structs
from structlog.testing import capture_logs

from mkef.net.diameter import DiameterNode
from mkef.net.diameter_failures import RequestFailed
from mkef.net.endpoint import Endpoint, NetworkError
from mkef.net.sources import Sources
from mkef.net.tls import TlsSection, make_context
from mkef.stack.diameter_access import Remote
from mkef_codecs.diameter.avp import Avp
from mkef_codecs.diameter.commands import Body, Message, decode, encode, encode_answer
from mkef_codecs.generated.diameter import ANSWER, CEA, CER, DPA, DPR, MKA, MKR

FROM_MKEF = {"origin_host": "mkef.home.example", "origin_realm": "home.example"}
SHORT_S = 0.05
LONG_S = 5.0


@pytest.fixture(params=["TCP", "TLS"])
def sections(request: pytest.FixtureRequest, lab: Any) -> tuple[Any, Any]:
    """The server's and the client's TLS section."""
    if request.param == "TCP":
        return None, None
    return lab.section("mkef.home.example"), lab.section("mtc.example")


def result_of(body: Body) -> int | None:
    assert isinstance(body, MKA)
    return body.result_code


async def test_a_request_and_its_answer(
    sections: tuple[Any, Any], serving: Any, asking: Any, ask: Any
) -> None:
    async with (
        serving(tls=sections[0]) as server,
        asking(server.address, tls=sections[1]) as client,
    ):
        assert result_of(await client.request(ask(), LONG_S)) == 2001
        link = await client.connected()
        assert link.remote is not None
        assert link.remote.certified == (sections[0] is not None)
        assert link.channel.description.startswith("TLS" if sections[0] else "TCP")
        many = (client.request(ask(), LONG_S) for _ in range(50))
        assert {result_of(body) for body in await asyncio.gather(*many)} == {2001}


async def test_sessions_have_names_of_their_own(serving: Any, asking: Any) -> None:
    sources = Sources(clock=lambda: 7.5)
    async with serving() as server, asking(server.address, sources=sources) as client:
        assert [client.new_session() for _ in range(2)] == ["mtc.example;7;1", "mtc.example;7;2"]


async def test_end_to_end_identifiers_differ(serving: Any, asking: Any, ask: Any) -> None:
    seen: list[int] = []

    async def note(message: Message, _remote: Remote) -> Body:
        seen.append(message.header.end_to_end)
        return ANSWER(result_code=3004, **FROM_MKEF)

    async with serving(note) as server, asking(server.address) as client:
        bodies = [await client.request(ask(), LONG_S) for _ in range(5)]
    assert all(isinstance(body, ANSWER) for body in bodies)
    assert len(set(seen)) == 5


# TLS: who is refused, and that the client's log says why (protocol.md clause 5).


async def refused(client: DiameterNode) -> str:
    """The reason in the client's log why there is no connection."""
    with capture_logs() as logs:
        while True:
            for entry in logs:
                if entry["event"] == "peer unreachable":
                    assert client.peers == []
                    return str(entry["reason"])
            await asyncio.sleep(0)


async def test_a_client_of_another_authority_is_refused(
    serving: Any, asking: Any, ask: Any, lab: Any, strangers: Any
) -> None:
    stranger = strangers.section("mtc.example", authority=lab.folder / "ca.pem")
    async with serving(tls=lab.section("mkef.home.example")) as server:
        async with asking(server.address, tls=stranger) as client:
            assert await refused(client)
        async with asking(server.address, tls=lab.section("mtc.example")) as client:
            assert result_of(await client.request(ask(), LONG_S)) == 2001


async def test_a_server_of_another_authority_is_refused(
    serving: Any, asking: Any, ask: Any, lab: Any, strangers: Any
) -> None:
    async with (
        serving(tls=strangers.section("mkef.home.example")) as server,
        asking(server.address, tls=lab.section("mtc.example")) as client,
    ):
        assert "CERTIFICATE_VERIFY_FAILED" in await refused(client)


async def test_no_client_certificate_is_refused(serving: Any, speaking: Any, lab: Any) -> None:
    """With TLS 1.3 the client learns of it after its own handshake: no CEA ever comes."""
    async with serving(tls=lab.section("mkef.home.example")) as server:
        with suppress(OSError):  # or the handshake fails already
            async with speaking(server.address, lab.raw(None)) as peer:
                peer.say(peer.capabilities())
                assert await peer.end() == b""
        async with speaking(server.address, lab.raw("mtc.example")) as peer:
            assert isinstance((await peer.introduce()).body, CEA)


async def test_plain_octets_to_a_tls_port_are_closed(serving: Any, speaking: Any, lab: Any) -> None:
    tls = lab.section("mkef.home.example")
    async with serving(tls=tls) as server, speaking(server.address) as peer:
        peer.say(peer.capabilities())
        assert b"mkef" not in await peer.end()


async def test_an_origin_host_that_is_not_in_the_certificate(
    serving: Any, asking: Any, speaking: Any, ask: Any, lab: Any
) -> None:
    """CEA 3010 with the E bit, then the end; a client says so in its log."""
    async with serving(tls=lab.section("mkef.home.example")) as server:
        async with speaking(server.address, lab.raw("mtc.example")) as peer:
            refusal = await peer.introduce(origin_host="other.example")
            assert isinstance(refusal.body, ANSWER)
            assert (refusal.body.result_code, refusal.header.is_error) == (3010, True)
            assert await peer.end() == b""
        section = lab.section("mtc.example")
        async with asking(server.address, tls=section, host="other.example") as client:
            reason = await refused(client)
            assert "CEA 3010 from mkef.home.example" in reason
            assert "the Origin-Host is not in the certificate" in reason


async def test_a_server_that_is_not_the_one_expected(
    serving: Any, asking: Any, ask: Any, lab: Any
) -> None:
    async with serving(tls=lab.section("mkef.home.example")) as server:
        section = lab.section("mtc.example")
        async with asking(server.address, tls=section, expects="other.example") as client:
            assert await refused(client) == "the peer is mkef.home.example, not other.example"


@pytest.mark.parametrize("field", ["certificate", "key", "authority"])
@pytest.mark.parametrize("content", [None, "no PEM"])
def test_files_that_do_not_work_are_one_clear_line(
    lab: Any, tmp_path: Path, field: str, content: str | None
) -> None:
    path = tmp_path / "file.pem"
    if content:
        path.write_text(content)
    section = lab.section("mtc.example")
    fields = {name: getattr(section, name) for name in ("certificate", "key", "authority")}
    for server_side in (True, False):
        with pytest.raises(NetworkError) as caught:
            make_context(TlsSection(**{**fields, field: path}), server_side=server_side)
        assert str(path) in str(caught.value)
        assert "\n" not in str(caught.value)
        assert ("mkef pki i" in str(caught.value)) == (content is None)


def test_the_key_log_is_its_owners_alone(lab: Any, tmp_path: Path) -> None:
    section = lab.section("mtc.example")
    fields = {name: getattr(section, name) for name in ("certificate", "key", "authority")}
    log = tmp_path / "keys.log"
    make_context(TlsSection(**fields, key_log=log), server_side=True)
    assert log.stat().st_mode & 0o777 == 0o600


def test_a_key_log_in_no_folder_is_one_clear_line(lab: Any, tmp_path: Path) -> None:
    section = structs.replace(lab.section("mtc.example"), key_log=tmp_path / "no" / "keys.log")
    with pytest.raises(NetworkError, match=r"keys\.log: No such file or directory"):
        make_context(section, server_side=True)


def test_an_encrypted_key_is_one_clear_line(lab: Any, tmp_path: Path) -> None:
    """Nobody is asked for a pass phrase."""
    section = lab.section("mtc.example")
    key = serialization.load_pem_private_key(section.key.read_bytes(), None)
    encrypted = tmp_path / "encrypted.key"
    encrypted.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"phrase"),
        )
    )
    with pytest.raises(NetworkError, match=r"encrypted\.key: the key is encrypted"):
        make_context(structs.replace(section, key=encrypted), server_side=True)


def test_a_key_of_another_certificate_is_one_clear_line(lab: Any, strangers: Any) -> None:
    section = lab.section("mtc.example")
    mixed = TlsSection(
        certificate=section.certificate,
        key=strangers.folder / "mtc.example.key",
        authority=section.authority,
    )
    with pytest.raises(NetworkError, match="the key is not the certificate's"):
        make_context(mixed, server_side=True)


# Time and loss.


async def test_a_request_without_answer_fails_and_the_next_one_does_not(
    serving: Any, asking: Any, ask: Any
) -> None:
    gate = asyncio.Event()

    async def late(message: Message, _remote: Remote) -> Body:
        assert isinstance(message.body, MKR)
        await gate.wait()
        return MKA(session_id="s", auth_session_state=1, result_code=2001, **FROM_MKEF)

    async with serving(late) as server, asking(server.address) as client:
        await client.connected()
        with pytest.raises(RequestFailed, match="timed out"):
            await client.request(ask(), SHORT_S)
        gate.set()  # the answer to the first comes now, and is nobody's
        assert result_of(await client.request(ask(), LONG_S)) == 2001


async def test_a_caller_that_gives_up_leaves_nothing_behind(
    quick: None, serving: Any, asking: Any, ask: Any
) -> None:
    async def never(_message: Message, _remote: Remote) -> Body:
        await asyncio.Event().wait()
        raise AssertionError

    async with serving(never) as server, asking(server.address) as client:
        link = await client.connected()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(client.request(ask(), LONG_S), SHORT_S)
        assert not link._waiting


async def test_nobody_there(quick: None, serving: Any, asking: Any, ask: Any) -> None:
    async with serving() as server:
        address = server.address
    async with asking(address) as client:
        assert await refused(client) == "Connection refused"
        with pytest.raises(
            RequestFailed,
            match=f"no connection to mkef.home.example at {address}: Connection refused",
        ):
            await client.request(ask(), SHORT_S)


@asynccontextmanager
async def listening(serve: Any) -> AsyncIterator[str]:
    """A raw server: `serve(reader, writer)` for each connection, which ends with it."""
    connections = set[asyncio.Task[None] | None]()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.add(asyncio.current_task())
        with suppress(ConnectionError):
            await serve(reader, writer)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    async with server:
        host, port = server.sockets[0].getsockname()
        yield str(Endpoint(host, port))
    await asyncio.gather(*filter(None, connections))


@pytest.mark.parametrize("tls", [False, True])
async def test_a_server_that_says_nothing(
    quick: None, tls: bool, asking: Any, ask: Any, lab: Any
) -> None:
    """Neither its TLS nor its CEA comes: given up in time, and tried again."""
    ends = asyncio.Queue[None]()

    async def silent(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            await reader.read()
        ends.put_nowait(None)

    section = lab.section("mtc.example") if tls else None
    async with listening(silent) as address, asking(address, tls=section) as client:
        assert await refused(client) == "no answer"
        for _ in range(2):
            await ends.get()


async def test_a_slow_handshake_is_closed(
    quick: None, serving: Any, speaking: Any, lab: Any
) -> None:
    tls = lab.section("mkef.home.example")
    async with serving(tls=tls) as server, speaking(server.address) as slow:
        slow.write(bytes.fromhex("1603"))
        assert await slow.end() == b""


async def test_a_lost_connection_reaches_the_caller(quick: None, asking: Any, ask: Any) -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await respond(reader, writer)
        await read(reader)

    async with listening(hang_up) as address, asking(address) as client:
        with pytest.raises(RequestFailed, match="connection lost"):
            await client.request(ask(), LONG_S)


async def read(reader: asyncio.StreamReader) -> Message:
    head = await reader.readexactly(4)
    return decode(head + await reader.readexactly(int.from_bytes(head[1:], "big") - 4))


async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read a CER, send a CEA."""
    cer = await read(reader)
    assert isinstance(cer.body, CER)
    cea = CEA(result_code=2001, auth_application_id=[16781313], **FROM_MKEF)
    writer.write(encode_answer(cea, cer.header))


async def test_a_server_that_restarts_is_found_again(
    quick: None, serving: Any, asking: Any, ask: Any
) -> None:
    async with serving() as server:
        address = server.address
        async with asking(address) as client:
            assert result_of(await client.request(ask(), LONG_S)) == 2001
            await server.__aexit__(None, None, None)
            async with serving(listen=Endpoint.parse(address)):
                assert result_of(await client.request(ask(), LONG_S)) == 2001


async def test_a_malformed_answer_fails_its_request_alone(
    serving: Any, asking: Any, ask: Any
) -> None:
    async def odd(message: Message, _remote: Remote) -> Body:
        assert isinstance(message.body, MKR)
        body = MKA(session_id="s", auth_session_state=1, result_code=2001, **FROM_MKEF)
        if message.body.user_name == "odd":
            body.others = [Avp(9999, 0, 0x40, b"")]
        return body

    async with serving(odd) as server, asking(server.address) as client:
        with pytest.raises(RequestFailed, match="malformed answer: MKA: unknown AVP 9999"):
            await client.request(ask(user_name="odd"), LONG_S)
        assert result_of(await client.request(ask(), LONG_S)) == 2001


async def test_a_client_takes_no_requests(quick: None, asking: Any, ask: Any) -> None:
    answers = asyncio.Queue[Message]()

    async def turn_round(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await respond(reader, writer)
        writer.write(encode(ask(destination_realm="example"), 5, 5))
        await answers.put(await read(reader))
        await reader.read()

    async with listening(turn_round) as address, asking(address):
        reply = await answers.get()
        assert isinstance(reply.body, ANSWER)
        assert reply.body.result_code == 3001


async def test_a_client_leaves_in_good_order(asking: Any) -> None:
    """DPR, and the connection stays until its DPA."""
    heard = asyncio.Queue[Body | bytes]()

    async def take_leave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await respond(reader, writer)
        dpr = await read(reader)
        await heard.put(dpr.body)
        writer.write(encode_answer(DPA(result_code=2001, **FROM_MKEF), dpr.header))
        await heard.put(await reader.read())

    async with listening(take_leave) as address:
        async with asking(address) as client:
            await client.connected()
        assert isinstance(await heard.get(), DPR)
        assert await heard.get() == b""


@pytest.mark.parametrize("stage", ["connecting", "introducing"])
async def test_a_client_leaves_at_any_stage(quick: None, stage: str, asking: Any, lab: Any) -> None:
    """Nothing stays open when it is stopped before its peer is."""
    arrived, gone = asyncio.Event(), asyncio.Event()

    async def wait(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if stage == "introducing":
            await read(reader)
        arrived.set()
        with suppress(ConnectionError):
            await reader.read()
        gone.set()

    section = lab.section("mtc.example") if stage == "connecting" else None
    async with listening(wait) as address:
        async with asking(address, tls=section):
            await arrived.wait()
        async with asyncio.timeout(LONG_S):
            await gone.wait()
