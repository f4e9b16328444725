"""Commands and Grouped AVPs of `codecs/avp`. Written by `make codecs`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from mkef_codecs.diameter.avp import (
    Avp, check_length, check_range, decode_address, decode_identity, decode_octets, decode_time,
    decode_unsigned32, decode_utf8, encode_address, encode_avp, encode_identity, encode_octets,
    encode_time, encode_unsigned32, encode_utf8, outside, scan,
)
from mkef_codecs.diameter.failure import located, missing, too_many
from mkef_codecs.errors import CodecError

# name: (code, vendor, type)
AVPS: dict[str, tuple[int, int, str]] = {
    "Acct-Application-Id": (259, 0, "Unsigned32"),
    "Auth-Application-Id": (258, 0, "Unsigned32"),
    "Auth-Session-State": (277, 0, "Enumerated"),
    "Destination-Host": (293, 0, "DiameterIdentity"),
    "Destination-Realm": (283, 0, "DiameterIdentity"),
    "Disconnect-Cause": (273, 0, "Enumerated"),
    "Error-Message": (281, 0, "UTF8String"),
    "Error-Reporting-Host": (294, 0, "DiameterIdentity"),
    "Experimental-Result": (297, 0, "Grouped"),
    "Experimental-Result-Code": (298, 0, "Unsigned32"),
    "Failed-AVP": (279, 0, "Grouped"),
    "Firmware-Revision": (267, 0, "Unsigned32"),
    "Host-IP-Address": (257, 0, "Address"),
    "Inband-Security-Id": (299, 0, "Unsigned32"),
    "Origin-Host": (264, 0, "DiameterIdentity"),
    "Origin-Realm": (296, 0, "DiameterIdentity"),
    "Origin-State-Id": (278, 0, "Unsigned32"),
    "Product-Name": (269, 0, "UTF8String"),
    "Proxy-Info": (284, 0, "Grouped"),
    "Result-Code": (268, 0, "Unsigned32"),
    "Route-Record": (282, 0, "DiameterIdentity"),
    "Session-Id": (263, 0, "UTF8String"),
    "Supported-Vendor-Id": (265, 0, "Unsigned32"),
    "User-Name": (1, 0, "UTF8String"),
    "Vendor-Id": (266, 0, "Unsigned32"),
    "Vendor-Specific-Application-Id": (260, 0, "Grouped"),
    "MTC-Key-Info": (1, 32473, "Grouped"),
    "MTC-Key-Profile": (2, 32473, "Unsigned32"),
    "MTC-Device-RAND": (3, 32473, "OctetString"),
    "MTC-Encrypted-RES": (4, 32473, "OctetString"),
    "MTC-Server-Id": (5, 32473, "UTF8String"),
    "MTC-Key-Material": (6, 32473, "OctetString"),
    "MTC-Key-Strength": (7, 32473, "Unsigned32"),
    "Key-ExpiryTime": (404, 10415, "Time"),
    "Requested-Key-Lifetime": (415, 10415, "Time"),
}
KNOWN = frozenset(vendor << 32 | code for code, vendor, _ in AVPS.values())


@dataclass(slots=True, kw_only=True)
class VendorSpecificApplicationId:
    """The Grouped AVP Vendor-Specific-Application-Id."""

    vendor_id: int
    auth_application_id: int | None = None
    acct_application_id: int | None = None
    others: list[Avp] = field(default_factory=list)

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar."""
        out: list[bytes] = []
        out.append(encode_avp(b'\x00\x00\x01\n@', b'', encode_unsigned32(self.vendor_id)))
        if self.auth_application_id is not None:
            out.append(encode_avp(b'\x00\x00\x01\x02@', b'', encode_unsigned32(self.auth_application_id)))
        if self.acct_application_id is not None:
            out.append(encode_avp(b'\x00\x00\x01\x03@', b'', encode_unsigned32(self.acct_application_id)))
        out.extend(other.encode() for other in self.others)
        return b"".join(out)

    @classmethod
    def decode(cls, octets: bytes, position: int, end: int) -> VendorSpecificApplicationId:
        """Decode the AVPs between two offsets; what breaks the grammar is refused."""
        vendor_id: int | None = None
        auth_application_id: int | None = None
        acct_application_id: int | None = None
        others: list[Avp] = []
        for key, flags, start, data, stop in scan(octets, position, end):
            try:
                if key == 266:
                    if vendor_id is not None:
                        raise too_many("Vendor-Id")
                    vendor_id = decode_unsigned32(octets[data:stop])
                elif key == 258:
                    if auth_application_id is not None:
                        raise too_many("Auth-Application-Id")
                    auth_application_id = decode_unsigned32(octets[data:stop])
                elif key == 259:
                    if acct_application_id is not None:
                        raise too_many("Acct-Application-Id")
                    acct_application_id = decode_unsigned32(octets[data:stop])
                else:
                    others.append(outside(octets, key, flags, start, data, stop, KNOWN))
            except CodecError as error:
                raise located(error, "Vendor-Specific-Application-Id", octets[start:stop], start) from None
        if vendor_id is None:
            raise missing("Vendor-Specific-Application-Id", "Vendor-Id", b'\x00\x00\x01\n@', b'', 4)
        return cls(vendor_id=vendor_id, auth_application_id=auth_application_id, acct_application_id=acct_application_id, others=others)


