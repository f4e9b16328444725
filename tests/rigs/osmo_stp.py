"""osmo-stp, a foreign signalling transfer point, started with a configuration of a test's own."""

from __future__ import annotations

import socket
import subprocess
import time
from pathlib import Path
from typing import Any

from mkef.net.endpoint import Endpoint
from mkef.net.sigtran import SigtranSection

PATIENCE_S = 20.0
TERMINAL = 4239  # osmo-stp 1.6 has no other: one process in each network namespace

# The two nodes. With static routes an application server process is known by its port.
PORTS = {"mkef": 29051, "hlr": 29052}
CONTEXTS = {"mkef": 101, "hlr": 102}
POINT_CODES = {"mkef": 1, "hlr": 2}
SSNS = {"mkef": 149, "hlr": 6}

_HEAD = """\
log stderr
 logging filter all 1
 logging color 0
 logging level set-all notice
line vty
 no login
cs7 instance 0
 network-indicator national
"""

# SCCPlite: a client is known by its unit name; what it sends goes to the point code of "override".
_IPA = """\
 xua rkm routing-key-allocation dynamic-permitted
 listen ipa {port}
  local-ip 127.0.0.1
  accept-asp-connections dynamic-permitted
 as as-mkef ipa
  routing-key 0 0.0.1
  point-code override dpc 0.0.2
 as as-hlr ipa
  routing-key 0 0.0.2
  point-code override dpc 0.0.1
 route-table system
  update route 0.0.1 7.255.7 linkset as-mkef
  update route 0.0.2 7.255.7 linkset as-hlr
"""

# Application server processes are known by their ports.
_STATIC = """\
 point-code 0.0.7
 listen m3ua {port}
  local-ip {host}
 asp asp-mkef {mkef_port} {port} m3ua
  local-ip {host}
  remote-ip {mkef_host}
  role sg
  sctp-role server
 asp asp-hlr {hlr_port} {port} m3ua
  local-ip {host}
  remote-ip {host}
  role sg
  sctp-role server
 as as-mkef m3ua
  asp asp-mkef
  routing-key 101 0.0.1
  traffic-mode override
 as as-hlr m3ua
  asp asp-hlr
  routing-key 102 0.0.2
  traffic-mode override
 route-table system
  update route 0.0.1 7.255.7 linkset as-mkef
  update route 0.0.2 7.255.7 linkset as-hlr
"""

# Routing keys are registered, routes follow from them.
_REGISTERED = """\
 point-code 0.0.7
 xua rkm routing-key-allocation dynamic-permitted
 listen m3ua {port}
  local-ip {host}
  accept-asp-connections dynamic-permitted
"""

_BODIES = {"ipa": _IPA, "static": _STATIC, "registered": _REGISTERED}


class OsmoStp:
    """One process, which can be killed and started again with the same configuration."""

    def __init__(self, program: str, folder: Path, kind: str, **values: object) -> None:
        self._command = [program, "-c", str(folder / "osmo-stp.cfg")]
        self._log = folder / "osmo-stp.log"
        self._process: subprocess.Popen[bytes] | None = None
        self.port = int(str(values.setdefault("port", free_port())))
        values.setdefault("host", "127.0.0.1")
        values.setdefault("mkef_host", "127.0.0.1")
        text = (_HEAD + _BODIES[kind]).format(**values)
        (folder / "osmo-stp.cfg").write_text(text)

    def start(self) -> None:
        """Start it; it is ready when its terminal can be reached."""
        self.launch()
        assert self._process is not None
        deadline = time.monotonic() + PATIENCE_S
        while not self.ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"osmo-stp does not start: {self.said()}")
            time.sleep(0.02)

    def ready(self) -> bool:
        """Whether its terminal can be reached."""
        return _answers(TERMINAL)

    def launch(self) -> None:
        """Start it without waiting: nodes find it when it is ready."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def kill(self) -> None:
        """End it without a goodbye."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def said(self) -> str:
        """The end of its log."""
        return self._log.read_text(errors="replace")[-2000:]


def settings_of(kind: str, stp: OsmoStp, name: str) -> dict[str, Any]:
    """What makes a node an application server process of the STP, as a configuration has it."""
    common = {"listen": [], "connect": [f"127.0.0.1:{stp.port}"]}
    if kind == "ipa":
        gateway = POINT_CODES["hlr" if name == "mkef" else "mkef"]
        named = {"transport": "ipa", "ipa_name": f"as-{name}", "gateway_point_code": gateway}
        return {**common, **named}
    if kind == "registered":
        return {**common, "transport": "sctp", "register_routing_key": True}
    known = {"local_port": PORTS[name], "routing_context": CONTEXTS[name]}
    return {**common, "transport": "sctp", **known}


def section_of(kind: str, stp: OsmoStp, name: str) -> SigtranSection:
    """The same as a section, for a node in a test."""
    settings = settings_of(kind, stp, name) | {
        "listen": (),
        "connect": (Endpoint("127.0.0.1", stp.port),),
        "point_code": POINT_CODES[name],
        "ssn": SSNS[name],
    }
    return SigtranSection(**settings)


def free_port() -> int:
    """A TCP port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
