"""What the MTC Server does with a request (protocol.md clause 4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aiocoap
import structlog
from aiocoap import error as coap_error

from mkef.net.sources import Sources
from mkef.net.store import StoreError
from mkef_codecs.errors import CodecError
from mkef_codecs.establishment import KidContext, decode_kid
from mkef_codecs.identity import Imsi, ServerId
from mtc.oscore import READINGS_PATH, OscoreOption, SecurityContext
from mtc.server.contexts import Contexts, DeviceContext
from mtc.server.key_requests import RETRY_AFTER_S, KeyRequests
from mtc.server.keys import KeyClient, KeyGrant, KeyRefused, KeyUnavailable
from mtc.server.reading import Reading
from mtc.server.record import Record

_log = structlog.get_logger()


class NotVerified(Exception):
    """A request that no context of ours protects: answered like every permanent refusal."""


class Reception:
    """Takes each request to its security context, asks for a missing key, delivers once."""

    def __init__(
        self,
        server_id: ServerId,
        keys: KeyClient,
        *,
        requests: KeyRequests,
        contexts: Contexts,
        record: Record,
        deliver: Callable[[Reading], None],
        sources: Sources,
    ) -> None:
        self._server_id = server_id
        self._keys = keys
        self._requests = requests
        self._contexts = contexts
        self._record = record
        self._deliver = deliver
        self._sources = sources

    async def answer(self, request: Any, source: str) -> Any:
        """The CoAP response to a CoAP request from an address; nothing but that comes of it."""
        try:
            return await self._serve(request, source)
        except (NotVerified, CodecError) as refusal:
            # Anyone can send these, as many as they like: no line each in service.
            _log.debug("not verified", source=source, reason=str(refusal))
            return aiocoap.Message(code=aiocoap.UNAUTHORIZED)
        except KeyRefused as refusal:
            _log.info("refused", session_id=refusal.session_id, source=source, reason=str(refusal))
            return aiocoap.Message(code=aiocoap.UNAUTHORIZED)
        except KeyUnavailable as cause:
            _log.warning(
                "unavailable", session_id=cause.session_id, source=source, reason=str(cause)
            )
            return try_later(cause.retry_after_s)
        except StoreError as error:
            _log.error("record failed", error=str(error))
            return try_later(RETRY_AFTER_S)
        except Exception:  # noqa: BLE001 - one request must not take the server down
            _log.exception("request failed", source=source)
            return aiocoap.Message(code=aiocoap.INTERNAL_SERVER_ERROR)

    async def _serve(self, request: Any, source: str) -> Any:
        option = _oscore_option(request)
        contexts = self._contexts.find(option.kid, option.kid_context)
        if not contexts:
            contexts = (await self._establish(option, source),)
        context, message, request_id = _verify(request, contexts)
        await self._remember(context)
        response, _ = context.security.protect(self._apply(context, message), request_id)
        return response

    async def _establish(self, option: OscoreOption, source: str) -> DeviceContext:
        """A context for a kid context not seen before."""
        if option.kid_context is None:
            raise NotVerified("no context of this kid")
        imsi = decode_kid(option.kid)
        kid_context = KidContext.decode(option.kid_context)
        if kid_context.profile.integrity_only:
            raise NotVerified("profile without encryption")
        key_id = (option.kid, option.kid_context)

        async def ask() -> DeviceContext:
            if await self._record.knows(key_id):
                raise KeyRefused("the first message of this key was delivered before")
            grant = await self._keys.request_key(imsi, kid_context)
            self._check(grant, imsi)
            _log.info(
                "key granted",
                session_id=grant.session_id,
                imsi=imsi,
                k_mtc_fingerprint=grant.k_mtc.fingerprint,
            )
            security = SecurityContext.of_server(grant.k_mtc, *key_id)
            granted_at = self._sources.timer()
            context = DeviceContext(key_id, imsi, kid_context, grant, security, granted_at)
            self._contexts.add(context)
            return context

        return await self._requests.share(key_id, source, ask)

    def _check(self, grant: KeyGrant, imsi: Imsi) -> None:
        """A key that is bound to another server's identity, or has expired, is no key of ours."""
        session_id = grant.session_id
        if grant.server_id != self._server_id:
            other = str(grant.server_id)
            _log.error("key of another server", session_id=session_id, imsi=imsi, server_id=other)
            raise KeyRefused(f"granted for {grant.server_id}", session_id=session_id)
        if grant.expires_at <= self._sources.clock():
            expired = grant.expires_at
            _log.error("key has expired", session_id=session_id, imsi=imsi, expires_at=expired)
            raise KeyRefused("granted with an expiry in the past", session_id=session_id)

    async def _remember(self, context: DeviceContext) -> None:
        """Before the first delivery: durable, so that no restart delivers the message again."""
        async with context.recording:
            if not context.recorded:
                context.recorded = await self._record.add(context.key_id, context.grant.expires_at)
        if not context.recorded:
            raise NotVerified("the first message of this key was delivered before")
        self._contexts.confirm(context)

    def _apply(self, context: DeviceContext, message: Any) -> Any:
        """The application: POST to the one resource, which stores the reading."""
        if any(o.number.is_critical() and o.number != _URI_PATH for o in message.opt.option_list()):
            return aiocoap.Message(code=aiocoap.BAD_OPTION)
        if message.opt.uri_path != READINGS_PATH:
            return aiocoap.Message(code=aiocoap.NOT_FOUND)
        if message.code is not aiocoap.POST:
            return aiocoap.Message(code=aiocoap.METHOD_NOT_ALLOWED)
        self._deliver(self._reading(context, message.payload))
        context.delivered += 1
        payload = b"stored %d" % context.delivered
        return aiocoap.Message(code=aiocoap.CHANGED, payload=payload)

    def _reading(self, context: DeviceContext, octets: bytes) -> Reading:
        return Reading(
            imsi=context.imsi,
            octets=octets,
            profile=context.kid_context.profile,
            k_mtc_fingerprint=context.grant.k_mtc.fingerprint,
            strength_bits=context.grant.strength_bits,
            first_under_key=context.delivered == 0,
            time=self._sources.clock(),
        )


_URI_PATH = aiocoap.numbers.OptionNumber.URI_PATH


def _oscore_option(request: Any) -> OscoreOption:
    """What a protected request says in the clear; the outer code is POST or FETCH (RFC 8613)."""
    if request.opt.oscore is None or request.code not in (aiocoap.POST, aiocoap.FETCH):
        raise NotVerified("not protected")
    return OscoreOption.decode(request.opt.oscore)


def _verify(request: Any, contexts: tuple[DeviceContext, ...]) -> tuple[DeviceContext, Any, Any]:
    """The first context under which the request verifies, the plain message and its identifiers."""
    for context in contexts:
        try:
            return context, *context.security.unprotect(request)
        except (coap_error.Error, ValueError):
            continue  # not this key, a replay, or plaintext that is no CoAP
    raise NotVerified("does not verify, or was seen before")


def try_later(retry_after_s: int) -> Any:
    """5.03 with Max-Age: a new attempt may succeed."""
    return aiocoap.Message(code=aiocoap.SERVICE_UNAVAILABLE, max_age=retry_after_s)
