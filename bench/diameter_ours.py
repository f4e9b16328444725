"""Our server, to be measured: `python bench/diameter_ours.py HOST:PORT [PKI]`.

It says `ready` once it listens; with a folder of certificates it speaks TLS.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path

import structlog

from mkef.net.capture import Capture
from mkef.net.diameter import DiameterNode, local_node
from mkef.net.diameter_section import DiameterSection
from mkef.net.endpoint import Endpoint
from mkef.net.running import Running
from mkef.net.sources import SYSTEM
from mkef.net.tls import TlsSection
from mkef.ops.frame import serve
from mkef.stack.diameter_access import Remote
from mkef_codecs.diameter.commands import Body, Message
from mkef_codecs.generated.diameter import MKA, MKR, MTCKeyInfo, VendorSpecificApplicationId

HOME = "epc.mnc001.mcc001.3gppnetwork.org"
HOST = f"mkef.{HOME}"
ZK = VendorSpecificApplicationId(vendor_id=32473, auth_application_id=MKR.APPLICATION)
KEY = MTCKeyInfo(
    mtc_key_material=bytes(range(32)),
    mtc_server_id="mtc.example.net",
    key_expirytime=1_767_312_000,
    mtc_key_strength=128,
)
TW_S = 600.0  # no watchdog falls into a measurement


class Ours(Running):
    """Our server with an application that answers at once."""

    def __init__(self, listen: Endpoint, pki: Path | None) -> None:
        diameter = DiameterSection(
            origin_host=HOST,
            origin_realm=HOME,
            watchdog_s=TW_S,
            tls=pki and section(pki, HOST),
        )
        self._server = DiameterNode(
            diameter,
            local_node(diameter, ((32473, MKR.APPLICATION),)),
            listen=listen,
            handlers={MKR.APPLICATION: _answer},
            capture=Capture(None, node="mkef", clock=SYSTEM.clock),
            peer_name="mtc-server",
        )

    async def _start(self, stack: AsyncExitStack) -> None:
        await stack.enter_async_context(self._server)
        print("ready", flush=True)

    @property
    def addresses(self) -> Mapping[str, str]:
        """Where it listens."""
        return {"zk": self._server.address}


def section(pki: Path, host: str) -> TlsSection:
    """A node's certificate of the bench's own authority."""
    return TlsSection(
        certificate=pki / f"{host}.pem", key=pki / f"{host}.key", authority=pki / "ca.pem"
    )


def _answer(request: Message, _remote: Remote) -> Body:
    mkr = request.body
    assert isinstance(mkr, MKR)
    return MKA(
        session_id=mkr.session_id,
        vendor_specific_application_id=ZK,
        auth_session_state=1,
        origin_host=HOST,
        origin_realm=HOME,
        result_code=2001,
        mtc_key_info=KEY,
        proxy_info=mkr.proxy_info,
    )


def main(address: str, pki: str | None = None) -> None:
    """Serve until a signal."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    serve(Ours(Endpoint.parse(address), Path(pki) if pki else None))


if __name__ == "__main__":
    main(*sys.argv[1:])