@dataclass(slots=True, kw_only=True)
class ExperimentalResult:
    """The Grouped AVP Experimental-Result."""

    vendor_id: int
    experimental_result_code: int
    others: list[Avp] = field(default_factory=list)

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar."""
        out: list[bytes] = []
        out.append(encode_avp(b'\x00\x00\x01\n@', b'', encode_unsigned32(self.vendor_id)))
        out.append(encode_avp(b'\x00\x00\x01*@', b'', encode_unsigned32(self.experimental_result_code)))
        out.extend(other.encode() for other in self.others)
        return b"".join(out)

    @classmethod
    def decode(cls, octets: bytes, position: int, end: int) -> ExperimentalResult:
        """Decode the AVPs between two offsets; what breaks the grammar is refused."""
        vendor_id: int | None = None
        experimental_result_code: int | None = None
        others: list[Avp] = []
        for key, flags, start, data, stop in scan(octets, position, end):
            try:
                if key == 266:
                    if vendor_id is not None:
                        raise too_many("Vendor-Id")
                    vendor_id = decode_unsigned32(octets[data:stop])
                elif key == 298:
                    if experimental_result_code is not None:
                        raise too_many("Experimental-Result-Code")
                    experimental_result_code = decode_unsigned32(octets[data:stop])
                else:
                    others.append(outside(octets, key, flags, start, data, stop, KNOWN))
            except CodecError as error:
                raise located(error, "Experimental-Result", octets[start:stop], start) from None
        if vendor_id is None:
            raise missing("Experimental-Result", "Vendor-Id", b'\x00\x00\x01\n@', b'', 4)
        if experimental_result_code is None:
            raise missing("Experimental-Result", "Experimental-Result-Code", b'\x00\x00\x01*@', b'', 4)
        return cls(vendor_id=vendor_id, experimental_result_code=experimental_result_code, others=others)


@dataclass(slots=True, kw_only=True)
class CER:
    """The command CER."""

    COMMAND: ClassVar[int] = 257
    APPLICATION: ClassVar[int] = 0
    FLAGS: ClassVar[int] = 0x80

    origin_host: str
    origin_realm: str
    host_ip_address: list[str] = field(default_factory=list)
    vendor_id: int
    product_name: str
    origin_state_id: int | None = None
    supported_vendor_id: list[int] = field(default_factory=list)
    auth_application_id: list[int] = field(default_factory=list)
    inband_security_id: list[int] = field(default_factory=list)
    acct_application_id: list[int] = field(default_factory=list)
    vendor_specific_application_id: list[VendorSpecificApplicationId] = field(default_factory=list)
    firmware_revision: int | None = None
    others: list[Avp] = field(default_factory=list)

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar."""
        out: list[bytes] = []
        out.append(encode_avp(b'\x00\x00\x01\x08@', b'', encode_identity(self.origin_host)))
        out.append(encode_avp(b'\x00\x00\x01(@', b'', encode_identity(self.origin_realm)))
        out.extend(encode_avp(b'\x00\x00\x01\x01@', b'', encode_address(value)) for value in self.host_ip_address)
        out.append(encode_avp(b'\x00\x00\x01\n@', b'', encode_unsigned32(self.vendor_id)))
        out.append(encode_avp(b'\x00\x00\x01\r\x00', b'', encode_utf8(self.product_name)))
        if self.origin_state_id is not None:
            out.append(encode_avp(b'\x00\x00\x01\x16@', b'', encode_unsigned32(self.origin_state_id)))
        out.extend(encode_avp(b'\x00\x00\x01\t@', b'', encode_unsigned32(value)) for value in self.supported_vendor_id)
        out.extend(encode_avp(b'\x00\x00\x01\x02@', b'', encode_unsigned32(value)) for value in self.auth_application_id)
        out.extend(encode_avp(b'\x00\x00\x01+@', b'', encode_unsigned32(value)) for value in self.inband_security_id)
        out.extend(encode_avp(b'\x00\x00\x01\x03@', b'', encode_unsigned32(value)) for value in self.acct_application_id)
        out.extend(encode_avp(b'\x00\x00\x01\x04@', b'', value.encode()) for value in self.vendor_specific_application_id)
        if self.firmware_revision is not None:
            out.append(encode_avp(b'\x00\x00\x01\x0b\x00', b'', encode_unsigned32(self.firmware_revision)))
        out.extend(other.encode() for other in self.others)
        return b"".join(out)

    @classmethod
    def decode(cls, octets: bytes, position: int, end: int) -> CER:
        """Decode the AVPs between two offsets; what breaks the grammar is refused."""
        origin_host: str | None = None
        origin_realm: str | None = None
        host_ip_address: list[str] = []
        vendor_id: int | None = None
        product_name: str | None = None
        origin_state_id: int | None = None
        supported_vendor_id: list[int] = []
        auth_application_id: list[int] = []
        inband_security_id: list[int] = []
        acct_application_id: list[int] = []
        vendor_specific_application_id: list[VendorSpecificApplicationId] = []
        firmware_revision: int | None = None
        others: list[Avp] = []
        for key, flags, start, data, stop in scan(octets, position, end):
            try:
                if key == 264:
                    if origin_host is not None:
                        raise too_many("Origin-Host")
                    origin_host = decode_identity(octets[data:stop])
                elif key == 296:
                    if origin_realm is not None:
                        raise too_many("Origin-Realm")
                    origin_realm = decode_identity(octets[data:stop])
                elif key == 257:
                    host_ip_address.append(decode_address(octets[data:stop]))
                elif key == 266:
                    if vendor_id is not None:
                        raise too_many("Vendor-Id")
                    vendor_id = decode_unsigned32(octets[data:stop])
                elif key == 269:
                    if product_name is not None:
                        raise too_many("Product-Name")
                    product_name = decode_utf8(octets[data:stop])
                elif key == 278:
                    if origin_state_id is not None:
                        raise too_many("Origin-State-Id")
                    origin_state_id = decode_unsigned32(octets[data:stop])
                elif key == 265:
                    supported_vendor_id.append(decode_unsigned32(octets[data:stop]))
                elif key == 258:
                    auth_application_id.append(decode_unsigned32(octets[data:stop]))
                elif key == 299:
                    inband_security_id.append(decode_unsigned32(octets[data:stop]))
                elif key == 259:
                    acct_application_id.append(decode_unsigned32(octets[data:stop]))
                elif key == 260:
                    vendor_specific_application_id.append(VendorSpecificApplicationId.decode(octets, data, stop))
                elif key == 267:
                    if firmware_revision is not None:
                        raise too_many("Firmware-Revision")
                    firmware_revision = decode_unsigned32(octets[data:stop])
                else:
                    others.append(outside(octets, key, flags, start, data, stop, KNOWN))
            except CodecError as error:
                raise located(error, "CER", octets[start:stop], start) from None
        if origin_host is None:
            raise missing("CER", "Origin-Host", b'\x00\x00\x01\x08@', b'', 0)
        if origin_realm is None:
            raise missing("CER", "Origin-Realm", b'\x00\x00\x01(@', b'', 0)
        if not host_ip_address:
            raise missing("CER", "Host-IP-Address", b'\x00\x00\x01\x01@', b'', 0)
        if vendor_id is None:
            raise missing("CER", "Vendor-Id", b'\x00\x00\x01\n@', b'', 4)
        if product_name is None:
            raise missing("CER", "Product-Name", b'\x00\x00\x01\r\x00', b'', 0)
        return cls(origin_host=origin_host, origin_realm=origin_realm, host_ip_address=host_ip_address, vendor_id=vendor_id, product_name=product_name, origin_state_id=origin_state_id, supported_vendor_id=supported_vendor_id, auth_application_id=auth_application_id, inband_security_id=inband_security_id, acct_application_id=acct_application_id, vendor_specific_application_id=vendor_specific_application_id, firmware_revision=firmware_revision, others=others)


