"""What can go wrong at the device; each is one line for whoever runs it."""

from __future__ import annotations

from mkef.net.endpoint import NetworkError


class DeviceError(NetworkError):
    """The reading was not stored, as far as the device can know."""


class NoAnswer(DeviceError):
    """Nothing came back in time, or the network says that nobody is there."""


class Refused(DeviceError):
    """An unprotected 4.01: a hint that the server has no key for this device."""


class Unavailable(DeviceError):
    """An unprotected 5.03: try again after `retry_after_s`."""

    def __init__(self, message: str, *, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class NotVerified(DeviceError):
    """An answer that is not from a server with our K_MTC."""


class NotStored(DeviceError):
    """A verified answer that says no."""


class StateError(DeviceError):
    """The device's state cannot be read, written or had for itself alone."""


class NoKey(DeviceError):
    """No RAND, and so no key, can be made here."""
