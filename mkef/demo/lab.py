"""All nodes of a lab in one process: for captures that repeat, and for tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path

from hlr_stub.config import HlrConfig
from hlr_stub.node import HlrNode
from hlr_stub.store import SubscriberStore
from hlr_stub.subscribers import Subscriber
from mkef.config import MkefConfig
from mkef.crypto.secret import Ki, OPc
from mkef.demo.files import (
    IMSI,
    KI,
    OPC,
    copy_examples,
    import_entitlements,
    issue_certificates,
)
from mkef.net.capture import Capture
from mkef.net.sources import SYSTEM, Sources
from mkef.node import MkefNode
from mkef.ops.configuration import load
from mkef_codecs.identity import Imsi
from mtc.device.config import MtcDeviceConfig
from mtc.device.terminal import Terminal
from mtc.device.usim import SoftUsim
from mtc.server.config import MtcServerConfig
from mtc.server.node import MtcServerNode
from mtc.server.reading import Reading
from mtc.server.zk import ZkClient

SUBSCRIBER = Subscriber(Imsi(IMSI), Ki(bytes.fromhex(KI)), OPc(bytes.fromhex(OPC)))


def _written_down(folder: Path) -> Callable[[str], Capture]:
    return lambda node: Capture(folder / f"{node}.pcapng", node=node, clock=SYSTEM.clock)


@dataclass(slots=True)
class Lab:
    """What differs from the files of `examples/`: settings by program, and what is injected."""

    folder: Path
    settings: Mapping[str, Sequence[str]] = field(default_factory=dict)
    subscribers: Sequence[Subscriber] = (SUBSCRIBER,)
    sources: Callable[[str], Sources] = lambda _: SYSTEM
    tap: Callable[[str], Capture] | None = None
    readings: list[Reading] = field(default_factory=list)
    server_address: str = ""
    zk_address: str = ""

    def prepare(self) -> None:
        """The files of the lab."""
        copy_examples(self.folder)
        issue_certificates(self.folder)
        with closing(SubscriberStore.open(self._hlr_config().store)) as store:
            for subscriber in self.subscribers:
                store.add(subscriber)

    @asynccontextmanager
    async def home(self) -> AsyncIterator[MkefNode]:
        """HLR and MKEF, connected.

        An HLR that does not listen connects itself, to a signalling transfer point.
        """
        tap = self.tap or _written_down(self.folder)
        import_entitlements(self.folder)
        async with AsyncExitStack() as stack:
            hlr = await stack.enter_async_context(
                HlrNode(self._hlr_config(), sources=self.sources("hlr"))
            )
            listening = hlr.addresses.get("m3ua_tcp")
            if listening is None:
                await hlr.connected()
            mkef = await stack.enter_async_context(
                MkefNode(
                    self._mkef_config(listening),
                    sources=self.sources("mkef"),
                    capture=stack.enter_context(closing(tap("mkef"))),
                )
            )
            await mkef.connected()
            self.zk_address = mkef.addresses["zk"]
            yield mkef

    @asynccontextmanager
    async def run(self) -> AsyncIterator[Lab]:
        """HLR, MKEF and MTC Server, each when the one before is connected."""
        tap = self.tap or _written_down(self.folder)
        async with self.home(), AsyncExitStack() as stack:
            capture = stack.enter_context(closing(tap("mtc-server")))
            self.server_address = await self._enter_server(stack, capture)
            yield self

    async def _enter_server(self, stack: AsyncExitStack, capture: Capture) -> str:
        config, sources = self._server_config(), self.sources("mtc-server")
        keys = await stack.enter_async_context(
            ZkClient(config.zk, config.server_id, capture=capture, sources=sources)
        )
        await keys.connected()
        node = await stack.enter_async_context(
            MtcServerNode(
                config, keys, capture=capture, deliver=self.readings.append, sources=sources
            )
        )
        return node.addresses["coap"]

    def device(self, *settings: str) -> Terminal:
        """The device of the example configuration, with its soft USIM."""
        all_settings = (f"server={self.server_address}", *settings)
        config = load(self.folder / "mtc-device.toml", MtcDeviceConfig, all_settings)
        usim = SoftUsim(config.usim.ki, config.usim.opc)
        return Terminal(config, usim, sources=self.sources("mtc-device"))

    @property
    def captures(self) -> list[Path]:
        """The captures of both ends, to be merged."""
        return [self.folder / f"{node}.pcapng" for node in ("mtc-server", "mkef")]

    def _settings(self, program: str, *own: str) -> list[str]:
        return [*own, *self.settings.get(program, ())]

    def _hlr_config(self) -> HlrConfig:
        own = self._settings("hlr-stub", 'sigtran.listen=["127.0.0.1:0"]', "sigtran.transport=tcp")
        return load(self.folder / "hlr-stub.toml", HlrConfig, own)

    def _mkef_config(self, hlr: str | None) -> MkefConfig:
        connect = [] if hlr is None else [f'zr.sigtran.connect=["{hlr}"]']
        own = self._settings("mkef", "zk.listen=127.0.0.1:0", *connect, "zr.sigtran.transport=tcp")
        return load(self.folder / "mkef.toml", MkefConfig, own)

    def _server_config(self) -> MtcServerConfig:
        own = self._settings(
            "mtc-server", "listen=127.0.0.1:0", f"zk.connect.0.address={self.zk_address}"
        )
        return load(self.folder / "mtc-server.toml", MtcServerConfig, own)