@dataclass(slots=True, kw_only=True)
class CEA:
    """The command CEA."""

    COMMAND: ClassVar[int] = 257
    APPLICATION: ClassVar[int] = 0
    FLAGS: ClassVar[int] = 0x00

    result_code: int
    origin_host: str
    origin_realm: str
    host_ip_address: list[str] = field(default_factory=list)
    vendor_id: int | None = None
    product_name: str | None = None
    origin_state_id: int | None = None
    error_message: str | None = None
    failed_avp: bytes | None = None
    supported_vendor_id: list[int] = field(default_factory=list)
    auth_application_id: list[int] = field(default_factory=list)
    inband_security_id: list[int] = field(default_factory=list)
    acct_application_id: list[int] = field(default_factory=list)
    vendor_specific_application_id: list[VendorSpecificApplicationId] = field(default_factory=list)
    firmware_revision: int | None = None
    others: list[Avp] = field(default_factory=list)

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar."""
        out: list[bytes] = []
        out.append(encode_avp(b'\x00\x00\x01\x0c@', b'', encode_unsigned32(self.result_code)))
        out.append(encode_avp(b'\x00\x00\x01\x08@', b'', encode_identity(self.origin_host)))
        out.append(encode_avp(b'\x00\x00\x01(@', b'', encode_identity(self.origin_realm)))
        out.extend(encode_avp(b'\x00\x00\x01\x01@', b'', encode_address(value)) for value in self.host_ip_address)
        if self.vendor_id is not None:
            out.append(encode_avp(b'\x00\x00\x01\n@', b'', encode_unsigned32(self.vendor_id)))
        if self.product_name is not None:
            out.append(encode_avp(b'\x00\x00\x01\r\x00', b'', encode_utf8(self.product_name)))
        if self.origin_state_id is not None:
            out.append(encode_avp(b'\x00\x00\x01\x16@', b'', encode_unsigned32(self.origin_state_id)))
        if self.error_message is not None:
            out.append(encode_avp(b'\x00\x00\x01\x19\x00', b'', encode_utf8(self.error_message)))
        if self.failed_avp is not None:
            out.append(encode_avp(b'\x00\x00\x01\x17@', b'', encode_octets(self.failed_avp)))
        out.extend(encode_avp(b'\x00\x00\x01\t@', b'', encode_unsigned32(value)) for value in self.supported_vendor_id)
        out.extend(encode_avp(b'\x00\x00\x01\x02@', b'', encode_unsigned32(value)) for value in self.auth_application_id)
        out.extend(encode_avp(b'\x00\x00\x01+@', b'', encode_unsigned32(value)) for value in self.inband_security_id)
        out.extend(encode_avp(b'\x00\x00\x01\x03@', b'', encode_unsigned32(value)) for value in self.acct_application_id)
        out.extend(encode_avp(b'\x00\x00\x01\x04@', b'', value.encode()) for value in self.vendor_specific_application_id)
        if self.firmware_revision is not None:
            out.append(encode_avp(b'\x00\x00\x01\x0b\x00', b'', encode_unsigned32(self.firmware_revision)))
        out.extend(other.encode() for other in self.others)
        return b"".join(out)

    @classmethod
    def decode(cls, octets: bytes, position: int, end: int) -> CEA:
        """Decode the AVPs between two offsets; what breaks the grammar is refused."""
        result_code: int | None = None
        origin_host: str | None = None
        origin_realm: str | None = None
        host_ip_address: list[str] = []
        vendor_id: int | None = None
        product_name: str | None = None
        origin_state_id: int | None = None
        error_message: str | None = None
        failed_avp: bytes | None = None
        supported_vendor_id: list[int] = []
        auth_application_id: list[int] = []
        inband_security_id: list[int] = []
        acct_application_id: list[int] = []
        vendor_specific_application_id: list[VendorSpecificApplicationId] = []
        firmware_revision: int | None = None
        others: list[Avp] = []
        for key, flags, start, data, stop in scan(octets, position, end):
            try:
                if key == 268:
                    if result_code is not None:
                        raise too_many("Result-Code")
                    result_code = decode_unsigned32(octets[data:stop])
                elif key == 264:
                    if origin_host is not None:
                        raise too_many("Origin-Host")
                    origin_host = decode_identity(octets[data:stop])
                elif key == 296:
                    if origin_realm is not None:
                        raise too_many("Origin-Realm")
                    origin_realm = decode_identity(octets[data:stop])
                elif key == 257:
                    host_ip_address.append(decode_address(octets[data:stop]))
                elif key == 266:
                    if vendor_id is not None:
                        raise too_many("Vendor-Id")
                    vendor_id = decode_unsigned32(octets[data:stop])
                elif key == 269:
                    if product_name is not None:
                        raise too_many("Product-Name")
                    product_name = decode_utf8(octets[data:stop])
                elif key == 278:
                    if origin_state_id is not None:
                        raise too_many("Origin-State-Id")
                    origin_state_id = decode_unsigned32(octets[data:stop])
                elif key == 281:
                    if error_message is not None:
                        raise too_many("Error-Message")
                    error_message = decode_utf8(octets[data:stop])
                elif key == 279:
                    if failed_avp is not None:
                        raise too_many("Failed-AVP")
                    failed_avp = decode_octets(octets[data:stop])
                elif key == 265:
                    supported_vendor_id.append(decode_unsigned32(octets[data:stop]))
                elif key == 258:
                    auth_application_id.append(decode_unsigned32(octets[data:stop]))
                elif key == 299:
                    inband_security_id.append(decode_unsigned32(octets[data:stop]))
                elif key == 259:
                    acct_application_id.append(decode_unsigned32(octets[data:stop]))
                elif key == 260:
                    vendor_specific_application_id.append(VendorSpecificApplicationId.decode(octets, data, stop))
                elif key == 267:
                    if firmware_revision is not None:
                        raise too_many("Firmware-Revision")
                    firmware_revision = decode_unsigned32(octets[data:stop])
                else:
                    others.append(outside(octets, key, flags, start, data, stop, KNOWN))
            except CodecError as error:
                raise located(error, "CEA", octets[start:stop], start) from None
        if result_code is None:
            raise missing("CEA", "Result-Code", b'\x00\x00\x01\x0c@', b'', 4)
        if origin_host is None:
            raise missing("CEA", "Origin-Host", b'\x00\x00\x01\x08@', b'', 0)
        if origin_realm is None:
            raise missing("CEA", "Origin-Realm", b'\x00\x00\x01(@', b'', 0)
        return cls(result_code=result_code, origin_host=origin_host, origin_realm=origin_realm, host_ip_address=host_ip_address, vendor_id=vendor_id, product_name=product_name, origin_state_id=origin_state_id, error_message=error_message, failed_avp=failed_avp, supported_vendor_id=supported_vendor_id, auth_application_id=auth_application_id, inband_security_id=inband_security_id, acct_application_id=acct_application_id, vendor_specific_application_id=vendor_specific_application_id, firmware_revision=firmware_revision, others=others)


@dataclass(slots=True, kw_only=True)
class DPR:
    """The command DPR."""

    COMMAND: ClassVar[int] = 282
    APPLICATION: ClassVar[int] = 0
    FLAGS: ClassVar[int] = 0x80

    origin_host: str
    origin_realm: str
    disconnect_cause: int
    others: list[Avp] = field(default_factory=list)

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar."""
        out: list[bytes] = []
        out.append(encode_avp(b'\x00\x00\x01\x08@', b'', encode_identity(self.origin_host)))
        out.append(encode_avp(b'\x00\x00\x01(@', b'', encode_identity(self.origin_realm)))
        out.append(encode_avp(b'\x00\x00\x01\x11@', b'', encode_unsigned32(check_range(self.disconnect_cause, 0, 2))))
        out.extend(other.encode() for other in self.others)
        return b"".join(out)

    @classmethod
    def decode(cls, octets: bytes, position: int, end: int) -> DPR:
        """Decode the AVPs between two offsets; what breaks the grammar is refused."""
        origin_host: str | None = None
        origin_realm: str | None = None
        disconnect_cause: int | None = None
        others: list[Avp] = []
        for key, flags, start, data, stop in scan(octets, position, end):
            try:
                if key == 264:
                    if origin_host is not None:
                        raise too_many("Origin-Host")
                    origin_host = decode_identity(octets[data:stop])
                elif key == 296:
                    if origin_realm is not None:
                        raise too_many("Origin-Realm")
                    origin_realm = decode_identity(octets[data:stop])
                elif key == 273:
                    if disconnect_cause is not None:
                        raise too_many("Disconnect-Cause")
                    disconnect_cause = check_range(decode_unsigned32(octets[data:stop]), 0, 2)
                else:
                    others.append(outside(octets, key, flags, start, data, stop, KNOWN))
            except CodecError as error:
                raise located(error, "DPR", octets[start:stop], start) from None
        if origin_host is None:
            raise missing("DPR", "Origin-Host", b'\x00\x00\x01\x08@', b'', 0)
        if origin_realm is None:
            raise missing("DPR", "Origin-Realm", b'\x00\x00\x01(@', b'', 0)
        if disconnect_cause is None:
            raise missing("DPR", "Disconnect-Cause", b'\x00\x00\x01\x11@', b'', 4)
        return cls(origin_host=origin_host, origin_realm=origin_realm, disconnect_cause=disconnect_cause, others=others)


