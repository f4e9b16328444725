"""`hlr-stub` as people and programs call it."""

from __future__ import annotations

import json
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from auc_gen import AucGen
from click.testing import CliRunner, Result

from hlr_stub.cli import main
from hlr_stub.faults import Fault, FaultKind
from hlr_stub.formats import FORMATS
from hlr_stub.subscribers import Subscriber
from hlr_stub.transfer import export_file
from mkef.crypto.algorithms import ALGORITHMS
from mkef.crypto.secret import Secret
from mkef_codecs.identity import Imsi

IMSI = "001010000000001"
KI = "465b5ce8b199b49faa5f0a2ee238a6bc"  # TS 35.208 set 1
OP = "cdc202d5123e20f62b6d676ac72cb318"
OPC = "cd63cb71954a9f4e48a5994e37a02baf"

Run = Callable[..., Result]


@pytest.fixture
def run(config_file: Path) -> Run:
    """Run a command with the test's configuration."""

    def invoke(*words: str, typed: str | None = None) -> Result:
        return CliRunner().invoke(
            main, [*words, "--config", str(config_file)], input=typed, catch_exceptions=False
        )

    return invoke


@pytest.fixture
def add(run: Run) -> Run:
    """Add the subscriber of set 1, with more options."""

    def invoke(*words: str) -> Result:
        return run("subscriber", "add", "--imsi", IMSI, "--ki", KI, "--opc", OPC, *words)

    return invoke


def test_add_list_show_remove(run: Run, add: Run) -> None:
    assert add("--tagged-only").output == f"subscriber {IMSI} added\n"
    row = {
        "imsi": IMSI,
        "algorithm": "milenage",
        "amf": "8000",
        "sqn": 0,
        "ind_bits": 5,
        "parameters": None,
        "mtc_allowed": True,
        "tagged_only": True,
    }
    assert json.loads(run("subscriber", "list", "--json").output) == [row]
    assert json.loads(run("subscriber", "show", IMSI, "--json").output) == row
    assert run("subscriber", "remove", IMSI).output == f"subscriber {IMSI} removed\n"
    assert json.loads(run("subscriber", "list", "--json").output) == []


def test_what_was_done_is_an_object_for_programs(run: Run, add: Run) -> None:
    words = ("subscriber", "add", "--imsi", IMSI, "--opc", OPC, "--json")
    added = run(*words, typed=f"{KI}\n")  # asked for on standard error
    assert json.loads(added.stdout) == json.loads(run("subscriber", "show", IMSI, "--json").output)
    assert not any(key in added.output for key in (KI, OPC))
    done = json.loads(run("subscriber", "set", IMSI, "--sqn", "64", "--no-mtc", "--json").output)
    assert done == json.loads(added.stdout) | {"sqn": 64, "mtc_allowed": False}
    assert json.loads(run("subscriber", "remove", IMSI, "--json").output) == {"imsi": IMSI}
    assert json.loads(add("--json").output)["sqn"] == 64  # as it goes on, not as it was said


def test_tables_are_for_people(run: Run, add: Run) -> None:
    assert run("subscriber", "list").output.startswith("no subscribers")
    add("--no-mtc")
    heading, _, row = run("subscriber", "list").output.strip().splitlines()
    assert heading.split()[:4] == ["imsi", "algorithm", "amf", "sqn"]
    assert row.split() == [IMSI, "milenage", "8000", "0", "5", "no", "no"]


def test_no_colour_without_a_terminal(run: Run, add: Run) -> None:
    add()
    assert "\x1b" not in run("subscriber", "list").output


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_keys_are_shown_only_on_demand(run: Run, add: Run, form: tuple[str, ...]) -> None:
    outputs = [
        add().output,
        add().output,  # refused: there already
        run("subscriber", "list", *form).output,
        run("subscriber", "show", IMSI, *form).output,
    ]
    assert not any(key in output for key in (KI, OPC) for output in outputs)
    shown = run("subscriber", "show", IMSI, "--with-keys", *form).output
    assert KI in shown
    assert OPC in shown


