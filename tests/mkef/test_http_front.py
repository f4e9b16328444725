"""Key requests over HTTP with mutual TLS: decided as over Zk, refused with ProblemDetails."""

from __future__ import annotations

import asyncio
import json
import ssl
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from full_disk import full_disk
from key_requests import DEVICES, SERVER, SERVER_ID, asked, prepare
from structlog.testing import capture_logs

from hlr_stub.node import HlrNode
from mkef.answers import ANSWERS
from mkef.config import MkefConfig
from mkef.demo.files import MKEF_HOST
from mkef.http_front import PROBLEMS
from mkef.net.endpoint import NetworkError
from mkef.node import MkefNode
from mkef.ops import pki
from mkef.ops.configuration import load
from mkef_codecs.establishment import Profile

pytestmark = pytest.mark.asyncio(loop_scope="module")
PATIENCE_S = 60.0
NAMELESS = "192.0.2.1"  # a certificate that has an address only


@dataclass
class Lab:
    """A running MKEF with an HLR, and its folder of certificates."""

    base: str
    pki: Path
    node: MkefNode
    load: Callable[..., MkefConfig]

    def tls(self, host: str = SERVER, pki: Path | None = None) -> ssl.SSLContext:
        """Of a client with certificate and authority of a folder."""
        folder = pki or self.pki
        context = ssl.create_default_context(cafile=str(folder / "ca.pem"))
        context.check_hostname = False
        context.load_cert_chain(folder / f"{host}.pem", folder / f"{host}.key")
        return context

    async def ask(self, body: Any, host: str = SERVER, **options: Any) -> tuple[int, Any, Any]:
        """Status, JSON and headers of a POST."""
        connector = aiohttp.TCPConnector(ssl=self.tls(host))
        async with asyncio.timeout(PATIENCE_S), aiohttp.ClientSession(connector=connector) as web:
            options = {"json": body} if body is not None else {} | options
            async with web.post(f"{self.base}/keys", **options) as answer:
                return answer.status, await answer.json(content_type=None), answer.headers


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def lab(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Lab]:
    async with running(tmp_path_factory.mktemp("http")) as lab:
        yield lab


@asynccontextmanager
async def running(tmp_path: Path, *keys: str) -> AsyncIterator[Lab]:
    """A lab in a folder of its own; `keys` are settings of its MKEF."""
    folder = tmp_path / "pki"
    pki.init(folder)
    pki.issue(folder, [MKEF_HOST, "127.0.0.1"])
    for names in ([SERVER], ["stranger.example"], ["two.example", SERVER], [NAMELESS]):
        pki.issue(folder, names)
    async with HlrNode(prepare(tmp_path)) as hlr:
        settings = (
            "zk.listen=127.0.0.1:0",
            f'zr.sigtran.connect=["{hlr.addresses["m3ua_tcp"]}"]',
            "zr.sigtran.transport=tcp",
            "http.listen=127.0.0.1:0",
            f"http.tls.certificate=pki/{MKEF_HOST}.pem",
            f"http.tls.key=pki/{MKEF_HOST}.key",
            "http.tls.authority=pki/ca.pem",
            *keys,
        )

        def config(*more: str) -> MkefConfig:
            return load(tmp_path / "mkef.toml", MkefConfig, (*settings, *more))

        async with MkefNode(config()) as node:
            await node.connected()
            yield Lab(f"https://{node.addresses['http']}/mkef-key/v1", folder, node, config)


TWO_VECTORS = Profile(vectors=2)


def body_of(number: int, **changes: Any) -> dict[str, Any]:
    """What a server makes of a device's first message."""
    mkr = asked(number, TWO_VECTORS).mkr
    body = {
        "supi": f"imsi-{mkr.user_name}",
        "profile": TWO_VECTORS.octet,
        "rand": mkr.mtc_device_rand.hex(),
        "encryptedRes": mkr.mtc_encrypted_res.hex(),
    }
    return {name: value for name, value in {**body, **changes}.items() if value is not None}


