"""A small certification authority for labs: Diameter over TLS wants certificates on both sides.

Keys are EC P-256 and are not encrypted, readable by their owner alone. A certificate names its
hosts as subjectAltName and serves as client and as server, since every Diameter node is both
(RFC 6733 clause 13). There is no revocation: issue short certificates, or make a new authority.
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from mkef.ops.configuration import ConfigurationError
from mkef.ops.frame import clear_errors

CA = "ca"
CA_NAME = "MKEF lab CA"
CA_DAYS = 3652
CERTIFICATE_DAYS = 825
CLOCK_SKEW = timedelta(minutes=5)  # of whoever checks a certificate that was just made
MAX_COMMON_NAME = 64
KEY_MODE = 0o600

_HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*", re.ASCII)

BOTH_ROLES = (ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH)
KEY_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


def init(folder: Path) -> Path:
    """Make `ca.pem` and `ca.key`, valid for ten years, in `folder`; never over old ones."""
    certificate_file, key_file = _files(folder, CA)
    _refuse_existing(certificate_file, key_file, advice="take another folder or remove them")
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(CA_NAME)
    builder = _builder(name, key.public_key(), CA_DAYS).issuer_name(name)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage("key_cert_sign", "crl_sign"), critical=True)
    _write(folder, CA, builder.sign(key, hashes.SHA256()), key)
    return certificate_file


def issue(
    folder: Path, hosts: Sequence[str], *, days: int = CERTIFICATE_DAYS, force: bool = False
) -> Path:
    """Make `HOST.pem` and `HOST.key`, named after the first of `hosts`, signed by the CA."""
    names = [_general_name(host) for host in hosts]
    certificate_file, key_file = _files(folder, hosts[0])
    if not force:
        _refuse_existing(certificate_file, key_file, advice="--force makes new ones")
    ca, ca_key = _load_ca(folder)
    key = ec.generate_private_key(ec.SECP256R1())
    # A common name has at most 64 characters; what counts is the subjectAltName (RFC 6125).
    builder = _builder(_name(hosts[0][:MAX_COMMON_NAME]), key.public_key(), days)
    builder = builder.issuer_name(ca.subject)
    for extension, critical in (
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (_usage("digital_signature"), True),
        (x509.ExtendedKeyUsage(BOTH_ROLES), False),
        (x509.SubjectAlternativeName(names), False),
        (_authority_key(ca), False),
    ):
        builder = builder.add_extension(extension, critical=critical)
    _write(folder, hosts[0], builder.sign(ca_key, hashes.SHA256()), key)
    return certificate_file


def names_in(certificate_file: Path) -> frozenset[str]:
    """The dNSNames of a certificate in a PEM file, in lower case."""
    certificate = x509.load_pem_x509_certificate(certificate_file.read_bytes())
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return frozenset()
    return frozenset(map(str.lower, names.value.get_values_for_type(x509.DNSName)))


def _files(folder: Path, name: str) -> tuple[Path, Path]:
    return folder / f"{name}.pem", folder / f"{name}.key"


def _refuse_existing(*files: Path, advice: str) -> None:
    existing = [str(file) for file in files if file.exists()]
    if existing:
        raise ConfigurationError(f"{' and '.join(existing)} exist already: {advice}")


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        pass
    if host == CA or not _HOST.fullmatch(host):
        raise ConfigurationError(
            f"--host {host}: expected an IP address or a name in lower case without a trailing"
            f" dot, and not {CA}, for instance mkef.epc.mnc001.mcc001.3gppnetwork.org"
        )
    return x509.DNSName(host)


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _usage(*allowed: str) -> x509.KeyUsage:
    return x509.KeyUsage(**{usage: usage in allowed for usage in KEY_USAGES})


def _authority_key(ca: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    subject_key = ca.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(subject_key.value)


def _builder(
    subject: x509.Name, key: ec.EllipticCurvePublicKey, days: int
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(subject).public_key(key)
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - CLOCK_SKEW).not_valid_after(now + timedelta(days))
    return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)


def _load_ca(folder: Path) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    certificate_file, key_file = _files(folder, CA)
    try:
        certificate = x509.load_pem_x509_certificate(certificate_file.read_bytes())
        key = serialization.load_pem_private_key(key_file.read_bytes(), password=None)
    except OSError as error:
        raise ConfigurationError(
            f"{error.filename}: {error.strerror}; `mkef pki init --dir {folder}` makes one"
        ) from None
    except ValueError:
        raise ConfigurationError(f"{certificate_file} or {key_file} is no PEM file") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ConfigurationError(f"{key_file}: not an elliptic curve key")
    return certificate, key


def _write(
    folder: Path, name: str, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey
) -> None:
    certificate_file, key_file = _files(folder, name)
    key_octets = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write_key(key_file, key_octets)
        certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    except OSError as error:
        raise ConfigurationError(f"{error.filename}: {error.strerror}") from None


def _write_key(file: Path, octets: bytes) -> None:
    """Made with its mode, so that nobody can open it in between."""
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, KEY_MODE)
    with open(descriptor, "wb") as key_file:  # noqa: PTH123 # a descriptor, not a path
        key_file.write(octets)


folder_option = click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default="pki",
    show_default=True,
    help="Folder of the authority and of what it issues.",
)


@click.group()
def pki() -> None:
    """Certificates for a lab: an authority of its own and what it issues.

    \b
    mkef pki init
    mkef pki issue --host mkef.epc.mnc001.mcc001.3gppnetwork.org
    mkef pki issue --host mtc-server.example.org --host 192.0.2.2

    The name of a node's certificate must be its Origin-Host. For a network that matters, take
    certificates of its own authority: keys here are files without a password.
    """


@pki.command("init")
@folder_option
@clear_errors
def init_command(folder: Path) -> None:
    """Make an authority: DIR/ca.pem, to be trusted by every node, and DIR/ca.key, to be kept."""
    click.echo(f"{init(folder)}: valid for ten years; its key is beside it, mode 600")


@pki.command("issue")
@folder_option
@click.option(
    "--host",
    "hosts",
    multiple=True,
    required=True,
    metavar="HOST",
    help="A DNS name or IP address; the first one names the files. Repeatable.",
)
@click.option(
    "--days",
    type=click.IntRange(min=1, max=CA_DAYS),
    default=CERTIFICATE_DAYS,
    show_default=True,
    help="How long it is valid.",
)
@click.option("--force", is_flag=True, help="Replace the files of an earlier one.")
@clear_errors
def issue_command(folder: Path, hosts: tuple[str, ...], days: int, *, force: bool) -> None:
    """Make a key and a certificate for a node: DIR/HOST.pem and DIR/HOST.key."""
    click.echo(f"{issue(folder, hosts, days=days, force=force)}: valid for {days} days")
