"""Key requests over HTTP with mutual TLS, for servers that speak no Diameter.

JSON in the style of 3GPP's service-based interfaces (TS 29.501): lowerCamelCase, octets in
hexadecimal, refusals as ProblemDetails (RFC 9457, TS 29.571 clause 5.2.4.1). What is decided, and
by which rules, is the same as over Zk.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from importlib.resources import files
from math import ceil
from typing import Annotated, Any

import msgspec
import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from mkef.answers import VENDOR_3GPP, Code
from mkef.domain.errors import NotEntitled, QuotaExceeded, RecordsUnavailable, Refusal
from mkef.domain.keys import Grant, KeyRequest
from mkef.net.endpoint import Endpoint
from mkef.net.sources import Sources
from mkef.ops.http import HttpServer
from mkef.service import KeyService, UnknownProfile
from mkef_codecs.diameter.result_codes import ResultCode
from mkef_codecs.errors import CodecError
from mkef_codecs.establishment import Profile, UnsupportedProfile
from mkef_codecs.identity import Imsi, ServerId
from mkef_codecs.lab import VENDOR

BASE = "/mkef-key/v1"
PROBLEM = "application/problem+json"
RETRY_S = 5
_CORRELATION = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)


class Question(msgspec.Struct, frozen=True, rename="camel"):
    """The body of a request; members that are not known are ignored."""

    supi: Annotated[str, msgspec.Meta(pattern="^imsi-[0-9]{6,15}$")]
    profile: Annotated[int, msgspec.Meta(ge=0, le=255)]
    rand: Annotated[str, msgspec.Meta(pattern="^[0-9A-Fa-f]{32}$")]
    encrypted_res: Annotated[str, msgspec.Meta(pattern="^([0-9A-Fa-f]{8}){1,3}$")]
    server_id: Annotated[str, msgspec.Meta(max_length=253)] | None = None
    origin_host: Annotated[str, msgspec.Meta(max_length=255)] | None = None
    requested_expiry_time: datetime | None = None


@dataclass(frozen=True, slots=True)
class Problem(Exception):
    """A refusal as HTTP says it."""

    status: int
    cause: str
    detail: str
    parameter: str | None = None

    @property
    def reason(self) -> str:
        """For the log."""
        return f"{self.parameter}: {self.detail}" if self.parameter else self.detail

    @property
    def body(self) -> dict[str, Any]:
        """ProblemDetails."""
        body: dict[str, Any] = {
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "cause": self.cause,
            "detail": self.detail,
        }
        if self.parameter is not None:
            body["invalidParams"] = [{"param": self.parameter, "reason": self.detail}]
        return body


# The answers of clause 5 as HTTP has them; nothing more is told than over Zk.
PROBLEMS: Mapping[Code, Problem] = {
    Code(ResultCode.AUTHENTICATION_REJECTED): Problem(
        403, "AUTHENTICATION_REJECTED", "the device is not the subscriber"
    ),
    Code(ResultCode.AUTHORIZATION_REJECTED): Problem(403, "AUTHORIZATION_REJECTED", "not entitled"),
    Code(5001, VENDOR_3GPP): Problem(404, "USER_NOT_FOUND", "the HLR does not know the IMSI"),
    Code(4181, VENDOR_3GPP): Problem(503, "AUTHENTICATION_DATA_UNAVAILABLE", "no vectors now"),
    Code(5001, VENDOR): Problem(501, "HLR_NOT_CAPABLE", "the HLR does not know the variant"),
    Code(5002, VENDOR): Problem(409, "RAND_NOT_FRESH", "the RAND or its counter was used"),
    Code(5003, VENDOR): Problem(403, "PROFILE_NOT_ALLOWED", "the subscription forbids it"),
    Code(4001, VENDOR): Problem(429, "QUOTA_EXCEEDED", "too many requests or failures"),
    Code(4002, VENDOR): Problem(503, "OVERLOAD", "more at once than this MKEF takes"),
}
# Overload over Zk, so that the server asks another MKEF.
NO_RECORDS = Problem(
    503, "RECORDS_UNAVAILABLE", "the records of this MKEF cannot be read or written now"
)

log = structlog.get_logger()


class HttpFront:
    """Answers key requests of HTTP clients; a client is the dNSName of its certificate."""

    def __init__(self, service: KeyService, *, sources: Sources) -> None:
        self._service = service
        self._sources = sources

    def server(self, listen: Endpoint, tls: ssl.SSLContext, *, stop_s: float) -> HttpServer:
        """The server of this front, whose requests have so many seconds to end at a stop."""
        routes = [
            web.post(f"{BASE}/keys", self._establish),
            web.get(f"{BASE}/openapi.json", _describe),
        ]
        return HttpServer(
            "HTTP", listen, routes, tls=tls, middlewares=[_in_problems], stop_s=stop_s
        )

    async def _establish(self, request: web.Request) -> web.Response:
        correlation, names = self._correlation(request), certified_names(request)
        peer = ", ".join(sorted(names)) or request.remote or ""
        try:
            question = self._read(await _question(request), names)
        except Problem as problem:
            self._service.turned_away(
                *(str(problem.status), problem.cause, problem.reason, correlation),
                peer=peer,
            )
            return _problem(problem, correlation)
        try:
            if not question.origin_host:
                raise NotEntitled("the certificate does not have this name, or has several")
            grant = await self._service.establish(question, correlation)
        except Refusal as refusal:
            code = self._service.refused(question, refusal, correlation, peer=peer)
            on_record = not isinstance(refusal, RecordsUnavailable)
            response = _problem(PROBLEMS[code] if on_record else NO_RECORDS, correlation)
            if isinstance(refusal, QuotaExceeded) and refusal.wait_s is not None:
                response.headers["Retry-After"] = str(ceil(refusal.wait_s))
            return response
        return _json(_key(grant), 200, correlation)

    def _correlation(self, request: web.Request) -> str:
        given = request.headers.get("X-Request-ID", "")
        return given if _CORRELATION.fullmatch(given) else self._sources.octets(8).hex()

    def _read(self, question: Question, names: frozenset[str]) -> KeyRequest | UnknownProfile:
        """The values of a request; a host that is not certified is an empty one."""
        imsi = Imsi(question.supi.removeprefix("imsi-"))
        server_id = _server_id(question.server_id)
        host = _host(question.origin_host, names)
        expires_by = self._expiry(question.requested_expiry_time)
        try:
            profile = Profile.parse(question.profile)
        except UnsupportedProfile as error:
            return UnknownProfile(host, imsi, server_id, str(error))
        except CodecError as error:
            raise _incorrect("profile", error.problem) from None
        encrypted_res = bytes.fromhex(question.encrypted_res)
        if len(encrypted_res) != profile.res_length:
            raise _incorrect("encryptedRes", "4 octets for each vector")
        rand = bytes.fromhex(question.rand)
        return KeyRequest(host, imsi, profile, rand, encrypted_res, server_id, expires_by)

    def _expiry(self, wanted: datetime | None) -> int | None:
        if wanted is None:
            return None
        if wanted.tzinfo is None:
            raise _incorrect("requestedExpiryTime", "a time with its zone (RFC 3339)")
        expires_by = int(wanted.timestamp())
        if expires_by <= self._sources.clock():
            raise _incorrect("requestedExpiryTime", "lies in the past")
        return expires_by


async def _question(request: web.Request) -> Question:
    if request.content_type != "application/json":
        raise Problem(415, "UNSUPPORTED_MEDIA_TYPE", "application/json wanted")
    try:
        return msgspec.json.decode(await request.read(), type=Question)
    except web.HTTPRequestEntityTooLarge as error:
        raise Problem(413, "REQUEST_ENTITY_TOO_LARGE", error.reason) from None
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at `$.")
        missing = re.search(r"missing required field `(\w+)`", what)
        if missing:
            raise Problem(400, "MANDATORY_IE_MISSING", "missing", missing[1]) from None
        raise _incorrect(where.rstrip("`") or "body", what) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Problem(400, "INVALID_MSG_FORMAT", f"no JSON: {error}") from None


def _incorrect(parameter: str, reason: str) -> Problem:
    return Problem(400, "MANDATORY_IE_INCORRECT", reason, parameter)


def _server_id(text: str | None) -> ServerId | None:
    try:
        return None if text is None else ServerId(text)
    except CodecError as error:
        raise _incorrect("serverId", error.problem) from None


def certified_names(request: web.Request) -> frozenset[str]:
    """The dNSNames of the client's verified certificate."""
    assert request.transport is not None
    certificate = request.transport.get_extra_info("peercert") or {}
    entries = certificate.get("subjectAltName", ())
    return frozenset(value.lower() for kind, value in entries if kind == "DNS")