async def test_a_key_is_released(lab: Lab) -> None:
    status, key, headers = await lab.ask(body_of(1, requestedExpiryTime="2999-01-01T00:00:00Z"))
    assert status == 200
    assert key["kMtc"] == asked(1, TWO_VECTORS).k_mtc.hex()
    assert (key["serverId"], key["strengthBits"]) == (SERVER_ID.value, 128)
    assert key["expiryTime"].endswith("Z")
    assert headers["Cache-Control"] == "no-store"
    assert len(headers["X-Request-ID"]) == 16
    again = await lab.ask(body_of(1))
    assert again[1] == key, "the same request has the same answer"


async def test_the_correlation_is_the_clients(lab: Lab) -> None:
    _, _, headers = await lab.ask(None, json=body_of(2), headers={"X-Request-ID": "abc-1.2_3"})
    assert headers["X-Request-ID"] == "abc-1.2_3"
    _, _, headers = await lab.ask(None, json=body_of(3), headers={"X-Request-ID": "a b"})
    assert headers["X-Request-ID"] != "a b"


@pytest.mark.parametrize(
    ("host", "changes", "status", "cause"),
    [
        (SERVER, {"encryptedRes": "00" * 8}, 403, "AUTHENTICATION_REJECTED"),
        ("stranger.example", {}, 403, "AUTHORIZATION_REJECTED"),
        (SERVER, {"originHost": "stranger.example"}, 403, "AUTHORIZATION_REJECTED"),
        (SERVER, {"serverId": "other.example"}, 403, "AUTHORIZATION_REJECTED"),
        (SERVER, {"supi": "imsi-262010000000000"}, 403, "AUTHORIZATION_REJECTED"),
        ("two.example", {}, 403, "AUTHORIZATION_REJECTED"),
        ("two.example", {"originHost": "MTC-Server.example"}, 200, None),
        (SERVER, {"profile": 0x40}, 403, "PROFILE_NOT_ALLOWED"),
        ("stranger.example", {"profile": 0x40}, 403, "AUTHORIZATION_REJECTED"),
        (SERVER, {"profile": 0x14}, 403, "PROFILE_NOT_ALLOWED"),
    ],
)
async def test_refusals(
    host: str, changes: dict[str, Any], status: int, cause: str | None, lab: Lab
) -> None:
    got, body, headers = await lab.ask(body_of(4, **changes), host)
    assert (got, body.get("cause")) == (status, cause)
    if cause is not None:
        assert headers["Content-Type"] == "application/problem+json"
        assert body["status"] == status


@pytest.mark.parametrize(
    ("host", "changes", "known"),
    [
        ("stranger.example", {}, {"server": "stranger.example"}),
        ("two.example", {}, {"peer": f"{SERVER}, two.example"}),
        (SERVER, {"originHost": "stranger.example"}, {"peer": SERVER}),
        (NAMELESS, {}, {"peer": "127.0.0.1"}),
        (NAMELESS, {"rand": "00"}, {"peer": "127.0.0.1"}),
    ],
)
async def test_a_refusal_says_who_asked(
    host: str, changes: dict[str, Any], known: dict[str, str], lab: Lab
) -> None:
    with capture_logs() as logs:
        await lab.ask(body_of(6, **changes), host)
    (line,) = logs
    assert line["event"] == "key refused"
    assert {name: line[name] for name in ("server", "peer") if name in line} == known


async def test_a_used_rand(lab: Lab) -> None:
    assert (await lab.ask(body_of(5)))[0] == 200
    changed = body_of(5, encryptedRes="00" * 8)
    status, body, _ = await lab.ask(changed)
    assert (status, body["cause"]) == (409, "RAND_NOT_FRESH")


