"""The MTC Device: makes a key by itself and sends each reading in one message."""

from __future__ import annotations

import asyncio
import os
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import aiocoap
from aiocoap import error as coap_error

from mkef.crypto.secret import KMtc
from mkef.net.running import Running
from mkef.net.sources import SYSTEM, Sources
from mkef_codecs.establishment import Profile
from mtc.device.config import MtcDeviceConfig, parse_profile
from mtc.device.errors import NoAnswer, NotStored, NotVerified, Refused, Unavailable
from mtc.device.keyring import Keyring
from mtc.device.state import KeyState, StateFile
from mtc.device.usim import Usim
from mtc.oscore import READINGS_PATH, SecurityContext

DEFAULT_MAX_AGE_S = 60  # RFC 7252 clause 5.10.5


@dataclass(frozen=True, slots=True)
class Answer:
    """A verified answer, and what the reading cost."""

    octets: bytes
    profile: Profile
    k_mtc: KMtc
    new_key: bool
    sent_octets: int  # UDP payload of the reading
    round_trip_s: float


class Terminal(Running):
    """One device, as long as the block lasts."""

    def __init__(self, config: MtcDeviceConfig, usim: Usim, *, sources: Sources = SYSTEM) -> None:
        self._config = config
        self._sources = sources
        self._file = StateFile(config.state, config.imsi)
        self._keys = Keyring(config, usim, self._file, sources)
        self._one_at_a_time = asyncio.Lock()

    async def _start(self, stack: AsyncExitStack) -> None:
        stack.enter_context(self._file)
        self._coap = await aiocoap.Context.create_client_context(transports=["udp6"])
        stack.push_async_callback(self._coap.shutdown)

    async def send(
        self, reading: bytes, *, profile: Profile | None = None, new_key: bool = False
    ) -> Answer:
        """Send a reading; a key is made if there is none for the profile, or if `new_key`.

        A key that the server refuses is replaced at once if it is old enough. Raises a DeviceError.
        """
        profile = profile or parse_profile(self._config.profile)
        async with self._one_at_a_time:
            key = None if new_key else self._keys.current(profile)
            try:
                if key is not None:
                    return await self._exchange(reading, key)
                return await self._first(reading, profile)
            except Refused:
                if self._keys.current(profile):
                    raise
            return await self._first(reading, profile)

    async def _first(self, reading: bytes, profile: Profile) -> Answer:
        return await self._exchange(reading, self._keys.establish(profile), new_key=True)

    async def _exchange(self, reading: bytes, key: KeyState, *, new_key: bool = False) -> Answer:
        security = self._keys.security(key)
        message, request_id = self._protect(reading, security, announce=not key.confirmed)
        sent_at = self._sources.timer()
        response = await self._request(message)
        round_trip_s = self._sources.timer() - sent_at
        try:
            answer = _verify(response, security, request_id)
        except Refused:
            self._keys.doubt(key)
            raise
        self._keys.confirm(key)
        if not answer.code.is_successful():
            raise NotStored(f"the server answered {answer.code}")
        return Answer(
            octets=answer.payload,
            profile=key.kid_context.profile,
            k_mtc=key.k_mtc,
            new_key=new_key,
            sent_octets=len(message.encode()),
            round_trip_s=round_trip_s,
        )

    def _protect(
        self, reading: bytes, security: SecurityContext, *, announce: bool
    ) -> tuple[Any, Any]:
        """The confirmable request, with kid context if the server has yet to learn of the key."""
        plain = aiocoap.Message(
            code=aiocoap.POST,
            uri_path=READINGS_PATH,
            payload=reading,
            transport_tuning=aiocoap.Reliable(),
        )
        message, request_id = security.protect(plain, kid_context=announce)
        message.unresolved_remote = str(self._config.server)
        return message, request_id

    async def _request(self, message: Any) -> Any:
        server, timeout_s = self._config.server, self._config.answer_timeout_s
        try:
            async with asyncio.timeout(timeout_s):
                return await self._coap.request(message, handle_blockwise=False).response
        except TimeoutError:
            raise NoAnswer(f"no answer from {server} within {timeout_s:g} s") from None
        except coap_error.Error as error:
            raise NoAnswer(f"no answer from {server}: {_reason(error)}") from None


def _reason(error: Exception) -> str:
    cause = error.__cause__
    if isinstance(cause, OSError) and cause.errno:
        return os.strerror(cause.errno)
    return str(error)


def _verify(response: Any, security: SecurityContext, request_id: Any) -> Any:
    """The plain answer; an unprotected one proves nothing, and says what may help."""
    if response.opt.oscore is None:
        raise _unprotected(response)
    try:
        return security.unprotect(response, request_id)[0]
    except (coap_error.Error, ValueError):
        raise NotVerified("the answer does not verify: not from a server with our key") from None


def _unprotected(response: Any) -> Exception:
    if response.code == aiocoap.UNAUTHORIZED:
        return Refused(
            "refused (4.01): the server gets no key for this device, or has forgotten it. Check "
            "IMSI, Ki, server_id and profile; the logs of server and MKEF say more. A key that "
            "was refused is replaced after a minute, or now with --new-key"
        )
    if response.code == aiocoap.SERVICE_UNAVAILABLE:
        max_age_s = response.opt.max_age
        wait_s = DEFAULT_MAX_AGE_S if max_age_s is None else max_age_s
        return Unavailable(
            f"the server cannot get a key now (5.03): try again in {wait_s} s", retry_after_s=wait_s
        )
    return NotVerified(f"the answer is not protected ({response.code})")