@dataclass(slots=True, kw_only=True)
class DPA:
    """The command DPA."""

    COMMAND: ClassVar[int] = 282
    APPLICATION: ClassVar[int] = 0
    FLAGS: ClassVar[int] = 0x00

    result_code: int
    origin_host: str
    origin_realm: str
    error_message: str | None = None
    failed_avp: bytes | None = None
    others: list[Avp] = field(default_factory=list)

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar."""
        out: list[bytes] = []
        out.append(encode_avp(b'\x00\x00\x01\x0c@', b'', encode_unsigned32(self.result_code)))
        out.append(encode_avp(b'\x00\x00\x01\x08@', b'', encode_identity(self.origin_host)))
        out.append(encode_avp(b'\x00\x00\x01(@', b'', encode_identity(self.origin_realm)))
        if self.error_message is not None:
            out.append(encode_avp(b'\x00\x00\x01\x19\x00', b'', encode_utf8(self.error_message)))
        if self.failed_avp is not None:
            out.append(encode_avp(b'\x00\x00\x01\x17@', b'', encode_octets(self.failed_avp)))
        out.extend(other.encode() for other in self.others)
        return b"".join(out)

    @classmethod
    def decode(cls, octets: bytes, position: int, end: int) -> DPA:
        """Decode the AVPs between two offsets; what breaks the grammar is refused."""
        result_code: int | None = None
        origin_host: str | None = None
        origin_realm: str | None = None
        error_message: str | None = None
        failed_avp: bytes | None = None
        others: list[Avp] = []
        for key, flags, start, data, stop in scan(octets, position, end):
            try:
                if key == 268:
                    if result_code is not None:
                        raise too_many("Result-Code")
                    result_code = decode_unsigned32(octets[data:stop])
                elif key == 264:
                    if origin_host is not None:
                        raise too_many("Origin-Host")
                    origin_host = decode_identity(octets[data:stop])
                elif key == 296:
                    if origin_realm is not None:
                        raise too_many("Origin-Realm")
                    origin_realm = decode_identity(octets[data:stop])
                elif key == 281:
                    if error_message is not None:
                        raise too_many("Error-Message")
                    error_message = decode_utf8(octets[data:stop])
                elif key == 279:
                    if failed_avp is not None:
                        raise too_many("Failed-AVP")
                    failed_avp = decode_octets(octets[data:stop])
                else:
                    others.append(outside(octets, key, flags, start, data, stop, KNOWN))
            except CodecError as error:
                raise located(error, "DPA", octets[start:stop], start) from None
        if result_code is None:
            raise missing("DPA", "Result-Code", b'\x00\x00\x01\x0c@', b'', 4)
        if origin_host is None:
            raise missing("DPA", "Origin-Host", b'\x00\x00\x01\x08@', b'', 0)
        if origin_realm is None:
            raise missing("DPA", "Origin-Realm", b'\x00\x00\x01(@', b'', 0)
        return cls(result_code=result_code, origin_host=origin_host, origin_realm=origin_realm, error_message=error_message, failed_avp=failed_avp, others=others)


@dataclass(slots=True, kw_only=True)
class DWR:
    """The command DWR."""

    COMMAND: ClassVar[int] = 280
    APPLICATION: ClassVar[int] = 0
    FLAGS: ClassVar[int] = 0x80

    origin_host: str
    origin_realm: str
    origin_state_id: int | None = None
    others: list[Avp] = field(default_factory=list)

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar."""
        out: list[bytes] = []
        out.append(encode_avp(b'\x00\x00\x01\x08@', b'', encode_identity(self.origin_host)))
        out.append(encode_avp(b'\x00\x00\x01(@', b'', encode_identity(self.origin_realm)))
        if self.origin_state_id is not None:
            out.append(encode_avp(b'\x00\x00\x01\x16@', b'', encode_unsigned32(self.origin_state_id)))
        out.extend(other.encode() for other in self.others)
        return b"".join(out)

    @classmethod
    def decode(cls, octets: bytes, position: int, end: int) -> DWR:
        """Decode the AVPs between two offsets; what breaks the grammar is refused."""
        origin_host: str | None = None
        origin_realm: str | None = None
        origin_state_id: int | None = None
        others: list[Avp] = []
        for key, flags, start, data, stop in scan(octets, position, end):
            try:
                if key == 264:
                    if origin_host is not None:
                        raise too_many("Origin-Host")
                    origin_host = decode_identity(octets[data:stop])
                elif key == 296:
                    if origin_realm is not None:
                        raise too_many("Origin-Realm")
                    origin_realm = decode_identity(octets[data:stop])
                elif key == 278:
                    if origin_state_id is not None:
                        raise too_many("Origin-State-Id")
                    origin_state_id = decode_unsigned32(octets[data:stop])
                else:
                    others.append(outside(octets, key, flags, start, data, stop, KNOWN))
            except CodecError as error:
                raise located(error, "DWR", octets[start:stop], start) from None
        if origin_host is None:
            raise missing("DWR", "Origin-Host", b'\x00\x00\x01\x08@', b'', 0)
        if origin_realm is None:
            raise missing("DWR", "Origin-Realm", b'\x00\x00\x01(@', b'', 0)
        return cls(origin_host=origin_host, origin_realm=origin_realm, origin_state_id=origin_state_id, others=others)


