"""Each mistake of a configuration is named by file and key; secrets never are."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Meta

from mkef.config import MkefConfig
from mkef.crypto.secret import Ki
from mkef.net.endpoint import Endpoint
from mkef.net.section import Section
from mkef.ops.configuration import ConfigurationError, LogSection, MetricsSection, load
from mkef_codecs.establishment import Tag
from mkef_codecs.identity import Imsi, ServerId

KEY = "465b5ce8b199b49faa5f0a2ee238a6bc"  # K of TS 35.208 test set 1


class Inner(Section, frozen=True):
    where: Endpoint
    many: tuple[Endpoint, ...] = ()
    word: Literal["red", "green"] = "red"
    number: Annotated[int, Meta(ge=1)] = 1

    def __post_init__(self) -> None:
        if self.number == 13:
            raise ValueError("number is not 13")


class Row(Section, frozen=True):
    name: str
    at: Endpoint | None = None


class Model(Section, frozen=True):
    imsi: Imsi
    inner: Inner | None = None
    key: Ki | None = None
    server: ServerId | None = None
    tag: Tag = Tag()
    file: Path | None = None
    rows: tuple[Row, ...] = ()
    flag: bool = False


GOOD = """\
imsi = "001010123456789"
file = "some/file.pem"
key = "465b5ce8b199b49faa5f0a2ee238a6bc"
tag = "4d544352"
server = "coap://mtc.example"

[inner]
where = "127.0.0.1:5868"
many = ["[::1]:1", "host.example:0"]

[[rows]]
name = "first"
[[rows]]
name = "second"
at = "127.0.0.1:1"
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "test.toml"
    path.write_text(text, encoding="utf-8")
    return path


def problem(path: Path, model: Any = Model, settings: tuple[str, ...] = ()) -> str:
    with pytest.raises(ConfigurationError) as caught:
        load(path, model, settings)
    text = str(caught.value)
    assert "\n" not in text
    return text


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    model = load(write(tmp_path, GOOD), Model)
    assert model.imsi == Imsi("001010123456789")
    assert model.inner
    assert model.inner.where == Endpoint("127.0.0.1", 5868)
    assert model.inner.many == (Endpoint("::1", 1), Endpoint("host.example", 0))
    assert model.key == Ki(bytes.fromhex(KEY))
    assert (model.server, model.tag) == (ServerId("coap://mtc.example"), Tag(b"MTCR"))
    assert model.rows == (Row(name="first"), Row(name="second", at=Endpoint("127.0.0.1", 1)))
    assert KEY not in repr(model)


def test_relative_paths_start_at_the_files_folder(tmp_path: Path) -> None:
    assert load(write(tmp_path, GOOD), Model).file == tmp_path / "some/file.pem"
    absolute = GOOD.replace("some/", "/some/")
    assert load(write(tmp_path, absolute), Model).file == Path("/some/file.pem")


IMSI = 'imsi = "001010123456789"\n'
INNER = f'{IMSI}[inner]\nwhere = "127.0.0.1:1"\n'


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", "imsi: missing"),
        (f"{IMSI}[inner]\n", "inner.where: missing"),
        (f"{IMSI}[[rows]]\n", "rows[0].name: missing"),
        (
            f"{IMSI}colour = 1",
            "colour: unknown key; known here: imsi, inner, key, server, tag, file, rows, flag",
        ),
        (f"{INNER}wher = 1", "inner.wher: unknown key; known here: where, many, word, number"),
        (
            f'{IMSI}[[rows]]\nname = "a"\n[[rows]]\nname = "b"\nage = 1',
            "rows[1].age: unknown key; known here: name, at",
        ),
        ("imsi = 1010123456789", "imsi: expected text in quotes, got int"),
        ('imsi = "12"', "imsi: an IMSI has 6 to 15 decimal digits"),
        (f'{IMSI}flag = "yes"', "flag: expected `bool`, got `str`"),
        (f"{IMSI}inner = 1", "inner: expected `object | null`, got `int`"),
        (f"{IMSI}file = 1", "file: expected text in quotes, got int"),
        (f'{IMSI}rows = "a"', "rows[0]: expected `object`, got `str`"),
        (f'{INNER}word = "blue"', "inner.word: invalid enum value 'blue'; known: red, green"),
        (f"{INNER}number = 0", "inner.number: expected `int` >= 1"),
        (f"{INNER}number = 13", "inner: number is not 13"),
        (f'{IMSI}server = "MTC.example"', "server: an MTC Server identity is a lower-case FQDN"),
        (f'{IMSI}tag = "MTCR"', "tag: 8 hexadecimal digits wanted"),
        (f'{IMSI}key = "465b"', "key: 32 hexadecimal digits wanted"),
        (f'{IMSI}key = "{KEY[:-1]}x"', "key: 32 hexadecimal digits wanted"),
        (f'{INNER}many = ["127.0.0.1:1", "nowhere"]', "inner.many[1]: expected host:port"),
        (f"{INNER}many = [1]", "inner.many[0]: expected text in quotes, got int"),
        (f'{IMSI}[[rows]]\nname = "a"\nat = "::1:5"', "rows[0].at: an IPv6 address stands in br"),
    ],
)
def test_each_mistake_is_named_by_file_and_key(tmp_path: Path, text: str, wanted: str) -> None:
    path = write(tmp_path, text)
    assert problem(path).startswith(f"{path}: {wanted}")