def test_keys_can_be_asked_for(run: Run) -> None:
    result = run("subscriber", "add", "--imsi", IMSI, typed=f"{KI}\n{OPC}\n")
    assert result.exit_code == 0
    assert not any(key in result.output for key in (KI, OPC))
    keys = json.loads(run("subscriber", "show", IMSI, "--with-keys", "--json").output)
    assert (keys["ki"], keys["opc"]) == (KI, OPC)


def test_keys_can_come_from_standard_input(run: Run) -> None:
    words = ("subscriber", "add", "--imsi", IMSI, "--ki", "-", "--op", "-")
    assert run(*words, typed=f"{KI}\n{OP}\n").exit_code == 0
    keys = json.loads(run("subscriber", "show", IMSI, "--with-keys", "--json").output)
    assert (keys["ki"], keys["opc"]) == (KI, OPC)


@pytest.mark.parametrize(
    ("option", "value"), [("--ki", KI[:-1]), ("--ki", KI + "00"), ("--opc", "z" + OPC[1:])]
)
def test_a_wrong_key_is_refused_and_not_repeated(run: Run, option: str, value: str) -> None:
    options = {"--imsi": IMSI, "--ki": KI, "--opc": OPC} | {option: value}
    result = run("subscriber", "add", *(word for pair in options.items() for word in pair))
    assert result.exit_code == 2
    assert f"Invalid value for '{option}': a key is 32 or 64 hexadecimal digits" in result.output
    assert value not in result.output


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("show", "001019"), 1, "error: subscriber 001019 is unknown: `hlr-stub subscriber list`"),
        (("remove", "001019"), 1, "error: subscriber 001019 is unknown"),
        (("show", "12345"), 2, "an IMSI has 6 to 15 decimal digits"),
        (("add", "--imsi", IMSI, "--ki", KI, "--opc", OPC, "--op", OP), 2, "not both"),
        (("add", "--ki", KI), 2, "Missing option '--imsi'"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(
    run: Run, words: tuple[str, ...], status: int, said: str
) -> None:
    result = run("subscriber", *words)
    assert result.exit_code == status
    assert said in result.output


def test_a_duplicate_is_refused(add: Run) -> None:
    add()
    result = add()
    assert result.exit_code == 1
    assert (
        result.stderr
        == f"error: subscriber {IMSI} is there already: remove it first, or `set` it\n"
    )


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (("--algorithm", "comp128v3", "--ki", KI), {"algorithm": "comp128v3", "opc": None}),
        (
            ("--algorithm", "tuak", "--ki", KI * 2, "--op", OP * 2, "--parameters", "iterations=2"),
            {"algorithm": "tuak", "parameters": "iterations=2"},
        ),
        (
            ("--ki", KI, "--opc", OPC, "--amf", "9001", "--sqn", "4129", "--ind-bits", "4"),
            {"amf": "9001", "sqn": 4129, "ind_bits": 4},
        ),
    ],
)
def test_each_algorithm_and_field(run: Run, words: tuple[str, ...], shown: dict[str, Any]) -> None:
    assert run("subscriber", "add", "--imsi", IMSI, *words).exit_code == 0
    row = json.loads(run("subscriber", "show", IMSI, "--with-keys", "--json").output)
    assert {name: row[name] for name in shown} == shown


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--ki", KI * 2, "--opc", OPC), "--ki: a key of milenage has 16 octets, not 32"),
        (
            ("--algorithm", "xor-2g", "--ki", KI, "--opc", OPC),
            "--opc: OPc of xor-2g does not exist",
        ),
        (
            ("--ki", KI, "--opc", OPC, "--parameters", "iterations=2"),
            "--parameters: milenage has no",
        ),
        (("--ki", KI, "--opc", OPC, "--parameters", "x=1"), "--parameters: x is no parameter"),
        (("--ki", KI, "--opc", OPC, "--sqn", "-1"), "--sqn: '-1' is no whole number"),
    ],
)
def test_what_does_not_fit_together(run: Run, words: tuple[str, ...], said: str) -> None:
    result = run("subscriber", "add", "--imsi", IMSI, *words)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"error: {said}")
    assert KI not in result.stderr