@dataclass(slots=True, kw_only=True)
class DWA:
    """The command DWA."""

    COMMAND: ClassVar[int] = 280
    APPLICATION: ClassVar[int] = 0
    FLAGS: ClassVar[int] = 0x00

    result_code: int
    origin_host: str
    origin_realm: str
    error_message: str | None = None
    failed_avp: bytes | None = None
    origin_state_id: int | None = None
    others: list[Avp] = field(default_factory=list)

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar."""
        out: list[bytes] = []
        out.append(encode_avp(b'\x00\x00\x01\x0c@', b'', encode_unsigned32(self.result_code)))
        out.append(encode_avp(b'\x00\x00\x01\x08@', b'', encode_identity(self.origin_host)))
        out.append(encode_avp(b'\x00\x00\x01(@', b'', encode_identity(self.origin_realm)))
        if self.error_message is not None:
            out.append(encode_avp(b'\x00\x00\x01\x19\x00', b'', encode_utf8(self.error_message)))
        if self.failed_avp is not None:
            out.append(encode_avp(b'\x00\x00\x01\x17@', b'', encode_octets(self.failed_avp)))
        if self.origin_state_id is not None:
            out.append(encode_avp(b'\x00\x00\x01\x16@', b'', encode_unsigned32(self.origin_state_id)))
        out.extend(other.encode() for other in self.others)
        return b"".join(out)

    @classmethod
    def decode(cls, octets: bytes, position: int, end: int) -> DWA:
        """Decode the AVPs between two offsets; what breaks the grammar is refused."""
        result_code: int | None = None
        origin_host: str | None = None
        origin_realm: str | None = None
        error_message: str | None = None
        failed_avp: bytes | None = None
        origin_state_id: int | None = None
        others: list[Avp] = []
        for key, flags, start, data, stop in scan(octets, position, end):
            try:
                if key == 268:
                    if result_code is not None:
                        raise too_many("Result-Code")
                    result_code = decode_unsigned32(octets[data:stop])
                elif key == 264:
                    if origin_host is not None:
                        raise too_many("Origin-Host")
                    origin_host = decode_identity(octets[data:stop])
                elif key == 296:
                    if origin_realm is not None:
                        raise too_many("Origin-Realm")
                    origin_realm = decode_identity(octets[data:stop])
                elif key == 281:
                    if error_message is not None:
                        raise too_many("Error-Message")
                    error_message = decode_utf8(octets[data:stop])
                elif key == 279:
                    if failed_avp is not None:
                        raise too_many("Failed-AVP")
                    failed_avp = decode_octets(octets[data:stop])
                elif key == 278:
                    if origin_state_id is not None:
                        raise too_many("Origin-State-Id")
                    origin_state_id = decode_unsigned32(octets[data:stop])
                else:
                    others.append(outside(octets, key, flags, start, data, stop, KNOWN))
            except CodecError as error:
                raise located(error, "DWA", octets[start:stop], start) from None
        if result_code is None:
            raise missing("DWA", "Result-Code", b'\x00\x00\x01\x0c@', b'', 4)
        if origin_host is None:
            raise missing("DWA", "Origin-Host", b'\x00\x00\x01\x08@', b'', 0)
        if origin_realm is None:
            raise missing("DWA", "Origin-Realm", b'\x00\x00\x01(@', b'', 0)
        return cls(result_code=result_code, origin_host=origin_host, origin_realm=origin_realm, error_message=error_message, failed_avp=failed_avp, origin_state_id=origin_state_id, others=others)


@dataclass(slots=True, kw_only=True)
class ANSWER:
    """The command ANSWER."""

    COMMAND: ClassVar[int] = 0
    APPLICATION: ClassVar[int] = 0
    FLAGS: ClassVar[int] = 0x00

    session_id: str | None = None
    origin_host: str
    origin_realm: str
    result_code: int
    origin_state_id: int | None = None
    error_message: str | None = None
    error_reporting_host: str | None = None
    failed_avp: bytes | None = None
    experimental_result: ExperimentalResult | None = None
    proxy_info: list[bytes] = field(default_factory=list)
    others: list[Avp] = field(default_factory=list)

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar."""
        out: list[bytes] = []
        if self.session_id is not None:
            out.append(encode_avp(b'\x00\x00\x01\x07@', b'', encode_utf8(self.session_id)))
        out.append(encode_avp(b'\x00\x00\x01\x08@', b'', encode_identity(self.origin_host)))
        out.append(encode_avp(b'\x00\x00\x01(@', b'', encode_identity(self.origin_realm)))
        out.append(encode_avp(b'\x00\x00\x01\x0c@', b'', encode_unsigned32(self.result_code)))
        if self.origin_state_id is not None:
            out.append(encode_avp(b'\x00\x00\x01\x16@', b'', encode_unsigned32(self.origin_state_id)))
        if self.error_message is not None:
            out.append(encode_avp(b'\x00\x00\x01\x19\x00', b'', encode_utf8(self.error_message)))
        if self.error_reporting_host is not None:
            out.append(encode_avp(b'\x00\x00\x01&\x00', b'', encode_identity(self.error_reporting_host)))
        if self.failed_avp is not None:
            out.append(encode_avp(b'\x00\x00\x01\x17@', b'', encode_octets(self.failed_avp)))
        if self.experimental_result is not None:
            out.append(encode_avp(b'\x00\x00\x01)@', b'', self.experimental_result.encode()))
        out.extend(encode_avp(b'\x00\x00\x01\x1c@', b'', encode_octets(value)) for value in self.proxy_info)
        out.extend(other.encode() for other in self.others)
        return b"".join(out)

    @classmethod
    def decode(cls, octets: bytes, position: int, end: int) -> ANSWER:
        """Decode the AVPs between two offsets; what breaks the grammar is refused."""
        session_id: str | None = None
        origin_host: str | None = None
        origin_realm: str | None = None
        result_code: int | None = None
        origin_state_id: int | None = None
        error_message: str | None = None
        error_reporting_host: str | None = None
        failed_avp: bytes | None = None
        experimental_result: ExperimentalResult | None = None
        proxy_info: list[bytes] = []
        others: list[Avp] = []
        for key, flags, start, data, stop in scan(octets, position, end):
            try:
                if key == 263:
                    if session_id is not None:
                        raise too_many("Session-Id")
                    session_id = decode_utf8(octets[data:stop])
                elif key == 264:
                    if origin_host is not None:
                        raise too_many("Origin-Host")
                    origin_host = decode_identity(octets[data:stop])
                elif key == 296:
                    if origin_realm is not None:
                        raise too_many("Origin-Realm")
                    origin_realm = decode_identity(octets[data:stop])
                elif key == 268:
                    if result_code is not None:
                        raise too_many("Result-Code")
                    result_code = decode_unsigned32(octets[data:stop])
                elif key == 278:
                    if origin_state_id is not None:
                        raise too_many("Origin-State-Id")
                    origin_state_id = decode_unsigned32(octets[data:stop])
                elif key == 281:
                    if error_message is not None:
                        raise too_many("Error-Message")
                    error_message = decode_utf8(octets[data:stop])
                elif key == 294:
                    if error_reporting_host is not None:
                        raise too_many("Error-Reporting-Host")
                    error_reporting_host = decode_identity(octets[data:stop])
                elif key == 279:
                    if failed_avp is not None:
                        raise too_many("Failed-AVP")
                    failed_avp = decode_octets(octets[data:stop])
                elif key == 297:
                    if experimental_result is not None:
                        raise too_many("Experimental-Result")
                    experimental_result = ExperimentalResult.decode(octets, data, stop)
                elif key == 284:
                    proxy_info.append(decode_octets(octets[data:stop]))
                else:
                    others.append(outside(octets, key, flags, start, data, stop, KNOWN))
            except CodecError as error:
                raise located(error, "ANSWER", octets[start:stop], start) from None
        if origin_host is None:
            raise missing("ANSWER", "Origin-Host", b'\x00\x00\x01\x08@', b'', 0)
        if origin_realm is None:
            raise missing("ANSWER", "Origin-Realm", b'\x00\x00\x01(@', b'', 0)
        if result_code is None:
            raise missing("ANSWER", "Result-Code", b'\x00\x00\x01\x0c@', b'', 4)
        return cls(session_id=session_id, origin_host=origin_host, origin_realm=origin_realm, result_code=result_code, origin_state_id=origin_state_id, error_message=error_message, error_reporting_host=error_reporting_host, failed_avp=failed_avp, experimental_result=experimental_result, proxy_info=proxy_info, others=others)


