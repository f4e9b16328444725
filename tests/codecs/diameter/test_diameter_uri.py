"""DiameterURI (RFC 6733 clause 4.3.1), with the examples of that clause."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkef_codecs.diameter.errors import InvalidAvpValue
from mkef_codecs.diameter.uri import DiameterUri

READ = [
    ("aaa://host.example.com;transport=tcp", DiameterUri("host.example.com", 3868, secure=False)),
    (
        "aaa://host.example.com:6666;transport=tcp;protocol=diameter",
        DiameterUri("host.example.com", 6666, secure=False),
    ),
    (
        "aaa://host.example.com;protocol=diameter",
        DiameterUri("host.example.com", 3868, secure=False),
    ),
    (
        "aaas://host.example.com:6666;transport=sctp",
        DiameterUri("host.example.com", 6666, secure=True, transport="sctp"),
    ),
    ("AAAS://Host.example.com", DiameterUri("Host.example.com", 5868, secure=True)),
]
REFUSED = [
    "",
    "host.example.com",
    "http://host.example.com",
    "aaa://",
    "aaa://host.example.com:0",
    "aaa://host.example.com:65536",
    "aaa://host.example.com:6666;transport=udp;protocol=radius",
    "aaa://host.example.com;protocol=tacacs+",
    "aaa://host.example.com;transport=udp",
    "aaa://host.example.com;transport=udp;protocol=diameter",
    "aaa://host.example.com;transport=tls",
    "aaa://a b",
]


@pytest.mark.parametrize(("text", "uri"), READ)
def test_a_uri_is_read(text: str, uri: DiameterUri) -> None:
    assert DiameterUri.parse(text) == uri


@pytest.mark.parametrize("text", REFUSED)
def test_another_text_is_refused(text: str) -> None:
    with pytest.raises(InvalidAvpValue):
        DiameterUri.parse(text)


@given(st.text())
def test_a_value_or_a_codec_error(text: str) -> None:
    try:
        uri = DiameterUri.parse(f"aaa://{text}")
    except InvalidAvpValue:
        return
    assert 0 < uri.port < 65536
