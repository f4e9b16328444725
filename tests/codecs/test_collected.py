"""Values are part of no cycle, so that the garbage collector has nothing to do with them."""

from __future__ import annotations

import gc

from mkef_codecs.diameter.header import Header
from mkef_codecs.generated.diameter import MKA, MTCKeyInfo
from mkef_codecs.ss7.component import Invoke
from mkef_codecs.ss7.map_auth import Triplet


def test_what_waits_in_memory_by_the_thousand_is_not_looked_through() -> None:
    info = MTCKeyInfo(mtc_key_material=bytes(32), mtc_server_id="a", key_expirytime=1)
    answer = MKA("a;1;2", 1, "a.example", "example", mtc_key_info=info)
    values = [info, answer, Header(0, 1, 2, 3, 4), Invoke(1, 56), Triplet(b"", b"", b"")]
    assert not any(map(gc.is_tracked, values))
