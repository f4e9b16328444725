"""Subscriber files of other programs: what their own documentation and programs write is read."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from hlr_stub.formats import FORMATS, FormatError
from hlr_stub.store import SubscriberStore
from hlr_stub.subscribers import AKA_FIELDS, Subscriber, build, changed, describe, parse_parameters
from hlr_stub.transfer import ImportRefused, export_file, import_file
from mkef.crypto.algorithms import ALGORITHMS
from mkef.crypto.milenage import derive_opc
from mkef.crypto.secret import Secret
from mkef_codecs.identity import Imsi

K = "465b5ce8b199b49faa5f0a2ee238a6bc"  # TS 35.208 set 1
OP = "cdc202d5123e20f62b6d676ac72cb318"
OPC = "cd63cb71954a9f4e48a5994e37a02baf"

Take = Callable[..., list[Subscriber]]


@pytest.fixture
def take(tmp_path: Path, store: SubscriberStore) -> Take:
    """Import a text in a format; what the store has then."""

    def run(name: str, text: str, **defaults: str) -> list[Subscriber]:
        file = tmp_path / f"in.{name}"
        file.write_text(text)
        import_file(store, file, FORMATS[name], defaults=defaults)
        return list(store)

    return run


def keys(subscriber: Subscriber) -> tuple[str, str, str]:
    opc = subscriber.opc.octets.hex() if subscriber.opc else ""
    return subscriber.algorithm.name, subscriber.ki.octets.hex(), opc


# Each as the program or its documentation has it.

SRSRAN = f"""#
# .csv to store UE's information in HSS
# Kept in the following format: "Name,Auth,IMSI,Key,OP_Type,OP/OPc,AMF,SQN,QCI,IP_alloc"
#
ue2,mil,001010123456780,{K},opc,{OPC},8000,000000001234,7,dynamic
ue3,mil,001010123456781,{K},op,{OP},9001,000000001235,7,172.16.0.2
ue1,xor,001010123456789,00112233445566778899aabbccddeeff,opc,{"0" * 32},9001,000000001234,9,dynamic
"""
PYCRATE = f"""################
# AuC database #
################
001010000000001;{K};0;1;
001010000000002;{K};0;33;{OP};
001010000000003;{K}{K};4;1;{OP}{OP};
001010000000005;{K};3;-1;
"""
OPEN5GS = [
    {
        "_id": {"$oid": "5f8d0d55b54764421b7156c1"},
        "imsi": "001010000000001",
        "security": {
            "k": "465B5CE8 B199B49F AA5F0A2E E238A6BC",
            "amf": "8000",
            "op": None,
            "opc": OPC.upper(),
            "sqn": {"$numberLong": "4129"},
        },
        "slice": [],
        "schema_version": 1,
    },
    {
        "imsi": "001010000000002",
        "security": {"k": K, "amf": "8000", "op": OP, "opc": None, "sqn": 64},
    },
]
PYHSS = [
    {
        "auc_id": 1,
        "ki": K,
        "opc": OPC,
        "amf": "8000",
        "sqn": 4129,
        "imsi": "001010000000001",
        "iccid": None,
        "batch_name": None,
        "sim_vendor": "x",
        "esim": False,
        "lpa": None,
        "adm1": "12345678",
        "misc1": "",
    }
]
SYSMOCOM = f"""IMSI;ICCID;ACC;PIN1;PUK1;PIN2;PUK2;Ki;OPC;ADM1;KIC1;KID1;KIK1
901700000000001;8988211000000000001;0001;0000;1;2;3;{K.upper()};{OPC.upper()};12345678;00;00;00
"""
PYSIM = f"""name,iccid,mcc,mnc,imsi,smsp,ki,opc
Magic,8988211000000000001,901,70,901700000000001,e1ff,{K},{OPC}
"""


def test_srsran(take: Take) -> None:
    by_imsi = {s.imsi.digits[-1]: s for s in take("srsran", SRSRAN)}
    assert keys(by_imsi["0"]) == keys(by_imsi["1"]) == ("milenage", K, OPC)
    assert (by_imsi["0"].sqn, by_imsi["1"].amf) == (0x1234, 0x9001)
    assert keys(by_imsi["9"]) == ("xor-3g", "00112233445566778899aabbccddeeff", "")


def test_pycrate(take: Take) -> None:
    taken = take("pycrate", PYCRATE, op=OP)
    assert [keys(s)[0] for s in taken] == ["milenage", "milenage", "tuak", "comp128v3"]
    assert keys(taken[0])[2] == keys(taken[1])[2] == OPC
    assert [s.sqn for s in taken] == [1, 33, 1, 0]


@pytest.mark.parametrize(
    "text",
    [json.dumps(OPEN5GS), json.dumps(OPEN5GS, indent=2), "\n".join(map(json.dumps, OPEN5GS))],
    ids=["array", "pretty", "lines"],
)
def test_open5gs(take: Take, text: str) -> None:
    taken = take("open5gs", text)
    assert [keys(s) for s in taken] == [("milenage", K, OPC)] * 2
    assert [s.sqn for s in taken] == [4129, 64]


@pytest.mark.parametrize("text", [json.dumps(PYHSS), json.dumps(PYHSS[0])], ids=["list", "one"])
def test_pyhss(take: Take, text: str) -> None:
    (taken,) = take("pyhss", text)
    assert (keys(taken), taken.sqn, taken.amf) == (("milenage", K, OPC), 4129, 0x8000)


@pytest.mark.parametrize("algo", [None, "", "milenage", "MILENAGE"])
def test_pyhss_with_2g(take: Take, algo: str | None) -> None:
    (taken,) = take("pyhss", json.dumps([PYHSS[0] | {"algo": algo}]))
    assert keys(taken) == ("milenage", K, OPC)


@pytest.mark.parametrize("text", [SYSMOCOM, PYSIM, SYSMOCOM.replace(";", "\t")])
def test_sim_vendors(take: Take, text: str) -> None:
    (taken,) = take("sim", text)
    assert keys(taken) == ("milenage", K, OPC)


def test_sim_vendors_say_an_algorithm_or_are_told(take: Take) -> None:
    (taken,) = take("sim", f"imsi,ki\n901700000000001,{K}\n", algorithm="comp128v1")
    assert keys(taken) == ("comp128v1", K, "")


@pytest.mark.parametrize("word", ["COMP128-1", "comp128v1", "COMP128_V1", "Comp128 1"])
def test_sim_vendors_have_words_of_their_own(take: Take, word: str) -> None:
    (taken,) = take("sim", f"imsi,ki,algorithm\n901700000000001,{K},{word}\n")
    assert taken.algorithm.name == "comp128v1"


@pytest.mark.parametrize("text", ["", "[]", " [ ]\n"])
def test_no_documents(take: Take, text: str) -> None:
    assert take("pyhss", text) == []


def test_our_own_in_any_order_and_with_defaults(take: Take) -> None:
    text = f"sqn,ki,imsi,op\n64,{K},001010000000001,{OP}\n"
    (taken,) = take("csv", text)
    assert (keys(taken), taken.sqn, taken.ind_bits) == (("milenage", K, OPC), 64, 5)


# What is wrong is named by line, column and reason.

IMSI = "001010000000001"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (
            "csv",
            f"imsi,ki\n{IMSI},{K[:-2]}\n",
            "line 2: ki: a key of milenage has 16 octets, not 15",
        ),
        ("csv", f"imsi,ki\n{IMSI},zz\n", "line 2: ki: hexadecimal digits wanted"),
        ("csv", f"imsi,ki\n{IMSI},\n", "line 2: ki: missing"),
        ("csv", f"imsi,ki,opc\n12x,{K},{OPC}\n", "line 2: imsi: an IMSI has 6 to 15 decimal"),
        ("csv", f"imsi,ki\n{IMSI},{K}\n", "line 2: opc: milenage wants an OPc of 16 octets"),
        ("csv", f"imsi,ki,sqn\n{IMSI},{K},-1\n", "line 2: sqn: '-1' is no whole number"),
        ("csv", f"imsi,ki,opc,sqn\n{IMSI},{K},{OPC},{2**48}\n", "line 2: sqn: 0 to"),
        ("csv", f"imsi,ki,algorithm\n{IMSI},{K},rot13\n", "line 2: algorithm: rot13 is no algor"),
        ("csv", f"imsi,ki,mtc_allowed\n{IMSI},{K},maybe\n", "line 2: mtc_allowed: 'maybe' is nei"),
        ("csv", f"imsi,ki,parameters\n{IMSI},{K},x=1\n", "line 2: parameters: x is no parameter"),
        ("csv", f"imsi,ki,opc,op\n{IMSI},{K},{K},{OP}\n", "line 2: op: it does not make the OPc"),
        ("csv", f"imsi,ki\n{IMSI},{K},{OPC}\n", "line 2: more than the 2 columns of the header"),
        (
            "csv",
            f"imsi,ki,opc\n{IMSI},{K},{OPC}\n{IMSI},{K},{OPC}\n",
            f"line 3: imsi: {IMSI} stands in line 2",
        ),
        ("srsran", "ue,mil,001\n", "line 1: 3 columns instead of 10"),
        ("srsran", SRSRAN.replace("mil,", "milk,"), "line 5: Auth: milk is no algorithm"),
        ("srsran", SRSRAN.replace("000000001235", "12x"), "line 6: SQN: '12x' is not hexadec"),
        ("pycrate", f"{IMSI};{K};9;1;\n", "line 1: algorithm id: 9 is no algorithm"),
        ("pycrate", f"{IMSI};{K}\n", "line 1: IMSI;K;algorithm;SQN;OP wanted"),
        ("open5gs", '[{"imsi": "1"}]', "document 1 (line 1): no open5gs subscriber"),
        (
            "open5gs",
            '{"imsi": "001010000000001",\n"security": {"k": "00"}}',
            "line 1: security.k: a key",
        ),
        ("pyhss", '[{"imsi": "001010000000001"}]', "document 1 (line 1): ki: missing"),
        ("pyhss", json.dumps([PYHSS[0], 1], indent=1), "document 2 (line 17): no object"),
        ("csv", f'imsi,ki,amf\n{IMSI},{K},"80\n00"\n', "line 2: amf: '80\\n00' has 5 characters"),
        ("csv", f"imsi,ki,amf\n\n{IMSI},{K},12345\n", "line 3: amf: '12345' has 5 characters: 4"),
        ("csv", f"imsi,ki,amf\n{IMSI},{K},80xx\n", "line 2: amf: '80xx' is not hexadecimal"),
        ("csv", f"imsi,ki,amf\n{IMSI},{K},0x80\n", "line 2: amf: '0x80' is not hexadecimal"),
        ("csv", f"imsi,ki,parameters\n{IMSI},{K},r=a/1\n", "line 2: parameters: 'a' is no whole"),
        ("csv", f"imsi,ki,parameters\n{IMSI},{K},c=1/x\n", "line 2: parameters: 'x' is not hexa"),
        ("pyhss", "[1]", "document 1 (line 1): no object"),
        (
            "pyhss",
            json.dumps([PYHSS[0] | {"algo": "3"}]),
            "document 1 (line 1): algo: '3' is not known",
        ),
        (
            "pyhss",
            json.dumps([PYHSS[0] | {"algo": 1}]),
            "document 1 (line 1): algo: '1' is not known",
        ),
        ("sim", f"IMSI;Ki\n{IMSI};{K[:-1]}\n", "line 2: Ki: hexadecimal digits wanted"),
    ],
)
def test_a_bad_row(take: Take, name: str, text: str, said: str) -> None:
    with pytest.raises(Exception, match="nothing imported") as caught:
        take(name, text)
    assert f"\n  {said}" in str(caught.value)
    assert K not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("csv", "imsi,colour\n", "line 1: unknown column colour; known: imsi, algorithm, ki"),
        ("csv", "ki\n", "line 1: no column imsi"),
        ("csv", "", "line 1: no column imsi"),
        ("csv", "imsi,ki,ki\n", "line 1: a column stands there twice"),
        ("csv", f'imsi,ki\n{IMSI},{K}\n1,"2\n3,4\n5,6\n', "line 3: a quote that nothing closes"),
        ("csv", f'imsi,ki\n{IMSI},"{K}"2\n', "line 2: ',' expected after"),
        ("pyhss", "[1\n2]", "line 1: a comma or the end of the array wanted"),
        ("pyhss", "[1,\n]", "line 2: Expecting value"),
        ("pyhss", "[", "line 1: Expecting value"),
        ("pyhss", "[" * 200_000, "nested too deep"),
        ("sim", "imsi,kii\n", "line 1: columns IMSI and Ki are wanted"),
        ("sim", "", "line 1: columns IMSI and Ki are wanted"),
        ("open5gs", '[{"imsi": }]', "line 1: Expecting value"),
        ("open5gs", '{"imsi": "1"}\n{x', "line 2: Expecting property name"),
        ("osmo-hlr", "imsi,ki\n", "file is not a database: it is no database of OsmoHLR"),
    ],
)
def test_a_file_that_is_of_another_kind(take: Take, name: str, text: str, said: str) -> None:
    with pytest.raises(FormatError) as caught:
        take(name, text)
    assert said in str(caught.value)


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_that_is_not_there(tmp_path: Path, store: SubscriberStore, name: str) -> None:
    with pytest.raises(FormatError, match="absent: "):
        import_file(store, tmp_path / "absent", FORMATS[name], defaults={})


@pytest.mark.parametrize("name", sorted(set(FORMATS) - {"osmo-hlr"}))
def test_a_file_that_is_no_text(tmp_path: Path, store: SubscriberStore, name: str) -> None:
    (tmp_path / "in").write_bytes(b"imsi\n\xff\xfe\x00")
    with pytest.raises(FormatError, match="not UTF-8"):
        import_file(store, tmp_path / "in", FORMATS[name], defaults={})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(octets=st.binary(max_size=200))
@pytest.mark.parametrize("name", FORMATS)
def test_whatever_a_file_holds_is_refused_in_words(
    tmp_path: Path, name: str, octets: bytes
) -> None:
    file = tmp_path / "in"
    file.write_bytes(octets)
    with closing(SubscriberStore.open()) as store, suppress(FormatError, ImportRefused):
        import_file(store, file, FORMATS[name], defaults={})


# Out and in again.

MILENAGE = Subscriber(Imsi(IMSI), Secret(bytes.fromhex(K)), Secret(bytes.fromhex(OPC)), sqn=0x1234)
ROUND = {
    "csv": MILENAGE,
    "osmo-hlr": MILENAGE,
    "open5gs": MILENAGE,
    "pyhss": MILENAGE,
    "srsran": MILENAGE,
    "sim": MILENAGE,
    "pycrate": Subscriber(Imsi(IMSI), Secret(bytes(16)), None, ALGORITHMS["comp128v2"]),
}


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_exported_is_imported_again(tmp_path: Path, name: str) -> None:
    """SQNs never go back; programs that keep the next one get the next one."""
    wanted = ROUND[name]
    file = tmp_path / "out"
    assert export_file([wanted], file, FORMATS[name], with_keys=True) == 1
    assert file.stat().st_mode & 0o777 == 0o600
    with closing(SubscriberStore.open()) as store:
        import_file(store, file, FORMATS[name], defaults={"algorithm": wanted.algorithm.name})
        (found,) = store
    next_one = {"open5gs", "pyhss", "srsran"}
    sqn = 0x1240 if name in next_one else 0 if name == "sim" else wanted.sqn
    assert found == replace(wanted, sqn=sqn)


@pytest.mark.parametrize("name", sorted(set(ALGORITHMS) - {"gsm-milenage"}))
def test_osmo_hlr_takes_back_every_algorithm_it_gives(tmp_path: Path, name: str) -> None:
    row = ALGORITHMS[name]
    opc = Secret(bytes(row.operator)) if row.operator else None
    wanted = Subscriber(Imsi(IMSI), Secret(bytes(row.key[-1])), opc, row)
    export_file([wanted], tmp_path / "out", FORMATS["osmo-hlr"], with_keys=True)
    with closing(SubscriberStore.open()) as store:
        import_file(store, tmp_path / "out", FORMATS["osmo-hlr"], defaults={})
        assert list(store) == [wanted]


@pytest.mark.parametrize("name", FORMATS)
def test_keys_are_left_out_unless_asked_for(tmp_path: Path, name: str) -> None:
    file = tmp_path / "out"
    export_file([ROUND[name]], file, FORMATS[name], with_keys=False)
    octets = file.read_bytes().lower()
    assert IMSI.encode() in octets
    assert K.encode() not in octets
    assert OPC.encode() not in octets
    assert bytes(16).hex().encode() not in octets


@pytest.mark.parametrize("name", sorted(set(FORMATS) - {"csv"}))
def test_what_a_format_has_no_words_for_is_refused(tmp_path: Path, name: str) -> None:
    k, topc = Secret(bytes(32)), Secret(bytes(32))
    parameters = parse_parameters("iterations=2")
    tuak = Subscriber(Imsi(IMSI), k, topc, ALGORITHMS["tuak"], parameters)
    with pytest.raises(FormatError, match=f"subscriber {IMSI}: .* has no tuak with iterations=2"):
        export_file([tuak], tmp_path / "out", FORMATS[name], with_keys=True)
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_cards_says_the_algorithm_of_each(tmp_path: Path) -> None:
    sim = Subscriber(Imsi("001010000000002"), Secret(bytes(16)), None, ALGORITHMS["comp128v3"])
    file = tmp_path / "out"
    export_file([replace(MILENAGE, sqn=0), sim], file, FORMATS["sim"], with_keys=True)
    with closing(SubscriberStore.open()) as store:
        import_file(store, file, FORMATS["sim"], defaults={})
        assert list(store) == [replace(MILENAGE, sqn=0), sim]


UNUSUAL = {"amf": "9001", "sqn": "64", "ind_bits": "4", "mtc_allowed": "no", "tagged_only": "yes"}
LOST = {
    "csv": [],
    "osmo-hlr": ["amf", "mtc_allowed", "tagged_only"],
    "open5gs": ["ind_bits", "mtc_allowed", "tagged_only"],
    "pyhss": ["ind_bits", "mtc_allowed", "tagged_only"],
    "srsran": ["ind_bits", "mtc_allowed", "tagged_only"],
    "pycrate": ["mtc_allowed", "tagged_only"],
    "sim": [*UNUSUAL],
}


@pytest.mark.parametrize("name", FORMATS)
def test_what_an_export_loses_is_told_and_all_else_is_in_it(tmp_path: Path, name: str) -> None:
    """Of a SIM (the row of pycrate) nothing counts that only a USIM has."""
    wanted = changed(ROUND[name], UNUSUAL)
    lost: list[str] = []
    export_file([wanted], tmp_path / "out", FORMATS[name], with_keys=True, lose=lost.extend)
    assert lost == LOST[name]
    with closing(SubscriberStore.open()) as store:
        import_file(store, tmp_path / "out", FORMATS[name], defaults={})
        (found,) = store
    usual, unusual = describe(found, with_keys=True), describe(wanted, with_keys=True)
    differing = {field for field in usual if usual[field] != unusual[field]}
    assert differing - {"sqn"} - (AKA_FIELDS if name == "pycrate" else set()) == set(lost) - {"sqn"}


@pytest.mark.parametrize("name", FORMATS)
def test_of_the_usual_nothing_is_lost(tmp_path: Path, name: str) -> None:
    lost: list[str] = []
    usual = replace(ROUND[name], sqn=0)
    export_file([usual], tmp_path / "out", FORMATS[name], with_keys=True, lose=lost.extend)
    assert lost == []


def test_pycrate_holds_no_opc(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="holds OP, and only OPc is known"):
        export_file([MILENAGE], tmp_path / "out", FORMATS["pycrate"], with_keys=True)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="No such file"):
        export_file([MILENAGE], tmp_path / "absent" / "out", FORMATS["csv"], with_keys=True)


# Subscriptions as text.

octets16 = st.binary(min_size=16, max_size=16).map(Secret)
constants = "r=8/16/40/72/104 c=1/2/3/4/ffffffffffffffffffffffffffffffff"
drawn = st.builds(
    Subscriber,
    imsi=st.from_regex(r"[0-9]{6,15}", fullmatch=True).map(Imsi),
    ki=octets16,
    opc=octets16,
    algorithm=st.just(ALGORITHMS["milenage"]),
    parameters=st.sampled_from(["", constants]).map(parse_parameters),
    amf=st.integers(0, 0xFFFF),
    sqn=st.integers(0, 2**48 - 1),
    ind_bits=st.integers(0, 16),
    mtc_allowed=st.booleans(),
    tagged_only=st.booleans(),
)


@given(subscriber=drawn)
def test_every_subscription_is_a_text(subscriber: Subscriber) -> None:
    assert build(describe(subscriber, with_keys=True)) == subscriber


def test_opc_of_op() -> None:
    fields = {"imsi": IMSI, "ki": K, "op": OP}
    assert build(fields).opc == Secret(
        derive_opc(Secret(bytes.fromhex(K)), bytes.fromhex(OP)).octets
    )
