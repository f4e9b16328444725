"""The length of each network's MNC, from pycrate's table of ITU-T E.212 assignments."""

from __future__ import annotations

from collections import Counter, defaultdict

from pycrate_mobile.MCC_MNC import MNC_dict

# Not assigned by E.212's list: test networks (TS 23.003 clause 2.2) and private ones, which
# testbeds use with two digits (001-01, 999-70).
OVERRIDES = {"001": 2, "999": 2}

HEADER = '''"""MNC lengths by MCC, or by PLMN where a country has both. Written by `make codecs`."""

MNC_LENGTH: dict[str, int] = {
'''


def mnc_lengths() -> dict[str, int]:
    """MCC, or whole PLMN in countries that mix lengths, to the MNC's length."""
    networks: dict[str, list[str]] = defaultdict(list)
    for plmn in MNC_dict:
        networks[plmn[:3]].append(plmn)
    table = dict(OVERRIDES)
    for mcc, plmns in networks.items():
        counts = Counter(len(plmn) - 3 for plmn in plmns)
        if len(counts) == 1:
            table[mcc] = next(iter(counts))
            continue
        usual = counts.most_common(1)[0][0]
        listed = set(plmns)
        for plmn in plmns:
            # A six-digit entry that begins like a five-digit one names two networks: the usual
            # length of the country decides between them.
            other = plmn[:5] if len(plmn) == 6 else None
            rivals = [p for p in plmns if len(p) == 6 and p[:5] == plmn]
            if (other in listed or rivals) and len(plmn) - 3 != usual:
                continue
            table[plmn] = len(plmn) - 3
    return table


def source() -> str:
    """The generated module."""
    rows = "".join(f'    "{k}": {v},\n' for k, v in sorted(mnc_lengths().items()))
    return f"{HEADER}{rows}}}\n"
