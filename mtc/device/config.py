"""The MTC Device's configuration file."""

from __future__ import annotations

from pathlib import Path

from mkef.crypto.secret import Ki, OPc
from mkef.net.endpoint import Endpoint
from mkef.net.section import Seconds, Section
from mkef.ops.configuration import LogSection
from mkef_codecs.errors import CodecError
from mkef_codecs.establishment import Profile, Tag
from mkef_codecs.identity import Imsi, ServerId

DEFAULT_PROFILE = 0x14  # two vectors, tagged RAND, E(RES) under Kc, OSCORE


def parse_profile(octet: int) -> Profile:
    """A profile that this device can use."""
    profile = Profile.parse(octet)
    if profile.integrity_only:
        raise CodecError("integrity only (bit 1) is not offered here", path="profile")
    return profile


class UsimSection(Section, frozen=True):
    """`[usim]`: a USIM in software; 32 hexadecimal digits each."""

    ki: Ki
    opc: OPc


class MtcDeviceConfig(Section, frozen=True):
    """`mtc-device.toml`."""

    imsi: Imsi
    server: Endpoint
    server_id: ServerId
    state: Path  # the counter and the current key; one file for each device, never copied
    usim: UsimSection
    profile: int = DEFAULT_PROFILE
    tag: Tag = Tag()  # of tagged RANDs, the operator's, 8 hexadecimal digits
    lifetime_s: Seconds = 43_200  # of a key, at most; the MKEF may grant less
    answer_timeout_s: Seconds = 30  # longer than a server may wait for a key
    log: LogSection = LogSection()

    def __post_init__(self) -> None:
        parse_profile(self.profile)
