"""What a device must not forget, and what it must never do twice."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkef.crypto.secret import KMtc
from mkef.net.endpoint import Endpoint
from mkef_codecs.establishment import KidContext, Profile
from mkef_codecs.identity import Imsi, ServerId
from mtc.device.errors import NoAnswer, NoKey, StateError
from mtc.device.rand import draw_rand, first_counter
from mtc.device.state import KeyState, StateFile
from mtc.device.terminal import Terminal
from mtc.oscore import OscoreOption

Make = Callable[..., Any]

IMSI = Imsi("001010123456789")
TAG = b"MTCR"
K_MTC = KMtc(bytes(range(32)))
KEY = KeyState(
    ServerId("mtc.example"), KidContext(Profile(), bytes(16), bytes(4)), K_MTC, created_at=1.5
)


def test_the_state_comes_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "device.json"
    with StateFile(path, IMSI) as file:
        assert file.state.next_counter is None
        file.update(next_counter=7, key=KEY)
        file.update_key(next_sequence=3, confirmed=True)
        before = file.state
    with StateFile(path, IMSI) as file:
        assert file.state == before
        assert file.state.key is not None
        assert file.state.key.next_sequence == 3


def test_the_file_is_its_owners_alone_and_has_a_version(tmp_path: Path) -> None:
    path = tmp_path / "device.json"
    with StateFile(path, IMSI) as file:
        file.update(key=KEY)
        assert K_MTC.octets.hex() not in repr(file.state)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(path.read_text())["version"] == 1
    assert [p.name for p in tmp_path.iterdir() if p.suffix == ".new"] == []


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        '{"imsi": {"digits": "001010123456789"}, "version": 2}',
        '{"imsi": {"digits": "001010123456780"}, "version": 1}',
        '{"imsi": {"digits": "001010123456789"}, "next_counter": "7"}',
        '{"imsi": {"digits": "001010123456789"}, "unknown": 7}',
        '{"imsi": {"digits": "0"}}',
    ],
)
def test_a_state_that_cannot_be_used_is_one_clear_line(tmp_path: Path, content: str) -> None:
    path = tmp_path / "device.json"
    path.write_text(content)
    with pytest.raises(StateError, match=r"device\.json") as caught, StateFile(path, IMSI):
        pass
    assert "\n" not in str(caught.value)
    assert path.read_text() == content


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with (
        pytest.raises(StateError, match="No such file or directory"),
        StateFile(tmp_path / "none" / "device.json", IMSI),
    ):
        pass


def counter(option: OscoreOption) -> int:
    """The counter of a tagged RAND in the kid context."""
    assert option.kid_context is not None
    return int.from_bytes(option.kid_context[5:9], "big")


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[OscoreOption]:
    """What devices put on the wire before they are killed there."""
    options: list[OscoreOption] = []

    async def kill(_terminal: Terminal, message: Any) -> None:
        options.append(OscoreOption.decode(message.opt.oscore))
        raise NoAnswer("killed")

    monkeypatch.setattr(Terminal, "_request", kill)
    return options


async def test_killed_at_each_message_no_nonce_and_no_counter_comes_twice(
    terminal: Make, sent: list[OscoreOption], unused_endpoint: Endpoint
) -> None:
    for i in range(12):
        async with terminal(unused_endpoint, profile=0x14) as device:
            with pytest.raises(NoAnswer):
                await device.send(b"reading", new_key=i % 3 == 0)
    assert len({(o.kid_context, o.partial_iv) for o in sent}) == 12
    counters = [counter(o) for o in sent[::3]]
    assert counters == list(range(counters[0], counters[0] + 4))


async def test_killed_between_counter_and_key_the_counter_is_lost_not_used_again(
    terminal: Make,
    sent: list[OscoreOption],
    unused_endpoint: Endpoint,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = terminal(unused_endpoint, profile=0x04)
    with monkeypatch.context() as patch:
        patch.setattr("mtc.device.keyring.draw_rand", lambda *_: 1 // 0)
        async with first:
            with pytest.raises(ZeroDivisionError):
                await first.send(b"reading")
            stored = first._file.state.next_counter
    async with terminal(unused_endpoint, profile=0x04) as device:
        with pytest.raises(NoAnswer):
            await device.send(b"reading")
    assert counter(sent[0]) == stored


async def test_a_disk_that_is_full_stops_the_message(
    terminal: Make,
    sent: list[OscoreOption],
    unused_endpoint: Endpoint,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    async with terminal(unused_endpoint) as device:
        with pytest.raises(NoAnswer):
            await device.send(b"reading")
        monkeypatch.setattr("os.fsync", full)
        with pytest.raises(StateError, match="No space left"):
            await device.send(b"reading")
        monkeypatch.undo()
    assert len(sent) == 1


@given(
    st.sampled_from([p for p in range(0x30) if not p & 3]),
    st.integers(0, 2**32 - 1),
    st.binary(min_size=16, max_size=16),
)
def test_rand_has_the_format_of_its_profile(octet: int, counter: int, chance: bytes) -> None:
    profile = Profile.parse(octet)
    rand = draw_rand(profile, TAG, counter, lambda n: chance[:n])
    assert len(rand) == 16
    assert rand.startswith(TAG) == profile.tagged
    assert not profile.tagged or rand[4:] == counter.to_bytes(4, "big") + chance[:8]


def test_a_random_rand_that_looks_tagged_is_drawn_again() -> None:
    draws = iter([TAG + bytes(12), bytes(16)])
    assert draw_rand(Profile(), TAG, 0, lambda _: next(draws)) == bytes(16)


def test_chance_that_repeats_itself_ends() -> None:
    with pytest.raises(NoKey, match="randomness"):
        draw_rand(Profile(), TAG, 0, lambda _: TAG + bytes(12))


def test_a_counter_that_is_used_up() -> None:
    with pytest.raises(NoKey, match="counter"):
        draw_rand(Profile(tagged=True), TAG, 1 << 32, bytes)


def test_the_first_counter_is_the_time() -> None:
    assert first_counter(1_767_225_600 + 12.9) == 12
    with pytest.raises(NoKey, match="clock"):
        first_counter(0)
