"""The device's key: made by the device itself, kept in its state, replaced when it is time."""

from __future__ import annotations

from mkef.crypto.kdf import Binding, derive_rands
from mkef.net.sources import Sources
from mkef_codecs.establishment import KidContext, Profile
from mtc.device.config import MtcDeviceConfig
from mtc.device.rand import draw_rand, first_counter
from mtc.device.state import KeyState, StateFile
from mtc.device.usim import Usim
from mtc.oscore import SecurityContext

FIRST_BACKOFF_S = 60
LAST_BACKOFF_S = 3600


class Keyring:
    """What the state allows is done only after the state is written."""

    def __init__(
        self, config: MtcDeviceConfig, usim: Usim, file: StateFile, sources: Sources
    ) -> None:
        self._config = config
        self._usim = usim
        self._file = file
        self._sources = sources

    def current(self, profile: Profile) -> KeyState | None:
        """The stored key, unless it is for something else, too old, or refused and replaceable."""
        key = self._file.state.key
        if key is None or key.server_id != self._config.server_id:
            return None
        if key.kid_context.profile != profile:
            return None
        age_s = self._sources.clock() - key.created_at
        if not 0 <= age_s < self._config.lifetime_s:
            return None
        return None if key.refused and age_s >= self._backoff_s() else key

    def establish(self, profile: Profile) -> KeyState:
        """A new key: RAND, the USIM's answers, K_MTC and E(RES)."""
        config = self._config
        counter = self._take_counter() if profile.tagged else 0
        rand = draw_rand(profile, config.tag.octets, counter, self._sources.octets)
        vectors = tuple(map(self._usim.authenticate_gsm, derive_rands(rand, profile)))
        made = Binding(profile, rand, config.imsi, config.server_id).derive(vectors)
        key = KeyState(
            server_id=config.server_id,
            kid_context=KidContext(profile, rand, made.encrypted_res),
            k_mtc=made.k_mtc,
            created_at=self._sources.clock(),
        )
        self._file.update(key=key)
        return key

    def security(self, key: KeyState) -> SecurityContext:
        """OSCORE under the key, from the first sequence number not used yet."""
        return SecurityContext.of_device(
            key.k_mtc,
            self._config.imsi,
            key.kid_context.encode(),
            next_sequence=key.next_sequence,
            store=lambda number: self._file.update_key(next_sequence=number),
        )

    def confirm(self, key: KeyState) -> None:
        """A verified answer has come: the server holds the key."""
        if self._file.state.refused_keys:
            self._file.update(refused_keys=0)
        if key.refused or not key.confirmed:
            self._file.update_key(confirmed=True, refused=False)

    def doubt(self, key: KeyState) -> None:
        """An unprotected 4.01 has come: perhaps the server does not hold the key."""
        if not key.refused:
            self._file.update(refused_keys=self._file.state.refused_keys + 1)
            self._file.update_key(refused=True)

    def _backoff_s(self) -> int:
        """How old a key must be to be replaced because of a 4.01, which anyone can send."""
        doublings = min(self._file.state.refused_keys - 1, 16)
        return min(FIRST_BACKOFF_S << doublings, LAST_BACKOFF_S)

    def _take_counter(self) -> int:
        """The counter for a tagged RAND; the one after it is stored first."""
        counter = self._file.state.next_counter
        if counter is None:
            counter = first_counter(self._sources.clock())
        self._file.update(next_counter=counter + 1)
        return counter