def _host(named: str | None, names: frozenset[str]) -> str:
    """Whom the client is certified to be; of several names it names one. Empty: nobody."""
    if named is not None:
        return named.lower() if named.lower() in names else ""
    return next(iter(names)) if len(names) == 1 else ""


def _key(grant: Grant) -> dict[str, Any]:
    return {
        "kMtc": grant.k_mtc.octets.hex(),
        "serverId": grant.server_id.value,
        "expiryTime": datetime.fromtimestamp(grant.expires_at, UTC).strftime("%FT%TZ"),
        "strengthBits": grant.strength_bits,
    }


def _json(body: Mapping[str, Any], status: int, correlation: str | None) -> web.Response:
    headers = {"Cache-Control": "no-store"}
    if correlation is not None:
        headers["X-Request-ID"] = correlation
    octets = msgspec.json.encode(body)
    kind = "application/json" if status == 200 else PROBLEM
    return web.Response(body=octets, status=status, content_type=kind, headers=headers)


def _problem(problem: Problem, correlation: str | None = None) -> web.Response:
    response = _json(problem.body, problem.status, correlation)
    if problem.status == 503:
        response.headers["Retry-After"] = str(RETRY_S)
    return response


async def _describe(_request: web.Request) -> web.Response:
    text = (files("mkef") / "openapi.json").read_text(encoding="utf-8")
    return web.Response(text=text, content_type="application/json")


@web.middleware
async def _in_problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """What aiohttp refuses by itself, or what fails, is a ProblemDetails too."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        cause = (error.reason or "").upper().replace(" ", "_").replace("-", "_")
        response = _problem(Problem(error.status, cause, error.reason or ""))
        if "Allow" in error.headers:
            response.headers["Allow"] = error.headers["Allow"]
        return response
    except Exception:
        log.exception("request failed")
        return _problem(Problem(500, "SYSTEM_FAILURE", "internal error"))
