"""The lab's authority: a real mutual TLS handshake, and openssl's opinion."""

import shutil
import ssl
import stat
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography import x509

from mkef.ops.configuration import ConfigurationError
from mkef.ops.pki import init, issue, pki

HOST = "mkef.epc.mnc001.mcc001.3gppnetwork.org"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    init(tmp_path / "pki")
    return tmp_path / "pki"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(pki, arguments)


def context(folder: Path, name: str, *, server: bool) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if server else ssl.PROTOCOL_TLS_CLIENT)
    made.verify_mode = ssl.CERT_REQUIRED
    # What OpenSSL checks only when it is asked to: key usage and key identifiers as RFC 5280 wants.
    made.verify_flags |= ssl.VERIFY_X509_STRICT
    made.load_verify_locations(folder / "ca.pem")
    made.load_cert_chain(folder / f"{name}.pem", folder / f"{name}.key")
    return made


def handshake(client: ssl.SSLContext, server: ssl.SSLContext, hostname: str) -> ssl.SSLObject:
    """Both ends through memory; the server's object, which has seen the client's certificate."""
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        client.wrap_bio(down, up, server_hostname=hostname),
        server.wrap_bio(up, down, server_side=True),
    ]
    waiting = list(ends)
    for end in ends * 6:
        try:
            end.do_handshake()
        except ssl.SSLWantReadError:
            continue
        if end in waiting:
            waiting.remove(end)
    assert not waiting
    return ends[1]


def test_two_nodes_trust_each_other_over_tls(folder: Path) -> None:
    issue(folder, [HOST, "192.0.2.3"])
    issue(folder, ["server.example.org"])
    server = context(folder, HOST, server=True)
    client = context(folder, "server.example.org", server=False)
    for hostname in (HOST, "192.0.2.3"):
        seen = handshake(client, server, hostname).getpeercert()
        assert seen is not None
        assert seen["subjectAltName"] == (("DNS", "server.example.org"),)
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        handshake(client, server, "another.example.org")


def test_another_authority_is_not_trusted(folder: Path, tmp_path: Path) -> None:
    init(tmp_path / "other")
    issue(folder, [HOST])
    issue(tmp_path / "other", [HOST])
    client = context(tmp_path / "other", HOST, server=False)
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(client, context(folder, HOST, server=True), HOST)


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")
@pytest.mark.parametrize("purpose", ["sslserver", "sslclient"])
def test_openssl_verifies_a_certificate(folder: Path, purpose: str) -> None:
    certificate = issue(folder, [HOST])
    options = ["-x509_strict", "-purpose", purpose, "-verify_hostname", HOST]
    command = ["openssl", "verify", *options, "-CAfile", folder / "ca.pem", certificate]
    assert subprocess.run(command, check=True, capture_output=True, timeout=30).stdout


def test_validity_begins_in_the_past_and_ends_in_time(folder: Path) -> None:
    certificate = x509.load_pem_x509_certificate(issue(folder, [HOST], days=10).read_bytes())
    now = datetime.now(UTC)
    assert timedelta(minutes=4) < now - certificate.not_valid_before_utc < timedelta(minutes=6)
    assert timedelta(days=9.9) < certificate.not_valid_after_utc - now < timedelta(days=10.1)


def test_a_long_name_stands_in_the_subject_alternative_name(folder: Path) -> None:
    host = ".".join(["a" * 60] * 4)
    certificate = x509.load_pem_x509_certificate(issue(folder, [host]).read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    assert names.value.get_values_for_type(x509.DNSName) == [host]


def test_keys_are_their_owners_alone(folder: Path) -> None:
    issue(folder, [HOST])
    for key in (folder / "ca.key", folder / f"{HOST}.key"):
        assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_nothing_is_replaced_unasked(folder: Path) -> None:
    before = issue(folder, [HOST]).read_bytes()
    with pytest.raises(ConfigurationError, match=r"ca\.pem and .*ca\.key exist already"):
        init(folder)
    with pytest.raises(ConfigurationError, match="--force"):
        issue(folder, [HOST])
    assert issue(folder, [HOST], force=True).read_bytes() != before


@pytest.mark.parametrize("host", ["", "UPPER.example", "dot.example.", "ca", "a/b", "../x", "é"])
def test_a_host_that_is_none_is_refused(folder: Path, host: str) -> None:
    with pytest.raises(ConfigurationError, match="expected an IP address or a name"):
        issue(folder, [host])


def test_commands(tmp_path: Path) -> None:
    folder = str(tmp_path / "pki")
    assert "ca.pem: valid for ten years" in run("init", "--dir", folder).output
    issued = run("issue", "--dir", folder, "--host", "::1", "--host", "h.example", "--days", "3")
    assert "::1.pem: valid for 3 days" in issued.output
    again = run("issue", "--dir", folder, "--host", "::1")
    assert (again.exit_code, again.stderr.count("\n")) == (2, 1)
    assert "mkef pki issue --host" in run("--help").output


@pytest.mark.parametrize(
    ("ca", "problem"),
    [(None, "mkef pki init --dir"), (b"nothing", "is no PEM file")],
)
def test_without_an_authority_one_line_says_what_to_do(
    tmp_path: Path, ca: bytes | None, problem: str
) -> None:
    if ca:
        (tmp_path / "ca.pem").write_bytes(ca)
        (tmp_path / "ca.key").write_bytes(ca)
    result = run("issue", "--dir", str(tmp_path), "--host", HOST)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert problem in result.stderr
    assert not (tmp_path / f"{HOST}.key").exists()
