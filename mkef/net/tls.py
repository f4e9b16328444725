"""TLS on a `ssl.MemoryBIO` driven by hand: 19 KiB an idle peer, where asyncio's own costs 278."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from mkef.net.channel import Channel, User
from mkef.net.endpoint import NetworkError
from mkef.net.section import Section

_RECORD = 65_536


class TlsSection(Section, frozen=True):
    """`tls`: this node's certificate and key and the authority it trusts, PEM files."""

    certificate: Path
    key: Path
    authority: Path
    key_log: Path | None = None  # session secrets for Wireshark; only for a lab


def make_context(section: TlsSection, *, server_side: bool) -> ssl.SSLContext:
    """TLS 1.2 or 1.3 with certificates on both sides (RFC 6733 clause 13.1).

    The name in the certificate is compared with the Origin-Host, not with an address.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if server_side else ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_REQUIRED
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    files = (
        (section.authority, "`mkef pki init` makes an authority"),
        (section.certificate, "`mkef pki issue` makes a certificate"),
        (section.key, "`mkef pki issue` makes a key"),
    )
    for file, way_out in files:
        if not file.is_file():
            raise NetworkError(f"{file}: no such file; {way_out}")
    _load(f"{section.authority}", lambda: context.load_verify_locations(section.authority))
    _load(
        f"{section.certificate} with {section.key}",
        lambda: context.load_cert_chain(section.certificate, section.key, _encrypted(section.key)),
    )
    if section.key_log is not None:
        _load(f"{section.key_log}", partial(_keep_keys, context, section.key_log))
    return context


def _encrypted(key: Path) -> Callable[[], str]:
    """Asked for a pass phrase in place of a person at a terminal, which a node does not have."""

    def refuse() -> str:
        raise NetworkError(f"{key}: the key is encrypted; `openssl pkey` writes it in clear")

    return refuse


def _keep_keys(context: ssl.SSLContext, log: Path) -> None:
    log.touch(mode=0o600)  # what it holds opens the connections
    log.chmod(0o600)
    context.keylog_filename = str(log)


def _load(what: str, load: Callable[[], None]) -> None:
    try:
        load()
    except ssl.SSLError as error:
        mismatch = error.reason == "KEY_VALUES_MISMATCH"
        problem = "the key is not the certificate's" if mismatch else "not usable for TLS"
        raise NetworkError(f"{what}: {problem}") from None
    except OSError as error:
        raise NetworkError(f"{what}: {error.strerror}") from None


class TlsChannel(Channel):
    """TLS 1.2 or 1.3 over TCP; up once both certificates are verified."""

    def __init__(
        self,
        user: User,
        context: ssl.SSLContext,
        *,
        server_side: bool,
        server_name: str | None = None,
    ) -> None:
        super().__init__(user)
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls = context.wrap_bio(
            self._incoming, self._outgoing, server_side=server_side, server_hostname=server_name
        )
        self._established = False

    def _begin(self) -> None:
        self._advance()

    def data_received(self, data: bytes) -> None:
        self._incoming.write(data)
        self._advance()

    def eof_received(self) -> None:
        self._incoming.write_eof()

    def _advance(self) -> None:
        try:
            self._handshake_and_read()
        except ssl.SSLWantReadError:
            self._flush()
        except ssl.SSLZeroReturnError:
            # After the user's answers to what came before: it writes them later in this turn.
            asyncio.get_running_loop().call_soon(self.close)
        except ssl.SSLError as error:
            self._failure = f"TLS: {error.reason or error}"
            self._flush()  # the alert tells the peer why
            super().close()

    def _handshake_and_read(self) -> None:
        if not self._established:
            self._tls.do_handshake()
            self._established = True
            self._flush()
            self._user.channel_up(_names(self._tls.getpeercert() or {}))
        while self._transport is not None and (octets := self._tls.read(_RECORD)):
            self._user.channel_octets(octets)
        raise ssl.SSLZeroReturnError

    def _flush(self) -> None:
        if self._outgoing.pending:
            self._put(self._outgoing.read())

    def write(self, messages: Sequence[bytes]) -> None:
        """Send whole messages; nothing happens before the handshake or after the end."""
        open_ = self._transport is not None and not self._transport.is_closing()
        if self._established and open_:
            self._tls.write(b"".join(messages))
            self._flush()

    def close(self) -> None:
        """End the channel after what was written, with a close_notify."""
        if self._established:
            with suppress(ssl.SSLError):  # the peer's own close_notify is not waited for
                self._tls.unwrap()
            self._flush()
        super().close()

    @property
    def description(self) -> str:
        """The real transport and its ends, for captures and logs."""
        return self._describe(self._tls.version() or "TLS")


def _names(certificate: dict[str, Any]) -> frozenset[str]:
    """The dNSNames of a verified certificate, in lower case."""
    entries = certificate.get("subjectAltName", ())
    return frozenset(value.lower() for kind, value in entries if kind == "DNS")