def test_fields_are_set_and_the_others_stay(run: Run, add: Run) -> None:
    add("--tagged-only")
    assert run("subscriber", "set", IMSI, "--sqn", "64", "--any-rand").exit_code == 0
    row = json.loads(run("subscriber", "show", IMSI, "--with-keys", "--json").output)
    assert (row["sqn"], row["tagged_only"], row["ki"], row["opc"]) == (64, False, KI, OPC)
    assert run("subscriber", "set", IMSI, "--op", OP).exit_code == 0
    assert run("subscriber", "set", IMSI, "--algorithm", "comp128v2", "--no-mtc").exit_code == 0
    row = json.loads(run("subscriber", "show", IMSI, "--with-keys", "--json").output)
    assert (row["algorithm"], row["opc"], row["mtc_allowed"]) == ("comp128v2", None, False)


def test_a_field_is_set_back_to_the_usual(run: Run, add: Run) -> None:
    add("--parameters", "c=1/2/3/4/5", "--ind-bits", "4")
    assert run("subscriber", "set", IMSI, "--parameters", "").exit_code == 0
    row = json.loads(run("subscriber", "show", IMSI, "--json").output)
    assert (row["parameters"], row["ind_bits"]) == (None, 4)


def test_a_new_key_wants_its_opc(run: Run, add: Run) -> None:
    add()
    result = run("subscriber", "set", IMSI, "--ki", "0" * 32)
    assert (result.exit_code, "--opc: milenage wants an OPc" in result.stderr) == (1, True)
    assert run("subscriber", "set", IMSI, "--ki", "0" * 32, "--op", OP).exit_code == 0


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("001019", "--sqn", "1"), 1, "subscriber 001019 is unknown"),
        ((IMSI,), 2, "nothing to set"),
        ((IMSI, "--sqn", "6"), 1, "--sqn: 7 was handed out, and an SQN never goes back"),
        ((IMSI, "--algorithm", "tuak"), 1, "--opc: OPc of tuak has 32 octets, not 16"),
    ],
)
def test_what_cannot_be_set(
    run: Run, add: Run, words: tuple[str, ...], status: int, said: str
) -> None:
    add("--sqn", "7")
    result = run("subscriber", "set", *words)
    assert result.exit_code == status
    assert said in result.stderr


def test_a_vector_is_what_the_auc_answers(run: Run, add: Run) -> None:
    """TS 35.208 set 1; each one has a sequence number of its own."""
    add()
    rand = "23553cbe9637a89d218ae64dae47bf35"
    first, second = (
        json.loads(run("vector", IMSI, "--rand", rand, "--json").output) for _ in range(2)
    )
    assert (first["sres"], first["kc"]) == ("46f8416a", "eae4be823af9a08b")
    assert first["xres"] == "a54211d5e3ba50bf"
    assert first["ck"] == "b40ba9a3c58b2a05bbf0d987b21bf8cb"
    assert (first["sqn"], second["sqn"]) == (0x21, 0x42)
    assert first["autn"] != second["autn"]
    shown = json.loads(run("subscriber", "show", IMSI, "--json").output)
    assert shown["sqn"] == 0x42


def test_no_vector_has_the_sqn_of_a_removed_subscriber(run: Run, add: Run, tmp_path: Path) -> None:
    file = tmp_path / "back.csv"
    file.write_text(f"imsi,ki,opc\n{IMSI},{KI},{OPC}\n")
    sqns = []
    for back in (add, add, lambda: run("import", str(file))):
        assert back().exit_code == 0
        sqns += [json.loads(run("vector", IMSI, "--json").output)["sqn"] for _ in range(2)]
        run("subscriber", "remove", IMSI)
    assert len(set(sqns)) == 6


