"""SCTP over several addresses: one path is cut and traffic goes on over the other."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from private_network import PrivateNetwork, private_network

from mkef.net import sctp
from mkef.net.endpoint import Endpoint
from mkef.net.sctp import SctpMissing
from mkef_codecs.ss7.map_auth import Encoding, SendAuthenticationInfoArg
from mkef_codecs.ss7.sccp import SccpAddress

HLR = SccpAddress(6, 2)
# Two paths, each between two addresses; a path is cut when they are taken away.
NEAR, FAR = ("10.77.1.1", "10.77.2.1"), ("10.77.1.2", "10.77.2.2")
QUICK = {"rto_initial": 100, "rto_min": 100, "path_max_retrans": 1}
Open = Callable[..., Any]


@pytest.fixture
def paths(missing: Callable[[str], NoReturn]) -> Iterator[PrivateNetwork]:
    """A network of this test's own, with quick SCTP timers."""
    try:
        sctp.open_socket(socket.AF_INET).close()
    except SctpMissing as error:
        pytest.skip(f"{error.strerror}; `make test-sctp` has a kernel with it")
    try:
        with private_network(*NEAR, *FAR) as network:
            for name, value in QUICK.items():
                Path(f"/proc/sys/net/sctp/{name}").write_text(str(value))
            yield network
    except PermissionError as error:
        missing(f"no private network ({error}): run as root")


async def test_a_path_is_cut(
    paths: PrivateNetwork, serve: Open, ask: Open, hlr: Any, argument: SendAuthenticationInfoArg
) -> None:
    listening = Endpoint(FAR[0], 2905)
    async with (
        serve(hlr, transport="sctp", listen=(listening,), local_addresses=FAR),
        ask(listening, transport="sctp", local_addresses=NEAR) as mkef,
    ):
        assert await mkef.wait_active(10)
        question = mkef.send_authentication_info
        await question(HLR, argument, encoding=Encoding.EXTENSION)
        paths.remove(FAR[0])
        paths.remove(NEAR[0])
        await question(HLR, argument, encoding=Encoding.EXTENSION)
    assert len(hlr.callers) == 2
    assert len({caller.association for caller in hlr.callers}) == 1
