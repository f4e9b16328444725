"""Key requests of many devices as octets, each sent once."""

from __future__ import annotations

import hashlib
import random
from collections import deque
from collections.abc import Iterator

from diameter_load import Connection, Load
from key_requests import CARD, HOME, SERVER, SERVER_ID

from mkef.crypto.kdf import Binding, derive_rands
from mkef_codecs import lab
from mkef_codecs.diameter.commands import encode
from mkef_codecs.establishment import Profile
from mkef_codecs.generated.diameter import MKR
from mkef_codecs.identity import Imsi

RANDOM, TAGGED = Profile(), Profile(vectors=2, tagged=True)
FIRST = 1_010_000_000_000  # of the devices' IMSIs, which have 15 digits


def imsi_of(device: int) -> Imsi:
    """One of the registry's devices."""
    return Imsi(f"{FIRST + device:015}")


def request_of(
    number: int, device: int, host: str = SERVER, profile: Profile = RANDOM, counter: int = 0
) -> bytes:
    """The request of a number from a server, with the two identifiers left out."""
    imsi = imsi_of(device)
    rand = hashlib.sha256(f"{host}{number}".encode()).digest()[:16]
    if profile.tagged:
        rand = lab.TAG + counter.to_bytes(4, "big") + rand[8:]
    vectors = tuple(map(CARD.gsm, derive_rands(rand, profile)))
    established = Binding(profile, rand, imsi, SERVER_ID).derive(vectors)
    request = MKR(
        session_id=f"{host};1767225600;{number:012}",
        auth_session_state=1,
        origin_host=host,
        origin_realm="example",
        destination_realm=HOME,
        user_name=imsi.digits,
        mtc_key_profile=profile.octet,
        mtc_device_rand=rand,
        mtc_encrypted_res=established.encrypted_res,
    )
    return encode(request, 0, 0)


class Requests:
    """A stock of requests that no MKEF has seen: of devices drawn at random, or in turn if their
    RANDs are tagged, since a device counts."""

    def __init__(self, devices: int, host: str = SERVER, profile: Profile = RANDOM) -> None:
        self.host = host
        self._devices = devices
        self._profile = profile
        self._chance = random.Random(7)  # noqa: S311 - a load that repeats
        self._number = 0
        self._stock: deque[bytes] = deque()

    def prepare(self, count: int) -> None:
        """Make requests now, not while something is measured."""
        while len(self._stock) < count:
            self._number += 1
            counter, device = divmod(self._number, self._devices)
            if not self._profile.tagged:
                device = self._chance.randrange(self._devices)
            made = request_of(self._number, device, self.host, self._profile, counter)
            self._stock.append(made)

    def __iter__(self) -> Iterator[bytes]:
        while True:
            if not self._stock:
                self.prepare(1000)
            yield self._stock.popleft()


class KeyConnection(Connection):
    """A peer whose requests all differ."""

    def __init__(self, requests: Requests, load: Load, tls: object) -> None:
        super().__init__(requests.host, load, tls)  # type: ignore[arg-type]
        self._requests = iter(requests)

    def send(self, count: int) -> None:
        """So many requests in one write."""
        parts = []
        for _ in range(count):
            octets = next(self._requests)
            self._identifier += 1
            identifier = self._identifier.to_bytes(4, "big")
            parts += (octets[:12], identifier, identifier, octets[20:])
        self._write(b"".join(parts))