@pytest.mark.parametrize(("plmn", "octets"), [("00101", "00f110"), ("310410", "130014")])
def test_an_e_utran_vector_is_what_an_mme_gets(
    run: Run, add: Run, auc_gen: AucGen, plmn: str, octets: str
) -> None:
    """As osmo-auc-gen computes it, of the subscription's AMF and the separation bit."""
    add("--amf", "1234")
    row = json.loads(run("vector", IMSI, "--plmn", plmn, "--json").output)
    pair = bytes.fromhex(row["rand"]), bytes.fromhex(row["autn"])
    (theirs,) = auc_gen.challenges(bytes.fromhex(KI), bytes.fromhex(OPC), [pair])
    assert (row["sqn"], row["amf"], row["plmn"]) == (theirs.sqn, "9234", plmn)
    wanted = {name: getattr(theirs, name) for name in ("autn", "ck", "ik")}
    wanted |= {"xres": theirs.res, "kasme": theirs.kasme(bytes.fromhex(octets))}
    assert {name: bytes.fromhex(row[name]) for name in wanted} == wanted
    lines = run("vector", IMSI, "--plmn", plmn).output.splitlines()
    assert [line.split()[0] for line in lines] == list(row)


def test_a_vector_that_is_only_looked_at(run: Run, add: Run) -> None:
    add()
    words = ("vector", IMSI, "--rand", "23553cbe9637a89d218ae64dae47bf35", "--json")
    looks = [run(*words, "--dry-run").output for _ in range(2)]
    assert looks == [run(*words).output] * 2  # which uses the number up
    assert json.loads(run(*words, "--dry-run").output)["sqn"] == 0x42
    again = json.loads(run(*words, "--sqn", "33").output)
    assert again == json.loads(looks[0])
    assert json.loads(run("subscriber", "show", IMSI, "--json").output)["sqn"] == 0x21


def test_a_vector_of_a_sim(run: Run) -> None:
    counting = "00112233445566778899aabbccddeeff"
    run("subscriber", "add", "--imsi", IMSI, "--algorithm", "comp128v1", "--ki", counting)
    lines = dict(
        line.split() for line in run("vector", IMSI, "--rand", counting).output.splitlines()
    )
    assert (lines["sres"], lines["kc"]) == ("04a66ba8", "f87eb8222cea3400")
    assert lines["ck"] == "f87eb8222cea3400" * 2
    assert "sqn" not in lines


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("001019",), 1, "is unknown"),
        ((IMSI, "--rand", "00"), 2, "a RAND is 32 hexadecimal"),
        ((IMSI, "--plmn", "0010"), 2, "MCC and MNC are 5 or 6 decimal digits"),
        ((IMSI, "--sqn", str(1 << 48)), 2, "is not in the range"),
        ((IMSI, "--plmn", "00101"), 1, "xor-2g has no AKA: neither SQN nor E-UTRAN vector"),
        ((IMSI, "--sqn", "1"), 1, "xor-2g has no AKA"),
    ],
)
def test_a_vector_that_cannot_be(run: Run, words: tuple[str, ...], status: int, said: str) -> None:
    run("subscriber", "add", "--imsi", IMSI, "--algorithm", "xor-2g", "--ki", KI)
    result = run("vector", *words)
    assert result.exit_code == status
    assert said in result.stderr