@dataclass(slots=True, kw_only=True)
class MTCKeyInfo:
    """The Grouped AVP MTC-Key-Info."""

    mtc_key_material: bytes = field(repr=False)
    mtc_server_id: str
    key_expirytime: int
    mtc_key_strength: int | None = None
    others: list[Avp] = field(default_factory=list)

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar."""
        out: list[bytes] = []
        out.append(encode_avp(b'\x00\x00\x00\x06\xc0', b'\x00\x00~\xd9', check_length(self.mtc_key_material, 32, 32)))
        out.append(encode_avp(b'\x00\x00\x00\x05\xc0', b'\x00\x00~\xd9', encode_utf8(self.mtc_server_id)))
        out.append(encode_avp(b'\x00\x00\x01\x94\x80', b'\x00\x00(\xaf', encode_time(self.key_expirytime)))
        if self.mtc_key_strength is not None:
            out.append(encode_avp(b'\x00\x00\x00\x07\x80', b'\x00\x00~\xd9', encode_unsigned32(self.mtc_key_strength)))
        out.extend(other.encode() for other in self.others)
        return b"".join(out)

    @classmethod
    def decode(cls, octets: bytes, position: int, end: int) -> MTCKeyInfo:
        """Decode the AVPs between two offsets; what breaks the grammar is refused."""
        mtc_key_material: bytes | None = None
        mtc_server_id: str | None = None
        key_expirytime: int | None = None
        mtc_key_strength: int | None = None
        others: list[Avp] = []
        for key, flags, start, data, stop in scan(octets, position, end):
            try:
                if key == 139470473003014:
                    if mtc_key_material is not None:
                        raise too_many("MTC-Key-Material")
                    mtc_key_material = check_length(octets[data:stop], 32, 32)
                elif key == 139470473003013:
                    if mtc_server_id is not None:
                        raise too_many("MTC-Server-Id")
                    mtc_server_id = decode_utf8(octets[data:stop])
                elif key == 44732084388244:
                    if key_expirytime is not None:
                        raise too_many("Key-ExpiryTime")
                    key_expirytime = decode_time(octets[data:stop])
                elif key == 139470473003015:
                    if mtc_key_strength is not None:
                        raise too_many("MTC-Key-Strength")
                    mtc_key_strength = decode_unsigned32(octets[data:stop])
                else:
                    others.append(outside(octets, key, flags, start, data, stop, KNOWN))
            except CodecError as error:
                raise located(error, "MTC-Key-Info", octets[start:stop], start) from None
        if mtc_key_material is None:
            raise missing("MTC-Key-Info", "MTC-Key-Material", b'\x00\x00\x00\x06\xc0', b'\x00\x00~\xd9', 32)
        if mtc_server_id is None:
            raise missing("MTC-Key-Info", "MTC-Server-Id", b'\x00\x00\x00\x05\xc0', b'\x00\x00~\xd9', 0)
        if key_expirytime is None:
            raise missing("MTC-Key-Info", "Key-ExpiryTime", b'\x00\x00\x01\x94\x80', b'\x00\x00(\xaf', 4)
        return cls(mtc_key_material=mtc_key_material, mtc_server_id=mtc_server_id, key_expirytime=key_expirytime, mtc_key_strength=mtc_key_strength, others=others)


@dataclass(slots=True, kw_only=True)
class MKR:
    """The command MKR."""

    COMMAND: ClassVar[int] = 16777214
    APPLICATION: ClassVar[int] = 16781313
    FLAGS: ClassVar[int] = 0xc0

    session_id: str
    vendor_specific_application_id: VendorSpecificApplicationId | None = None
    auth_session_state: int
    origin_host: str
    origin_realm: str
    destination_realm: str
    destination_host: str | None = None
    user_name: str
    mtc_key_profile: int
    mtc_device_rand: bytes
    mtc_encrypted_res: bytes
    mtc_server_id: str | None = None
    requested_key_lifetime: int | None = None
    proxy_info: list[bytes] = field(default_factory=list)
    route_record: list[str] = field(default_factory=list)
    others: list[Avp] = field(default_factory=list)

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar."""
        out: list[bytes] = []
        out.append(encode_avp(b'\x00\x00\x01\x07@', b'', encode_utf8(self.session_id)))
        if self.vendor_specific_application_id is not None:
            out.append(encode_avp(b'\x00\x00\x01\x04@', b'', self.vendor_specific_application_id.encode()))
        out.append(encode_avp(b'\x00\x00\x01\x15@', b'', encode_unsigned32(check_range(self.auth_session_state, 0, 1))))
        out.append(encode_avp(b'\x00\x00\x01\x08@', b'', encode_identity(self.origin_host)))
        out.append(encode_avp(b'\x00\x00\x01(@', b'', encode_identity(self.origin_realm)))
        out.append(encode_avp(b'\x00\x00\x01\x1b@', b'', encode_identity(self.destination_realm)))
        if self.destination_host is not None:
            out.append(encode_avp(b'\x00\x00\x01%@', b'', encode_identity(self.destination_host)))
        out.append(encode_avp(b'\x00\x00\x00\x01@', b'', encode_utf8(self.user_name)))
        out.append(encode_avp(b'\x00\x00\x00\x02\xc0', b'\x00\x00~\xd9', encode_unsigned32(check_range(self.mtc_key_profile, 0, 255))))
        out.append(encode_avp(b'\x00\x00\x00\x03\xc0', b'\x00\x00~\xd9', check_length(self.mtc_device_rand, 16, 16)))
        out.append(encode_avp(b'\x00\x00\x00\x04\xc0', b'\x00\x00~\xd9', encode_octets(self.mtc_encrypted_res)))
        if self.mtc_server_id is not None:
            out.append(encode_avp(b'\x00\x00\x00\x05\xc0', b'\x00\x00~\xd9', encode_utf8(self.mtc_server_id)))
        if self.requested_key_lifetime is not None:
            out.append(encode_avp(b'\x00\x00\x01\x9f\x80', b'\x00\x00(\xaf', encode_time(self.requested_key_lifetime)))
        out.extend(encode_avp(b'\x00\x00\x01\x1c@', b'', encode_octets(value)) for value in self.proxy_info)
        out.extend(encode_avp(b'\x00\x00\x01\x1a@', b'', encode_identity(value)) for value in self.route_record)
        out.extend(other.encode() for other in self.others)
        return b"".join(out)

    @classmethod
    def decode(cls, octets: bytes, position: int, end: int) -> MKR:
        """Decode the AVPs between two offsets; what breaks the grammar is refused."""
        session_id: str | None = None
        vendor_specific_application_id: VendorSpecificApplicationId | None = None
        auth_session_state: int | None = None
        origin_host: str | None = None
        origin_realm: str | None = None
        destination_realm: str | None = None
        destination_host: str | None = None
        user_name: str | None = None
        mtc_key_profile: int | None = None
        mtc_device_rand: bytes | None = None
        mtc_encrypted_res: bytes | None = None
        mtc_server_id: str | None = None
        requested_key_lifetime: int | None = None
        proxy_info: list[bytes] = []
        route_record: list[str] = []
        others: list[Avp] = []
        for key, flags, start, data, stop in scan(octets, position, end):
            try:
                if key == 263:
                    if session_id is not None:
                        raise too_many("Session-Id")
                    session_id = decode_utf8(octets[data:stop])
                elif key == 260:
                    if vendor_specific_application_id is not None:
                        raise too_many("Vendor-Specific-Application-Id")
                    vendor_specific_application_id = VendorSpecificApplicationId.decode(octets, data, stop)
                elif key == 277:
                    if auth_session_state is not None:
                        raise too_many("Auth-Session-State")
                    auth_session_state = check_range(decode_unsigned32(octets[data:stop]), 0, 1)
                elif key == 264:
                    if origin_host is not None:
                        raise too_many("Origin-Host")
                    origin_host = decode_identity(octets[data:stop])
                elif key == 296:
                    if origin_realm is not None:
                        raise too_many("Origin-Realm")
                    origin_realm = decode_identity(octets[data:stop])
                elif key == 283:
                    if destination_realm is not None:
                        raise too_many("Destination-Realm")
                    destination_realm = decode_identity(octets[data:stop])
                elif key == 293:
                    if destination_host is not None:
                        raise too_many("Destination-Host")
                    destination_host = decode_identity(octets[data:stop])
                elif key == 1:
                    if user_name is not None:
                        raise too_many("User-Name")
                    user_name = decode_utf8(octets[data:stop])
                elif key == 139470473003010:
                    if mtc_key_profile is not None:
                        raise too_many("MTC-Key-Profile")
                    mtc_key_profile = check_range(decode_unsigned32(octets[data:stop]), 0, 255)
                elif key == 139470473003011:
                    if mtc_device_rand is not None:
                        raise too_many("MTC-Device-RAND")
                    mtc_device_rand = check_length(octets[data:stop], 16, 16)
                elif key == 139470473003012:
                    if mtc_encrypted_res is not None:
                        raise too_many("MTC-Encrypted-RES")
                    mtc_encrypted_res = decode_octets(octets[data:stop])
                elif key == 139470473003013:
                    if mtc_server_id is not None:
                        raise too_many("MTC-Server-Id")
                    mtc_server_id = decode_utf8(octets[data:stop])
                elif key == 44732084388255:
                    if requested_key_lifetime is not None:
                        raise too_many("Requested-Key-Lifetime")
                    requested_key_lifetime = decode_time(octets[data:stop])
                elif key == 284:
                    proxy_info.append(decode_octets(octets[data:stop]))
                elif key == 282:
                    route_record.append(decode_identity(octets[data:stop]))
                else:
                    others.append(outside(octets, key, flags, start, data, stop, KNOWN))
            except CodecError as error:
                raise located(error, "MKR", octets[start:stop], start) from None
        if session_id is None:
            raise missing("MKR", "Session-Id", b'\x00\x00\x01\x07@', b'', 0)
        if auth_session_state is None:
            raise missing("MKR", "Auth-Session-State", b'\x00\x00\x01\x15@', b'', 4)
        if origin_host is None:
            raise missing("MKR", "Origin-Host", b'\x00\x00\x01\x08@', b'', 0)
        if origin_realm is None:
            raise missing("MKR", "Origin-Realm", b'\x00\x00\x01(@', b'', 0)
        if destination_realm is None:
            raise missing("MKR", "Destination-Realm", b'\x00\x00\x01\x1b@', b'', 0)
        if user_name is None:
            raise missing("MKR", "User-Name", b'\x00\x00\x00\x01@', b'', 0)
        if mtc_key_profile is None:
            raise missing("MKR", "MTC-Key-Profile", b'\x00\x00\x00\x02\xc0', b'\x00\x00~\xd9', 4)
        if mtc_device_rand is None:
            raise missing("MKR", "MTC-Device-RAND", b'\x00\x00\x00\x03\xc0', b'\x00\x00~\xd9', 16)
        if mtc_encrypted_res is None:
            raise missing("MKR", "MTC-Encrypted-RES", b'\x00\x00\x00\x04\xc0', b'\x00\x00~\xd9', 0)
        return cls(session_id=session_id, vendor_specific_application_id=vendor_specific_application_id, auth_session_state=auth_session_state, origin_host=origin_host, origin_realm=origin_realm, destination_realm=destination_realm, destination_host=destination_host, user_name=user_name, mtc_key_profile=mtc_key_profile, mtc_device_rand=mtc_device_rand, mtc_encrypted_res=mtc_encrypted_res, mtc_server_id=mtc_server_id, requested_key_lifetime=requested_key_lifetime, proxy_info=proxy_info, route_record=route_record, others=others)