@pytest.mark.parametrize(
    "endpoint",
    ["", "127.0.0.1", ":1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "a:b", "::1:1"],
)
def test_endpoints_that_are_none(tmp_path: Path, endpoint: str) -> None:
    path = write(tmp_path, f'{IMSI}[inner]\nwhere = "{endpoint}"')
    assert f"{path}: inner.where: " in problem(path)
    assert "[::1]" in problem(path)


def test_a_missing_file_says_where_to_start(tmp_path: Path) -> None:
    path = tmp_path / "none.toml"
    assert problem(path) == f"{path}: No such file or directory; examples/ has files to start from"
    assert "Is a directory" in problem(tmp_path)


def test_toml_that_is_none_is_named_by_its_line(tmp_path: Path) -> None:
    path = write(tmp_path, f"{IMSI}[inner\n")
    assert problem(path).startswith(f"{path}: ")
    assert "at line 2, column 7" in problem(path)


def test_octets_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "test.toml"
    path.write_bytes(b"imsi = \xff")
    assert problem(path) == f"{path}: not UTF-8 at octet 7"


# --set


def test_settings_win_over_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    settings = (
        "inner.number=7",
        "inner.word=green",
        'inner.many=["127.0.0.1:9"]',
        "flag = true",
        'imsi="262011234567890"',
        "inner.where=[::1]:3868",
        f"key={KEY[::-1]}",
        "file=other=file.pem",
        "inner.number=8",
    )
    model = load(path, Model, settings)
    assert model.inner == Inner(
        where=Endpoint("::1", 3868), many=(Endpoint("127.0.0.1", 9),), word="green", number=8
    )
    assert (model.flag, model.imsi) == (True, Imsi("262011234567890"))
    assert model.key == Ki(bytes.fromhex(KEY[::-1]))
    assert model.file == tmp_path / "other=file.pem"


def test_settings_make_tables(tmp_path: Path) -> None:
    path = write(tmp_path, IMSI)
    model = load(path, Model, ["inner.where=127.0.0.1:1"])
    assert model.inner == Inner(where=Endpoint("127.0.0.1", 1))


@pytest.mark.parametrize(
    ("setting", "wanted"),
    [
        ("inner.number", "--set inner.number: expected key=value, for instance log.level=debug"),
        ("=1", "--set : expected key=value"),
        ("inner..number=1", "--set inner..number: expected key=value"),
        ("imsi.x=1", "--set imsi.x: imsi is not a table"),
        ("rows.name=1", "--set rows.name: rows is a list: say of which table, from 0"),
        ("rows.2.name=1", "--set rows.2.name: 2 is none of 0 to 1"),
        ("rows.0=1", "--set rows.0: rows is a list: say of which table, from 0"),
        ("inner.wher=1", "inner.wher: unknown key; known here: where, many"),
        ("inner.number=many", "inner.number: expected `int`, got `str`"),
    ],
)
def test_settings_that_are_wrong(tmp_path: Path, setting: str, wanted: str) -> None:
    assert wanted in problem(write(tmp_path, GOOD), settings=(setting,))


# Secrets.


@pytest.mark.parametrize(
    "text",
    [
        f'{IMSI}key = "{KEY}00"',
        f'{IMSI}key = ["{KEY}"]',
        f'{IMSI}key = {{ value = "{KEY}" }}',
        f'{IMSI}keys = "{KEY}"',
        f'{IMSI}key = "{KEY}',
        f"{IMSI}key = {KEY}",
        f'key = "{KEY}"',
    ],
)
def test_a_secret_stays_out_of_messages(tmp_path: Path, text: str) -> None:
    for part in (KEY, KEY[:8]):
        assert part not in problem(write(tmp_path, text))


@pytest.mark.parametrize("setting", [f"key.x={KEY}", f"={KEY}", f"key={KEY}00", f"imsi={KEY}"])
def test_a_secret_in_a_setting_does_too(tmp_path: Path, setting: str) -> None:
    assert KEY not in problem(write(tmp_path, GOOD), settings=(setting,))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(st.sampled_from(GOOD.splitlines()) | st.text(max_size=20), max_size=12))