def test_import_and_export(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "subscribers.csv"
    file.write_text(f"imsi,ki\n{IMSI},{KI}\n")
    assert (
        run("import", str(file), "--op", OP, "--dry-run").output
        == "1 subscribers would be imported\n"
    )
    assert run("import", str(file), "--op", OP).output == "1 subscribers imported\n"
    counted = run("import", str(file), "--op", OP, "--replace", "--json").output
    assert json.loads(counted) == {"subscribers": 1, "dry_run": False, "notes": []}
    again = run("import", str(file), "--op", OP)
    assert again.exit_code == 1
    assert f"line 2: imsi: {IMSI} is in the store: --replace takes this" in again.stderr
    assert run("import", str(file), "--op", OP, "--replace").exit_code == 0
    out = tmp_path / "user_db.csv"
    words = ("export", str(out), "--format", "srsran")
    assert run(*words).output == "1 subscribers exported, without keys\n"
    assert KI not in out.read_text()
    assert run(*words, "--with-keys").output == "1 subscribers exported\n"
    assert f"mil,{IMSI},{KI},opc,{OPC},8000" in out.read_text()


def test_an_import_closes_newcomers_to_the_variant(run: Run, add: Run, tmp_path: Path) -> None:
    add()
    file = tmp_path / "cards.csv"
    file.write_text(f"IMSI;Ki;OPc\n{IMSI};{KI};{OPC}\n001012;{KI};{OPC}\n")
    words = ("import", str(file), "--format", "sim", "--no-mtc", "--tagged-only", "--replace")
    assert run(*words).exit_code == 0
    rows = json.loads(run("subscriber", "list", "--json").output)
    guarded = [(row["mtc_allowed"], row["tagged_only"]) for row in rows]
    assert guarded == [(True, False), (False, True)]


def test_what_an_export_has_no_words_for_is_told(run: Run, add: Run, tmp_path: Path) -> None:
    add("--no-mtc", "--ind-bits", "4")
    result = run("export", str(tmp_path / "out"), "--format", "open5gs", "--json")
    assert result.stderr == (
        "warning: open5gs has no words for ind_bits (of 1), mtc_allowed (of 1); csv has\n"
    )
    assert json.loads(result.stdout)["lost"] == {"ind_bits": 1, "mtc_allowed": 1}
    assert run("export", str(tmp_path / "out")).stderr == ""


def test_what_is_not_taken_is_counted_or_named(run: Run, tmp_path: Path) -> None:
    sim = Subscriber(Imsi(IMSI), Secret(bytes(16)), None, ALGORITHMS["comp128v2"])
    file = tmp_path / "osmo.db"
    export_file([sim], file, FORMATS["osmo-hlr"], with_keys=True)
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("INSERT INTO subscriber (imsi) VALUES ('001019'), ('001018')")
        database.execute(f"INSERT INTO auc_3g VALUES (1, 5, '{KI}', NULL, '{OPC}', 0, 5)")
    words = ("import", str(file), "--format", "osmo-hlr", "--dry-run")
    assert run(*words).output.splitlines() == [
        "1 subscribers would be imported",
        "1 subscribers: keys for 2G left out: --prefer 2g takes those",
        "2 subscribers: skipped, no keys",
    ]
    named = run(*words, "--verbose").output
    assert "subscriber 001018: skipped, no keys\n" in named
    notes = json.loads(run(*words, "--json", "--prefer", "2g").output)["notes"]
    assert notes[0] == {"row": f"subscriber {IMSI}", "note": "keys for 3G left out"}


def test_wrong_rows_are_objects_for_programs(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "subscribers.csv"
    file.write_text(
        f"imsi,ki,opc\n{IMSI},{KI},{OPC}\n{IMSI},{KI},{OPC}\n001010000000002,12,{OPC}\n"
    )
    result = run("import", str(file), "--json")
    assert (result.exit_code, result.stdout) == (1, "")
    said = json.loads(result.stderr)
    assert said["error"].startswith(f"{file}: nothing imported:")
    places = [(row["place"], row["column"]) for row in said["rows"]]
    assert places == [("line 3", "imsi"), ("line 4", "ki")]
    assert "stands in line 2 too" in said["rows"][0]["problem"]


def test_keys_are_wrapped_later(run: Run, add: Run, config_file: Path, tmp_path: Path) -> None:
    add()
    key = tmp_path / "k4"
    key.write_text("00" * 16)
    key.chmod(0o600)
    setting = ("--set", f"transport_key.file={key}")
    assert run("rewrap", *setting).output == "1 subscribers wrapped\n"
    assert run("subscriber", "show", IMSI).exit_code == 1
    shown = run("subscriber", "show", IMSI, "--with-keys", "--json", *setting)
    assert json.loads(shown.output)["ki"] == KI
    other = tmp_path / "k5"
    other.write_text("11" * 32)
    other.chmod(0o600)
    words = ("rewrap", "--old-key-file", str(key), "--set", f"transport_key.file={other}")
    assert run(*words).output == "1 subscribers wrapped\n"
    assert run("rewrap", "--old-key-file", str(other)).output.endswith("are in the clear\n")
    assert run("subscriber", "show", IMSI).exit_code == 0
    counted = json.loads(run("rewrap", "--json").output)
    assert counted == {"subscribers": 1, "wrapped": False}


def test_a_transport_key_that_is_not_there(run: Run) -> None:
    result = run("check-config", "--set", "transport_key.environment=NO_SUCH_NAME")
    assert result.exit_code == 1
    assert "transport_key.environment: NO_SUCH_NAME is not set" in result.stderr


def test_faults_are_set_listed_and_cleared(run: Run) -> None:
    assert run("fault", "list").output.startswith("no faults")
    assert (
        run("fault", "set", "delay=2", "--imsi", IMSI, "--share", "0.1").output == "fault 1 set\n"
    )
    assert run("fault", "set", "error=system-failure").output == "fault 2 set\n"
    assert json.loads(run("fault", "list", "--json").output) == [
        {"id": 1, "fault": "delay=2", "imsi": IMSI, "share": 0.1},
        {"id": 2, "fault": "error=system-failure", "imsi": None, "share": 1.0},
    ]
    assert run("fault", "clear", "1").output == "1 faults cleared\n"
    assert run("fault", "clear", "1").stderr.startswith("error: fault 1 is not set")
    assert run("fault", "clear").output == "1 faults cleared\n"


def test_faults_are_objects_for_programs(run: Run) -> None:
    wanted = {"id": 1, "fault": "delay=2", "imsi": IMSI, "share": 0.1}
    words = ("fault", "set", "delay=2", "--imsi", IMSI, "--share", "0.1", "--json")
    assert json.loads(run(*words).output) == wanted
    second = json.loads(run("fault", "set", "drop", "--json").output)
    assert second == {"id": 2, "fault": "drop", "imsi": None, "share": 1.0}
    assert json.loads(run("fault", "clear", "1", "--json").output) == [wanted]
    assert json.loads(run("fault", "clear", "--json").output) == [second]
    assert json.loads(run("fault", "clear", "--json").output) == []


def complete_faults(begun: str) -> list[str]:
    environment = {
        "COMP_WORDS": f"hlr-stub fault set {begun}",
        "COMP_CWORD": "3",
        "_HLR_STUB_COMPLETE": "bash_complete",
    }
    result = CliRunner().invoke(main, [], prog_name="hlr-stub", env=environment)
    return [line.removeprefix("plain,") for line in result.output.splitlines() if line]


def test_a_shell_completes_faults() -> None:
    """Every kind, with a value where it wants one: each word can be set as it is."""
    words = complete_faults("")
    assert {Fault.parse(word).kind for word in words} == set(FaultKind)
    assert complete_faults("d") == ["delay=1", "drop"]
    assert complete_faults("error=un") == [
        "error=unknown-subscriber",
        "error=unexpected-data-value",
    ]
    assert complete_faults("x") == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("explode",), "explode is none; known: delay, drop"),
        (("drop", "--share", "2"), "2.0 is not in the range"),
        (("drop", "--imsi", "x"), "an IMSI has 6 to 15 decimal digits"),
    ],
)
def test_a_fault_that_cannot_be(run: Run, words: tuple[str, ...], said: str) -> None:
    result = run("fault", "set", *words)
    assert result.exit_code == 2
    assert said in result.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_completes(run: Run, shell: str) -> None:
    result = CliRunner().invoke(main, ["completion", shell])
    if shell == "bash" and result.exit_code:  # click looks at the version of bash
        pytest.skip("no bash here")
    assert "_HLR_STUB_COMPLETE" in result.output


