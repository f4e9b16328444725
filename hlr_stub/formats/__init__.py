"""Subscriber files of other programs, and our own: one row each."""

from __future__ import annotations

from collections.abc import Mapping

from hlr_stub.formats.documents import read_open5gs, read_pyhss, write_open5gs, write_pyhss
from hlr_stub.formats.osmo_hlr import read_osmo_hlr, write_osmo_hlr
from hlr_stub.formats.record import Format, FormatError, Record, RowError
from hlr_stub.formats.tables import (
    read_csv,
    read_pycrate,
    read_sim_csv,
    read_srsran,
    write_csv,
    write_pycrate,
    write_sim_csv,
    write_srsran,
)
from hlr_stub.subscribers import USUAL

__all__ = ["FORMATS", "Format", "FormatError", "Record", "RowError"]

_SQN = frozenset({"sqn"})
_AMF_SQN = frozenset({"amf", "sqn"})
_SQN_IND = frozenset({"sqn", "ind_bits"})
_ALL = frozenset(USUAL)
_ROWS = (
    Format("csv", "our own: a header with the names of fields", read_csv, write_csv, _ALL),
    Format("osmo-hlr", "OsmoHLR's SQLite database", read_osmo_hlr, write_osmo_hlr, _SQN_IND),
    Format(
        "open5gs", "open5gs' subscribers, from mongoexport", read_open5gs, write_open5gs, _AMF_SQN
    ),
    Format("pyhss", "pyHSS' AuC records in JSON", read_pyhss, write_pyhss, _AMF_SQN),
    Format("srsran", "srsRAN's user_db.csv", read_srsran, write_srsran, _AMF_SQN),
    Format("pycrate", "pycrate's AuC.db", read_pycrate, write_pycrate, _SQN),
    Format("sim", "CSV of SIM vendors and of pySim", read_sim_csv, write_sim_csv, frozenset()),
)
FORMATS: Mapping[str, Format] = {row.name: row for row in _ROWS}