async def test_records_that_cannot_be_written_are_no_overload(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    with full_disk(monkeypatch):
        status, body, headers = await lab.ask(body_of(8))
        stranger = await lab.ask(body_of(8), "stranger.example")
    assert (status, body["cause"]) == (503, "RECORDS_UNAVAILABLE")
    assert body["detail"] == "the records of this MKEF cannot be read or written now"
    assert int(headers["Retry-After"]) > 0
    assert (stranger[0], stranger[1]["cause"]) == (403, "AUTHORIZATION_REJECTED")


@pytest.mark.parametrize(
    ("quota", "changes", "answers", "wait_s"),
    [
        ("requests_per_hour=2", {}, [200, 200, 429], 1800),
        ("failures_per_hour=1", {"profile": 0, "encryptedRes": "00" * 4}, [403, 429], 3600),
    ],
)
async def test_a_quota_says_when_it_has_room_again(
    quota: str, changes: dict[str, Any], answers: list[int], wait_s: int, tmp_path: Path
) -> None:
    async with running(tmp_path, f"keys.{quota}") as lab:
        started = time.monotonic()
        bodies = [body_of(n * DEVICES, **changes) for n in range(len(answers))]  # of one device
        got = [await lab.ask(body) for body in bodies]
        gone = time.monotonic() - started
    assert [status for status, _, _ in got] == answers
    assert wait_s - gone <= int(got[-1][2]["Retry-After"]) <= wait_s


@pytest.mark.parametrize(
    ("changes", "parameter"),
    [
        ({"supi": "001010123456789"}, "supi"),
        ({"supi": "imsi-00101"}, "supi"),
        ({"supi": None}, "supi"),
        ({"rand": "00"}, "rand"),
        ({"rand": 7}, "rand"),
        ({"profile": 256}, "profile"),
        ({"profile": 1}, "profile"),
        ({"profile": "0x14"}, "profile"),
        ({"encryptedRes": "00" * 4}, "encryptedRes"),
        ({"encryptedRes": ""}, "encryptedRes"),
        ({"serverId": "MTC"}, "serverId"),
        ({"requestedExpiryTime": "2020-01-01T00:00:00Z"}, "requestedExpiryTime"),
        ({"requestedExpiryTime": "2999-01-01T00:00:00"}, "requestedExpiryTime"),
        ({"requestedExpiryTime": "soon"}, "requestedExpiryTime"),
    ],
)
async def test_malformed_members_are_named(
    changes: dict[str, Any], parameter: str, lab: Lab
) -> None:
    with capture_logs() as logs:
        status, body, headers = await lab.ask(body_of(6, **changes))
    assert (status, body["invalidParams"][0]["param"]) == (400, parameter)
    (line,) = logs
    assert (line["event"], line["answer"], line["name"]) == ("key refused", "400", body["cause"])
    assert (line["correlation"], line["peer"]) == (headers["X-Request-ID"], SERVER)
    assert line["reason"] == f"{parameter}: {body['detail']}"


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"data": b"{", "headers": {"Content-Type": "application/json"}}, 400),
        ({"data": b"[]", "headers": {"Content-Type": "application/json"}}, 400),
        ({"data": b'"\xff"', "headers": {"Content-Type": "application/json"}}, 400),
        ({"data": b"supi=1", "headers": {"Content-Type": "text/plain"}}, 415),
        ({"data": b" " * 70_000, "headers": {"Content-Type": "application/json"}}, 413),
    ],
)
async def test_bodies_that_are_no_requests(options: dict[str, Any], status: int, lab: Lab) -> None:
    with capture_logs() as logs:
        got, body, headers = await lab.ask(None, **options)
    assert (got, body["status"]) == (status, status)
    assert [(line["event"], line["answer"]) for line in logs] == [("key refused", str(status))]
    assert headers["Content-Type"] == "application/problem+json"


async def test_without_a_certificate_nobody_is_heard(lab: Lab) -> None:
    context = ssl.create_default_context(cafile=str(lab.pki / "ca.pem"))
    context.check_hostname = False
    connector = aiohttp.TCPConnector(ssl=context)
    async with aiohttp.ClientSession(connector=connector) as web:
        with pytest.raises(aiohttp.ClientError):
            await web.post(f"{lab.base}/keys", json=body_of(7))