def test_a_shell_completes_imsis(add: Run, config_file: Path) -> None:
    add()
    words = f"hlr-stub vector --config {config_file} 0010"
    environment = {"COMP_WORDS": words, "COMP_CWORD": "4", "_HLR_STUB_COMPLETE": "bash_complete"}
    result = CliRunner().invoke(main, [], prog_name="hlr-stub", env=environment)
    assert result.output == f"plain,{IMSI}\n"


def test_a_right_configuration(run: Run, config_file: Path) -> None:
    assert run("check-config").output == f"{config_file}: good\n"


def test_configurations_are_checked_for_programs(run: Run, config_file: Path) -> None:
    good = json.loads(run("check-config", "--json").output)
    assert good == {"file": str(config_file), "good": True}
    wrong = run("check-config", "--json", "--set", "tag=MTCR")
    assert wrong.exit_code == 2
    assert wrong.stdout == ""
    said = json.loads(wrong.stderr)["error"]
    assert said.startswith(f"{config_file}: tag: 8 hexadecimal digits wanted")


def test_an_error_is_an_object_for_programs(run: Run) -> None:
    result = run("subscriber", "show", "001019", "--json")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert json.loads(result.stderr)["error"].startswith("subscriber 001019 is unknown")


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("tag=MTCR", "tag: 8 hexadecimal digits wanted"),
        ("quota_per_hour=0", "quota_per_hour: expected `int` >= 1"),
        ("mkef_point_codes=[16384]", "mkef_point_codes[0]: expected `int` <= 16383"),
        ('mkef_global_titles=["+4917"]', "mkef_global_titles are 1 to 15 decimal digits each"),
        ('mkef_hosts=["::0001"]', "mkef_hosts: ::0001 is written ::1"),
        ('mkef_hosts=["localhost"]', "'localhost' does not appear to be an IPv4 or IPv6 address"),
        ('store="mysql://host/db"', "mysql:// is no store: a path, or postgresql://HOST/DATABASE"),
        ("transport_key={file='a', environment='b'}", "file or environment, not both"),
        ("varient=true", "varient: unknown key; known here: store, sigtran"),
        ("variant=maybe", "variant: expected `bool`, got `str`"),
    ],
)
@pytest.mark.parametrize("command", ["check-config", "serve"])
def test_a_wrong_configuration(
    run: Run, config_file: Path, command: str, setting: str, said: str
) -> None:
    result = run(command, "--set", setting)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"configuration: {config_file}: ")
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_missing_configuration(tmp_path: Path) -> None:
    absent = str(tmp_path / "absent.toml")
    result = CliRunner().invoke(main, ["subscriber", "list", "--config", absent])
    assert result.exit_code == 2
    assert absent in result.stderr