def test_any_file_is_a_model_or_one_line(tmp_path: Path, lines: list[str]) -> None:
    path = write(tmp_path, "\n".join(lines).replace("\r", "").encode("utf-8", "ignore").decode())
    try:
        load(path, Model)
    except ConfigurationError as error:
        text = str(error)
    else:
        return
    assert text.startswith(f"{path}: ")
    assert KEY not in text


# What every program has.


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('level = "loud"', "level is debug, info, warning or error"),
        ('format = "xml"', "format is auto, console or json"),
        ("show_imsi = 1", "show_imsi: expected `bool`, got `int`"),
    ],
)
def test_the_log_section(tmp_path: Path, text: str, wanted: str) -> None:
    assert wanted in problem(write(tmp_path, text), LogSection)


def test_the_metrics_section(tmp_path: Path) -> None:
    assert load(write(tmp_path, ""), MetricsSection).listen is None
    path = write(tmp_path, 'listen = "9464"')
    assert problem(path, MetricsSection).startswith(f"{path}: listen: expected host:port")


MKEF = """\
store = "mkef.db"
[zk]
origin_host = "mkef.home"
origin_realm = "home"
[zr.sigtran]
point_code = 1
[zr.hlr.home]
point_code = 2
"""


@pytest.mark.parametrize(
    ("setting", "wanted"),
    [
        ("zk.listen=5868", "zk.listen: expected text in quotes, got int"),
        ("zk.tls.certificate=a.pem", "zk.tls.key: missing"),
        ("zk.tls.cert=a.pem", "zk.tls.cert: unknown key; known here: certificate, key, authority"),
        (
            "zr.hlr.home.encoding=morse",
            "zr.hlr[...].encoding: invalid enum value 'morse'; known: extension, operation",
        ),
        (
            "zr.sigtran.transport=pigeon",
            "zr.sigtran.transport: invalid enum value 'pigeon'; known: auto, sctp",
        ),
        ("zr.hlr.home.code=1", "zr.hlr[...].code: unknown key; known here: prefixes, priority"),
        (
            "zr.hlr.home.global_title=49",
            "zr.hlr[...].global_title: expected `str | null`, got `int`",
        ),
        (
            "zr.hlr.other.ssn=6",
            "zr.hlr[...]: one of point_code, global_title, by_imsi and destination_realm",
        ),
        ("zr.hlr.other.destination_realm=home", "zr: diameter: wanted for hlr.other"),
        ("zr.hlr={}", "zr.hlr: expected `object` of length >= 1"),
        ("store=mysql://x", "store: mysql:// is no store: a path, or postgresql://HOST/DATABASE"),
        ("zr.sigtran.pointcode=1", "zr.sigtran.pointcode: unknown key; known here: point_code"),
        ("keys.tag=4d", "keys.tag: 8 hexadecimal digits wanted"),
        (
            "zz.x=1",
            "zz: unknown key; known here: zk, zr, store, workers, keys, http, capture",
        ),
    ],
)
def test_the_mkefs_own_file(tmp_path: Path, setting: str, wanted: str) -> None:
    path = write(tmp_path, MKEF)
    assert load(path, MkefConfig).store.path == tmp_path / "mkef.db"
    assert problem(path, MkefConfig, (setting,)).startswith(f"{path}: {wanted}")