@dataclass(slots=True, kw_only=True)
class MKA:
    """The command MKA."""

    COMMAND: ClassVar[int] = 16777214
    APPLICATION: ClassVar[int] = 16781313
    FLAGS: ClassVar[int] = 0x40

    session_id: str
    vendor_specific_application_id: VendorSpecificApplicationId | None = None
    auth_session_state: int
    origin_host: str
    origin_realm: str
    result_code: int | None = None
    experimental_result: ExperimentalResult | None = None
    mtc_key_info: MTCKeyInfo | None = None
    failed_avp: list[bytes] = field(default_factory=list)
    proxy_info: list[bytes] = field(default_factory=list)
    others: list[Avp] = field(default_factory=list)

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar."""
        out: list[bytes] = []
        out.append(encode_avp(b'\x00\x00\x01\x07@', b'', encode_utf8(self.session_id)))
        if self.vendor_specific_application_id is not None:
            out.append(encode_avp(b'\x00\x00\x01\x04@', b'', self.vendor_specific_application_id.encode()))
        out.append(encode_avp(b'\x00\x00\x01\x15@', b'', encode_unsigned32(check_range(self.auth_session_state, 0, 1))))
        out.append(encode_avp(b'\x00\x00\x01\x08@', b'', encode_identity(self.origin_host)))
        out.append(encode_avp(b'\x00\x00\x01(@', b'', encode_identity(self.origin_realm)))
        if self.result_code is not None:
            out.append(encode_avp(b'\x00\x00\x01\x0c@', b'', encode_unsigned32(self.result_code)))
        if self.experimental_result is not None:
            out.append(encode_avp(b'\x00\x00\x01)@', b'', self.experimental_result.encode()))
        if self.mtc_key_info is not None:
            out.append(encode_avp(b'\x00\x00\x00\x01\xc0', b'\x00\x00~\xd9', self.mtc_key_info.encode()))
        out.extend(encode_avp(b'\x00\x00\x01\x17@', b'', encode_octets(value)) for value in self.failed_avp)
        out.extend(encode_avp(b'\x00\x00\x01\x1c@', b'', encode_octets(value)) for value in self.proxy_info)
        out.extend(other.encode() for other in self.others)
        return b"".join(out)

    @classmethod
    def decode(cls, octets: bytes, position: int, end: int) -> MKA:
        """Decode the AVPs between two offsets; what breaks the grammar is refused."""
        session_id: str | None = None
        vendor_specific_application_id: VendorSpecificApplicationId | None = None
        auth_session_state: int | None = None
        origin_host: str | None = None
        origin_realm: str | None = None
        result_code: int | None = None
        experimental_result: ExperimentalResult | None = None
        mtc_key_info: MTCKeyInfo | None = None
        failed_avp: list[bytes] = []
        proxy_info: list[bytes] = []
        others: list[Avp] = []
        for key, flags, start, data, stop in scan(octets, position, end):
            try:
                if key == 263:
                    if session_id is not None:
                        raise too_many("Session-Id")
                    session_id = decode_utf8(octets[data:stop])
                elif key == 260:
                    if vendor_specific_application_id is not None:
                        raise too_many("Vendor-Specific-Application-Id")
                    vendor_specific_application_id = VendorSpecificApplicationId.decode(octets, data, stop)
                elif key == 277:
                    if auth_session_state is not None:
                        raise too_many("Auth-Session-State")
                    auth_session_state = check_range(decode_unsigned32(octets[data:stop]), 0, 1)
                elif key == 264:
                    if origin_host is not None:
                        raise too_many("Origin-Host")
                    origin_host = decode_identity(octets[data:stop])
                elif key == 296:
                    if origin_realm is not None:
                        raise too_many("Origin-Realm")
                    origin_realm = decode_identity(octets[data:stop])
                elif key == 268:
                    if result_code is not None:
                        raise too_many("Result-Code")
                    result_code = decode_unsigned32(octets[data:stop])
                elif key == 297:
                    if experimental_result is not None:
                        raise too_many("Experimental-Result")
                    experimental_result = ExperimentalResult.decode(octets, data, stop)
                elif key == 139470473003009:
                    if mtc_key_info is not None:
                        raise too_many("MTC-Key-Info")
                    mtc_key_info = MTCKeyInfo.decode(octets, data, stop)
                elif key == 279:
                    failed_avp.append(decode_octets(octets[data:stop]))
                elif key == 284:
                    proxy_info.append(decode_octets(octets[data:stop]))
                else:
                    others.append(outside(octets, key, flags, start, data, stop, KNOWN))
            except CodecError as error:
                raise located(error, "MKA", octets[start:stop], start) from None
        if session_id is None:
            raise missing("MKA", "Session-Id", b'\x00\x00\x01\x07@', b'', 0)
        if auth_session_state is None:
            raise missing("MKA", "Auth-Session-State", b'\x00\x00\x01\x15@', b'', 4)
        if origin_host is None:
            raise missing("MKA", "Origin-Host", b'\x00\x00\x01\x08@', b'', 0)
        if origin_realm is None:
            raise missing("MKA", "Origin-Realm", b'\x00\x00\x01(@', b'', 0)
        return cls(session_id=session_id, vendor_specific_application_id=vendor_specific_application_id, auth_session_state=auth_session_state, origin_host=origin_host, origin_realm=origin_realm, result_code=result_code, experimental_result=experimental_result, mtc_key_info=mtc_key_info, failed_avp=failed_avp, proxy_info=proxy_info, others=others)

REQUESTS: dict[int, type[CER] | type[DPR] | type[DWR] | type[MKR]] = {
    257: CER,
    282: DPR,
    280: DWR,
    16777214: MKR,
}

ANSWERS: dict[int, type[CEA] | type[DPA] | type[DWA] | type[MKA]] = {
    257: CEA,
    282: DPA,
    280: DWA,
    16777214: MKA,
}