def test_a_store_that_cannot_be(run: Run) -> None:
    result = run("subscriber", "list", "--set", "store=absent/hlr.db")
    assert result.exit_code == 1
    assert result.stderr.startswith("error: ")
    assert "the folder must exist and be writable" in result.stderr


def test_a_store_that_was_cut_short(run: Run, config_file: Path, tmp_path: Path) -> None:
    file = tmp_path / "many.csv"
    rows = (f"{n:015},{KI},{OPC}\n" for n in range(500))
    file.write_text("imsi,ki,opc\n" + "".join(rows))
    assert run("import", str(file)).exit_code == 0
    store = config_file.parent / "hlr.db"
    store.write_bytes(store.read_bytes()[:20_000])
    result = run("subscriber", "list")
    assert result.exit_code == 1
    assert result.stderr.startswith(f"error: {store}: ")
    assert "malformed: the file is damaged: put a copy back" in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_port_in_use(config_file: Path) -> None:
    """In a process of its own: `serve` sets up logging and signals for good."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        setting = f'sigtran.listen=["{listen}"]'
        words = ["serve", "--config", str(config_file), "--set", setting]
        done = subprocess.run(
            [sys.executable, "-m", "hlr_stub", *words, "--set", "log.level=error"],
            capture_output=True,
            check=False,
            text=True,
            timeout=30,
        )
    assert done.returncode == 1
    assert done.stderr == (
        f"error: M3UA over TCP cannot listen on {listen}: "
        "the port is in use: stop the other program or choose another port\n"
    )


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("serve",),
        ("check-config",),
        ("subscriber",),
        ("subscriber", "add"),
        ("subscriber", "set"),
        ("import",),
        ("export",),
        ("rewrap",),
        ("vector",),
        ("fault",),
        ("fault", "set"),
        ("completion",),
    ],
)
def test_help_is_there(words: tuple[str, ...]) -> None:
    result = CliRunner().invoke(main, [*words, "--help"])
    assert result.exit_code == 0
    assert result.output.startswith("Usage:")