async def test_what_fails_is_a_problem_too(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(lab.node._establishment, "grant", broken)
    with capture_logs() as logs:
        status, problem, headers = await lab.ask(body_of(6))
    assert (status, problem["cause"]) == (500, "SYSTEM_FAILURE")
    assert headers["Content-Type"].startswith("application/problem+json")
    assert "request failed" in [line["event"] for line in logs]


async def test_every_answer_of_clause_5_has_its_problem() -> None:
    assert set(PROBLEMS) == {code for code, _ in ANSWERS.values()}


async def test_schemathesis_finds_nothing(lab: Lab, tmp_path: Path) -> None:
    """Whatever its OpenAPI document allows or forbids is answered as the document says."""
    pem = [str(lab.pki / f"{SERVER}.{kind}") for kind in ("pem", "key")]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "schemathesis.cli", "run", f"{lab.base}/openapi.json"),
        *("--request-cert", pem[0], "--request-cert-key", pem[1]),
        *("--tls-verify", str(lab.pki / "ca.pem"), "--max-examples", "25", "--no-color"),
        *("--exclude-checks", "positive_data_acceptance", "--suppress-health-check", "all"),
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(2 * PATIENCE_S):
        output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()


async def test_the_document_is_openapi(lab: Lab) -> None:
    connector = aiohttp.TCPConnector(ssl=lab.tls())
    async with aiohttp.ClientSession(connector=connector) as web:
        async with web.get(f"{lab.base}/openapi.json") as answer:
            document = json.loads(await answer.text())
        assert document["openapi"].startswith("3.")
        async with web.get(f"{lab.base}/keys") as answer:
            assert (answer.status, answer.headers["Allow"]) == (405, "POST")
            assert answer.content_type == "application/problem+json"
            assert "X-Request-ID" not in answer.headers
        async with web.get(f"{lab.base}/nothing") as answer:
            assert (answer.status, answer.content_type) == (404, "application/problem+json")
            assert "X-Request-ID" not in answer.headers


async def test_a_reload_has_new_certificates_and_drops_nobody(lab: Lab, tmp_path: Path) -> None:
    """Certificate and authority are others for who connects now; a mistake changes nothing."""
    pki.init(tmp_path)
    for names in ([MKEF_HOST, "127.0.0.1"], [SERVER]):
        pki.issue(tmp_path, names)
    others = (
        f"http.tls.certificate={tmp_path / MKEF_HOST}.pem",
        f"http.tls.key={tmp_path / MKEF_HOST}.key",
        f"http.tls.authority={tmp_path / 'ca.pem'}",
    )

    @asynccontextmanager
    async def session(folder: Path) -> AsyncIterator[Callable[[], Any]]:
        connector = aiohttp.TCPConnector(ssl=lab.tls(pki=folder), limit=1)
        async with aiohttp.ClientSession(connector=connector) as web:

            async def ask() -> int:
                async with web.get(f"{lab.base}/openapi.json") as answer:
                    await answer.read()
                    return answer.status

            yield ask

    async with asyncio.timeout(PATIENCE_S), session(lab.pki) as before, session(tmp_path) as after:
        assert await before() == 200
        with pytest.raises(aiohttp.ClientConnectorCertificateError):
            await after()
        lab.node.reload(lab.load(*others))
        assert (await before(), await after()) == (200, 200)  # the first one is connected still
        async with session(lab.pki) as late:
            with pytest.raises(aiohttp.ClientConnectorCertificateError):
                await late()
        with pytest.raises(NetworkError, match="no such file"):
            lab.node.reload(lab.load(*others[:2], "http.tls.authority=none.pem"))
        async with session(tmp_path) as again:
            assert await again() == 200
        lab.node.reload(lab.load())
        async with session(lab.pki) as restored:
            assert await restored() == 200
