"""The server seen from the wire: copies, replays, changes on the way, and octets of all kinds."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import random
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiocoap
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESCCM

from mkef_codecs.establishment import Profile
from mkef_codecs.identity import Imsi
from mtc.server.contexts import KEEP_PREVIOUS_S
from mtc.server.key_requests import REFUSED_FOR_S, LimitsSection
from mtc.server.keys import KeyUnavailable
from mtc.server.record import SAME_ANSWER_WINDOW_S

Make = Callable[..., Any]

REFUSED = b"\x81"  # 4.01, no option, no payload
FAILED = b"\xa0"  # 5.00
OTHER_RAND = bytes(range(16, 32))


def later(seconds: int) -> bytes:
    """5.03 with Max-Age."""
    return bytes((0xA3, 0xD1, 0x01, seconds))


async def test_three_copies_ask_once_and_deliver_once(
    serving: Make, sender: Make, connect: Make
) -> None:
    device = sender()
    first = device.message()
    async with serving() as server:
        server.keys.gate.clear()
        wires = [await connect(server) for _ in range(3)]
        asking = [asyncio.create_task(wire.ask(device.again(first))) for wire in wires]
        await server.keys.reached.wait()
        server.keys.gate.set()
        answers = set(await asyncio.gather(*asking))
        assert [device.plain(a).payload for a in answers] == [b"stored 1"]
        assert len(server.readings) == len(server.keys.asked) == 1


async def test_a_copy_does_not_cancel_the_work_for_the_message(
    serving: Make, sender: Make, connect: Make
) -> None:
    """The same token from the same address: the library drops the message before."""
    device = sender()
    first = device.message()
    async with serving() as server:
        server.keys.gate.clear()
        wire = await connect(server)
        for _ in range(3):
            wire.send(device.again(first))
        await server.keys.reached.wait()
        asking = asyncio.create_task(wire.ask(device.again(first)))
        other = await connect(server)
        assert await other.ask(sender().datagram(aiocoap.Message(code=aiocoap.GET))) == REFUSED
        server.keys.gate.set()
        answer = await asking
        assert len(server.readings) == len(server.keys.asked) == 1
        assert device.plain(answer).payload == b"stored 1"


async def test_two_readings_before_the_key_share_one_request(
    serving: Make, sender: Make, connect: Make
) -> None:
    device = sender()
    async with serving() as server:
        server.keys.gate.clear()
        wires = [await connect(server) for _ in range(2)]
        asking = [asyncio.create_task(wire.ask(device.message())) for wire in wires]
        await server.keys.reached.wait()
        server.keys.gate.set()
        await asyncio.gather(*asking)
        assert (len(server.readings), len(server.keys.asked)) == (2, 1)
        assert [r.first_under_key for r in server.readings] == [True, False]


async def test_an_empty_ack_goes_before_a_late_answer(
    serving: Make, sender: Make, connect: Make
) -> None:
    device = sender()
    async with serving(empty_ack_delay_s=0.01) as server:
        server.keys.gate.clear()
        wire = await connect(server)
        first = device.message()
        wire.send(first)
        assert await wire.answers.get() == b"\x60\x00" + first[2:4]
        server.keys.gate.set()
        answer = await wire.answers.get()
        assert answer[0] == 0x42  # confirmable, a token of two octets
        assert device.plain(answer[1:2] + answer[6:]).payload == b"stored 1"
        wire.send(b"\x60\x00" + answer[2:4])


async def test_out_of_reach_the_answer_comes_in_the_ack(
    serving: Make, sender: Make, connect: Make
) -> None:
    device = sender()
    async with serving(empty_ack_delay_s=60) as server:
        server.keys.gate.clear()
        wire = await connect(server)
        wire.send(device.message())
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.15):  # longer than the library's own delay
                await wire.answers.get()
        server.keys.gate.set()
        assert (await wire.answers.get())[0] == 0x62  # an ACK, a token of two octets


async def test_a_replay_is_refused_while_the_context_lives(
    serving: Make, sender: Make, connect: Make
) -> None:
    device = sender()
    first = device.message()
    async with serving() as server:
        wire = await connect(server)
        await wire.ask(first)
        assert await wire.ask(device.again(first)) == REFUSED
        assert len(server.readings) == 1


async def test_a_replay_is_refused_when_the_context_is_gone(
    serving: Make, sender: Make, connect: Make
) -> None:
    device, other = sender(), sender(rand=OTHER_RAND, imsi=Imsi("001010123456780"))
    first = device.message()
    async with serving(limits=LimitsSection(contexts=1)) as server:
        wire = await connect(server)
        await wire.ask(first)
        await wire.ask(other.message())
        assert await wire.ask(device.again(first)) == REFUSED
        assert (len(server.readings), len(server.keys.asked)) == (2, 2)


async def test_a_replay_is_refused_after_a_restart(
    serving: Make, sender: Make, connect: Make, time: Any
) -> None:
    device = sender()
    first = device.message()
    async with serving(sources=time.sources) as server:
        await (await connect(server)).ask(first)
    time.offset = server.keys.lifetime_s + SAME_ANSWER_WINDOW_S - 1
    async with serving(sources=time.sources) as server:
        wire = await connect(server)
        assert await wire.ask(device.again(first)) == REFUSED
        assert await wire.ask(device.message(first=False)) == REFUSED  # keys are not stored
        assert (server.readings, server.keys.asked) == ([], [])


async def test_a_refusal_is_remembered_for_a_minute(
    serving: Make, sender: Make, connect: Make, time: Any
) -> None:
    device = sender()
    wrong = bytearray(device.message())
    wrong[28] ^= 1  # in E(RES)
    async with serving(sources=time.sources) as server:
        wire = await connect(server)
        for offset, asked in ((0, 1), (REFUSED_FOR_S - 1, 1), (REFUSED_FOR_S + 1, 2)):
            time.offset = offset
            assert await wire.ask(device.again(bytes(wrong))) == REFUSED
            assert len(server.keys.asked) == asked


async def test_what_is_temporary_is_not_remembered(
    serving: Make, sender: Make, connect: Make
) -> None:
    device = sender()
    async with serving() as server:
        wire = await connect(server)
        server.keys.outcome = KeyUnavailable("overload", retry_after_s=9)
        assert await wire.ask(device.message()) == later(9)
        server.keys.outcome = None
        assert device.plain(await wire.ask(device.message())).payload == b"stored 1"


@pytest.mark.parametrize(
    ("position", "asked"),
    [(-1, 1), (-19, 1), (11, 0), (12, 1), (27, 1), (28, 1), (32, 0), (38, 1), (9, 1)],
    ids=["tag", "code", "profile", "rand", "rand's end", "res", "kid", "kid's end", "partial iv"],
)
async def test_a_bit_changed_on_the_way(
    serving: Make, sender: Make, connect: Make, position: int, asked: int
) -> None:
    """Refused; then the message itself comes and is served all the same."""
    device = sender()
    genuine = device.message()
    changed = bytearray(genuine)
    changed[position] ^= 1
    async with serving() as server:
        wire = await connect(server)
        assert await wire.ask(device.again(bytes(changed))) == REFUSED
        assert len(server.keys.asked) == asked
        assert server.readings == []
        assert device.plain(await wire.ask(device.again(genuine))).payload == b"stored 1"


def unprotected(device: Any, code: Any = aiocoap.POST, **options: Any) -> bytes:
    message = aiocoap.Message(code=code, uri_path=["r"], payload=b"x", **options)
    datagram: bytes = device.datagram(message)
    return datagram


REFUSALS: dict[str, Callable[[Any], bytes]] = {
    "not protected": unprotected,
    "discovery": lambda d: d.datagram(
        aiocoap.Message(code=aiocoap.GET, uri_path=[".well-known", "core"])
    ),
    "another method": lambda d: unprotected(d, aiocoap.GET, oscore=b"\x09\x00" + bytes(7)),
    "EDHOC": lambda d: d.datagram(
        aiocoap.Message(code=aiocoap.POST, uri_path=[".well-known", "edhoc"], payload=b"\xf5")
    ),
    "unknown kid": lambda d: d.message(first=False),
    "empty option": lambda d: unprotected(d, oscore=b""),
    "no kid": lambda d: unprotected(d, oscore=b"\x01\x00"),
    "no Partial IV": lambda d: unprotected(d, oscore=b"\x08" + bytes(7)),
    "Partial IV of 6 octets": lambda d: unprotected(d, oscore=b"\x0e" + bytes(13)),
    "group": lambda d: unprotected(d, oscore=b"\x29\x00" + bytes(7)),
    "kid context cut off": lambda d: unprotected(d, oscore=b"\x19\x00"),
    "kid too long": lambda d: kid_context(d, d.kid_context, kid=bytes(8)),
    "kid that is no IMSI": lambda d: kid_context(d, d.kid_context, kid=bytes(7)),
    "kid context too short": lambda d: kid_context(d, d.kid_context[:-1]),
    "kid context too long": lambda d: kid_context(d, d.kid_context + b"\0"),
    "integrity only": lambda d: kid_context(d, b"\x02" + d.kid_context[1:]),
    "another version": lambda d: kid_context(d, b"\x40" + d.kid_context[1:]),
    "reserved bit": lambda d: kid_context(d, b"\x01" + d.kid_context[1:]),
    "four vectors": lambda d: kid_context(d, b"\x30" + d.kid_context[1:] + bytes(12)),
}


def kid_context(device: Any, octets: bytes, kid: bytes | None = None) -> bytes:
    option = b"\x19\x00" + bytes((len(octets),)) + octets + (kid or device.security.sender_id)
    return unprotected(device, oscore=option)


@pytest.mark.parametrize("case", REFUSALS)
async def test_every_refusal_is_the_same_and_costs_no_key_request(
    serving: Make, sender: Make, connect: Make, case: str
) -> None:
    device = sender()
    async with serving() as server:
        wire = await connect(server)
        assert await wire.ask(REFUSALS[case](device)) == REFUSED
        assert (server.readings, server.keys.asked) == ([], [])


async def test_the_key_before_serves_for_a_minute(
    serving: Make, sender: Make, connect: Make, time: Any
) -> None:
    old, new = sender(), sender(rand=OTHER_RAND)
    async with serving(sources=time.sources) as server:
        wire = await connect(server)
        for device, first in ((old, True), (new, True), (old, False), (new, False)):
            assert device.plain(await wire.ask(device.message(first=first))).code.is_successful()
        time.offset = KEEP_PREVIOUS_S + 1
        assert await wire.ask(old.message(first=False)) == REFUSED
        assert new.plain(await wire.ask(new.message(first=False))).payload == b"stored 3"


async def test_a_key_nobody_has_used_does_not_displace_the_current_one(
    serving: Make, sender: Make, connect: Make
) -> None:
    old, new = sender(), sender(rand=OTHER_RAND)
    tampered = bytearray(new.message())
    tampered[-1] ^= 1
    async with serving() as server:
        wire = await connect(server)
        await wire.ask(old.message())
        for _ in range(3):
            assert await wire.ask(old.again(bytes(tampered))) == REFUSED
        assert old.plain(await wire.ask(old.message(first=False))).payload == b"stored 2"
        assert len(server.keys.asked) == 2


@pytest.mark.parametrize("limits", [{"pending": 1}, {"pending_per_source": 1}])
async def test_key_requests_are_bounded(
    serving: Make, sender: Make, connect: Make, limits: dict[str, int]
) -> None:
    device, other = sender(), sender(rand=OTHER_RAND)
    async with serving(limits=LimitsSection(**limits)) as server:
        server.keys.gate.clear()
        wire, another = await connect(server), await connect(server)
        asking = asyncio.create_task(wire.ask(device.message()))
        await server.keys.reached.wait()
        assert await another.ask(other.message()) == later(5)
        server.keys.gate.set()
        assert device.plain(await asking).payload == b"stored 1"
        assert other.plain(await another.ask(other.message())).payload == b"stored 1"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"uri_path": ["s"]}, aiocoap.NOT_FOUND),
        ({"uri_path": []}, aiocoap.NOT_FOUND),
        ({"code": aiocoap.GET}, aiocoap.METHOD_NOT_ALLOWED),
        ({"block1": (0, True, 2)}, aiocoap.BAD_OPTION),
        ({"uri_query": ["x"]}, aiocoap.BAD_OPTION),
    ],
)
async def test_a_verified_message_that_is_no_reading_gets_a_protected_answer(
    serving: Make, sender: Make, connect: Make, options: dict[str, Any], code: Any
) -> None:
    device = sender()
    async with serving() as server:
        answer = device.plain(await (await connect(server)).ask(device.message(**options)))
        assert answer.code == code
        assert server.readings == []


async def test_a_record_that_fails_delivers_nothing(
    serving: Make, sender: Make, connect: Make, tmp_path: Path
) -> None:
    device = sender()
    async with serving() as server:
        wire = await connect(server)
        other = sqlite3.connect(tmp_path / "server.db")
        other.execute("ALTER TABLE first_message RENAME TO elsewhere")
        assert await wire.ask(device.message()) == later(5)
        assert server.readings == []
        other.execute("ALTER TABLE elsewhere RENAME TO first_message")
        other.close()
        assert device.plain(await wire.ask(device.message())).payload == b"stored 1"


async def test_an_application_that_fails_does_not_end_the_server(
    serving: Make, sender: Make, connect: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = sender()
    async with serving() as server:
        wire = await connect(server)
        monkeypatch.setattr("mtc.server.reception.Reading", lambda **_: 1 // 0)
        assert await wire.ask(device.message()) == FAILED
        monkeypatch.undo()
        assert device.plain(await wire.ask(device.message())).payload == b"stored 1"


async def test_the_server_stops_while_a_key_is_awaited(
    serving: Make, sender: Make, connect: Make
) -> None:
    async with serving() as server:
        server.keys.gate.clear()
        (await connect(server)).send(sender().message())
        await server.keys.reached.wait()


async def test_octets_of_all_kinds_do_not_hurt(
    serving: Make, sender: Make, connect: Make, caplog: pytest.LogCaptureFixture
) -> None:
    """No answer is due; the server says nothing on its log and goes on serving."""
    chance = random.Random(8613)
    failures: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: failures.append(context))
    device = sender()
    first = device.message()
    async with serving() as server:
        wire = await connect(server)
        with caplog.at_level(logging.WARNING):
            for _ in range(200):
                wire.send(chance.randbytes(chance.randrange(1, 60)))
                wire.send(b"\x42\x02" + chance.randbytes(chance.randrange(2, 40)))
                changed = bytearray(first)
                changed[chance.randrange(len(changed))] = chance.randrange(256)
                wire.send(bytes(changed[: chance.randrange(1, len(changed) + 1)]))
                await wire.ping()
            fresh = sender(rand=OTHER_RAND, imsi=Imsi("001010123456780"))
            other = await connect(server)
            assert fresh.plain(await other.ask(fresh.message())).payload == b"stored 1"
        assert failures == []
        assert [r for r in caplog.records if r.levelno >= logging.ERROR] == []


def hkdf(secret: bytes, info: bytes, length: int) -> bytes:
    """RFC 5869 with an empty salt; one block is enough."""
    return hmac.digest(hmac.digest(bytes(32), secret, "sha256"), info + b"\x01", "sha256")[:length]


@pytest.mark.parametrize("octet", [0x00, 0x14, 0x28])
def test_the_first_message_made_a_second_way(sender: Make, octet: int) -> None:
    """RFC 8613 clauses 3.2, 5.2 to 5.4 by hand: CBOR written out, HKDF of hmac, AES-CCM alone."""
    profile = Profile.parse(octet)
    device = sender(rand=b"MTCR" + bytes(12) if profile.tagged else bytes(16), profile=profile)
    datagram = device.message(b"21.5 C")
    kid = int("1001010123456789").to_bytes(7, "big")
    context = device.kid_context
    option = b"\x19\x00" + bytes((len(context),)) + context + kid
    size = len(option) - 13
    ciphertext = datagram[6 + 2 + len(option) + 1 :]
    assert datagram[4 : -len(ciphertext)] == b"\x0a\x0b\x9d" + bytes((size,)) + option + b"\xff"

    text = (
        bytes((0x58, len(context))) + context
        if len(context) > 23
        else (bytes((0x40 + len(context),)) + context)
    )
    key = hkdf(device.k_mtc.octets, b"\x85\x47" + kid + text + b"\x0a\x63Key\x10", 16)
    iv = hkdf(device.k_mtc.octets, b"\x85\x40" + text + b"\x0a\x62IV\x0d", 13)
    nonce = bytes(a ^ b for a, b in zip(iv, b"\x07" + kid + bytes(5), strict=True))
    external = b"\x85\x01\x81\x0a\x47" + kid + b"\x41\x00\x40"
    aad = b"\x83\x68Encrypt0\x40" + bytes((0x40 + len(external),)) + external
    plain = AESCCM(key, tag_length=8).decrypt(nonce, ciphertext, aad)
    assert plain == b"\x02\xb1r\xff21.5 C"
    assert hashlib.sha256(device.k_mtc.octets).hexdigest()[:8] == device.k_mtc.fingerprint
