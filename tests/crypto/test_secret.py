"""Keys do not print, whatever is done to them."""

from __future__ import annotations

import hashlib
import logging
import pprint
import traceback
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkef.crypto.gsm import GsmVector
from mkef.crypto.kdf import Established
from mkef.crypto.milenage import Milenage
from mkef.crypto.secret import Kc, Ki, KMtc, OPc, Secret

KEY = bytes.fromhex("465b5ce8b199b49faa5f0a2ee238a6bc")
KINDS = [(Ki, 16), (OPc, 16), (Kc, 8), (KMtc, 32)]


@dataclass
class Holder:
    key: Ki


def shows(text: str, key: bytes = KEY) -> bool:
    return key.hex() in text.lower() or repr(key)[2:-1] in text or str(list(key)) in text


@pytest.mark.parametrize(
    "shown",
    [
        repr(Ki(KEY)),
        str(Ki(KEY)),
        f"{Ki(KEY)}",
        f"{Ki(KEY)!a}",
        "%s %r" % (Ki(KEY), Ki(KEY)),  # noqa: UP031 - one of the ways to print
        repr(Holder(Ki(KEY))),
        repr([Ki(KEY), {"ki": Ki(KEY)}]),
        pprint.pformat({"ki": Ki(KEY)}),
        repr(Milenage(Ki(KEY), OPc(KEY))),
    ],
)
def test_no_form_shows_the_key(shown: str) -> None:
    assert not shows(shown)


def test_results_do_not_show_their_keys() -> None:
    assert not shows(repr(GsmVector(bytes(4), Kc(KEY[:8]))), KEY[:8])
    assert not shows(repr(Established(KMtc(KEY * 2), bytes(4))))


def test_a_traceback_does_not_show_the_key() -> None:
    with pytest.raises(ValueError, match="Ki has 16 octets, not 15") as caught:
        Ki(KEY[:15])
    text = "".join(traceback.format_exception(caught.value))
    assert not shows(text, KEY[:15])


def test_a_log_record_does_not_show_the_key(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("test").warning("keys %s %r", Ki(KEY), {"ki": Ki(KEY)})
    assert not shows(caplog.text)


@pytest.mark.parametrize(("kind", "length"), KINDS)
def test_sizes_are_checked_at_the_door(kind: type[Secret], length: int) -> None:
    assert kind(bytes(length)).octets == bytes(length)
    for wrong in (0, length - 1, length + 1):
        with pytest.raises(ValueError, match=f"{kind.__name__} has {length} octets, not {wrong}"):
            kind(bytes(wrong))


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=16, max_size=16))
def test_equal_means_same_kind_and_octets(a: bytes, b: bytes) -> None:
    assert (Ki(a) == Ki(b)) is (a == b)
    assert Ki(a) == Ki(bytes(a))
    assert Ki(a) != OPc(a)
    assert Ki(a) != a


def test_a_secret_is_no_dictionary_key() -> None:
    with pytest.raises(TypeError, match="unhashable"):
        hash(Ki(KEY))


def test_the_fingerprint_is_of_the_digest() -> None:
    assert Ki(KEY).fingerprint == hashlib.sha256(KEY).hexdigest()[:8]
