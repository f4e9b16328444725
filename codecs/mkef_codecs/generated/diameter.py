"""Commands and Grouped AVPs of `codecs/avp`. Written by `make codecs`."""

# A field that its type says is there may be None all the same:
# mypy: no-warn-unreachable

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from mkef_codecs.diameter.avp import (
    MANDATORY_BIT, VENDOR_BIT, Avp, arranged, check_length, check_range, decode_address,
    decode_identity, decode_time, encode_address, encode_avp, encode_identity,
    encode_integer32, encode_time, encode_unsigned32, encode_utf8, encode_vendor_avp,
    header_at, integer32_at, keys_at, no_word, out_of_range, unsigned32_at, wrong_length,
    wrong_size,
)
from mkef_codecs.diameter.failure import (
    BROKEN, check_count, kept, located, missing, not_mandatory, too_few, too_many,
)



@dataclass(slots=True, kw_only=True)
class VendorSpecificApplicationId:
    """The Grouped AVP Vendor-Specific-Application-Id."""

    vendor_id: int
    auth_application_id: int | None = None
    acct_application_id: int | None = None
    others: list[Avp] = field(default_factory=list)
    order: tuple[int, ...] = field(default=(), repr=False, compare=False)

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        vendor_id = self.vendor_id
        if vendor_id is None:
            raise missing("Vendor-Specific-Application-Id", "Vendor-Id")
        out.append(b'\x00\x00\x01\n@\x00\x00\x0c' + encode_unsigned32(vendor_id))
        auth_application_id = self.auth_application_id
        if auth_application_id is not None:
            out.append(b'\x00\x00\x01\x02@\x00\x00\x0c' + encode_unsigned32(auth_application_id))
        acct_application_id = self.acct_application_id
        if acct_application_id is not None:
            out.append(b'\x00\x00\x01\x03@\x00\x00\x0c' + encode_unsigned32(acct_application_id))
        for other in self.others:
            out.append(other.encode())
        if self.order:
            return arranged(out, self.order)
        return b"".join(out)

    @classmethod
    def decode(cls, octets: bytes, start: int, end: int) -> VendorSpecificApplicationId:
        """Decode the AVPs between two offsets; what breaks the grammar is refused."""
        vendor_id: int | None = None
        auth_application_id: int | None = None
        acct_application_id: int | None = None
        others: list[Avp] = []
        first = stop = start
        try:
            while start < end:
                code, flags, high, low = header_at(octets, start)
                stop = start + (high << 16 | low)
                if flags & VENDOR_BIT:
                    (vendor,) = unsigned32_at(octets, start + 8)
                    data = start + 12
                else:
                    vendor = 0
                    data = start + 8
                if stop < data or stop > end:
                    raise wrong_length(octets, start, end)
                if vendor == 0:
                    if code == 266:
                        if vendor_id is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (vendor_id,) = unsigned32_at(octets, data)
                    elif code == 258:
                        if auth_application_id is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (auth_application_id,) = unsigned32_at(octets, data)
                    elif code == 259:
                        if acct_application_id is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (acct_application_id,) = unsigned32_at(octets, data)
                    else:
                        others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                else:
                    others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                start = stop + 3 & ~3
        except BROKEN as error:
            raise located(error, "Vendor-Specific-Application-Id", octets, start, stop, end) from None
        if vendor_id is None:
            raise missing("Vendor-Specific-Application-Id", "Vendor-Id")
        made = cls.__new__(cls)  # half the cost of a call with a keyword for each field
        made.vendor_id = vendor_id
        made.auth_application_id = auth_application_id
        made.acct_application_id = acct_application_id
        made.others = others
        made.order = keys_at(octets, first, end) if others else ()
        return made


@dataclass(slots=True, kw_only=True)
class ExperimentalResult:
    """The Grouped AVP Experimental-Result."""

    vendor_id: int
    experimental_result_code: int
    others: list[Avp] = field(default_factory=list)
    order: tuple[int, ...] = field(default=(), repr=False, compare=False)

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        vendor_id = self.vendor_id
        if vendor_id is None:
            raise missing("Experimental-Result", "Vendor-Id")
        out.append(b'\x00\x00\x01\n@\x00\x00\x0c' + encode_unsigned32(vendor_id))
        experimental_result_code = self.experimental_result_code
        if experimental_result_code is None:
            raise missing("Experimental-Result", "Experimental-Result-Code")
        out.append(b'\x00\x00\x01*@\x00\x00\x0c' + encode_unsigned32(experimental_result_code))
        for other in self.others:
            out.append(other.encode())
        if self.order:
            return arranged(out, self.order)
        return b"".join(out)

    @classmethod
    def decode(cls, octets: bytes, start: int, end: int) -> ExperimentalResult:
        """Decode the AVPs between two offsets; what breaks the grammar is refused."""
        vendor_id: int | None = None
        experimental_result_code: int | None = None
        others: list[Avp] = []
        first = stop = start
        try:
            while start < end:
                code, flags, high, low = header_at(octets, start)
                stop = start + (high << 16 | low)
                if flags & VENDOR_BIT:
                    (vendor,) = unsigned32_at(octets, start + 8)
                    data = start + 12
                else:
                    vendor = 0
                    data = start + 8
                if stop < data or stop > end:
                    raise wrong_length(octets, start, end)
                if vendor == 0:
                    if code == 266:
                        if vendor_id is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (vendor_id,) = unsigned32_at(octets, data)
                    elif code == 298:
                        if experimental_result_code is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (experimental_result_code,) = unsigned32_at(octets, data)
                    else:
                        others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                else:
                    others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                start = stop + 3 & ~3
        except BROKEN as error:
            raise located(error, "Experimental-Result", octets, start, stop, end) from None
        if vendor_id is None:
            raise missing("Experimental-Result", "Vendor-Id")
        if experimental_result_code is None:
            raise missing("Experimental-Result", "Experimental-Result-Code")
        made = cls.__new__(cls)  # half the cost of a call with a keyword for each field
        made.vendor_id = vendor_id
        made.experimental_result_code = experimental_result_code
        made.others = others
        made.order = keys_at(octets, first, end) if others else ()
        return made


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
    order: tuple[int, ...] = field(default=(), repr=False, compare=False)

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        origin_host = self.origin_host
        if origin_host is None:
            raise missing("CER", "Origin-Host")
        out.append(encode_avp(0x10840000008, encode_identity(origin_host)))
        origin_realm = self.origin_realm
        if origin_realm is None:
            raise missing("CER", "Origin-Realm")
        out.append(encode_avp(0x12840000008, encode_identity(origin_realm)))
        check_count("CER", "Host-IP-Address", len(self.host_ip_address), 1, 0)
        for host_ip_address in self.host_ip_address:
            out.append(encode_avp(0x10140000008, encode_address(host_ip_address)))
        vendor_id = self.vendor_id
        if vendor_id is None:
            raise missing("CER", "Vendor-Id")
        out.append(b'\x00\x00\x01\n@\x00\x00\x0c' + encode_unsigned32(vendor_id))
        product_name = self.product_name
        if product_name is None:
            raise missing("CER", "Product-Name")
        out.append(encode_avp(0x10d00000008, encode_utf8(product_name)))
        origin_state_id = self.origin_state_id
        if origin_state_id is not None:
            out.append(b'\x00\x00\x01\x16@\x00\x00\x0c' + encode_unsigned32(origin_state_id))
        for supported_vendor_id in self.supported_vendor_id:
            out.append(b'\x00\x00\x01\t@\x00\x00\x0c' + encode_unsigned32(supported_vendor_id))
        for auth_application_id in self.auth_application_id:
            out.append(b'\x00\x00\x01\x02@\x00\x00\x0c' + encode_unsigned32(auth_application_id))
        for inband_security_id in self.inband_security_id:
            out.append(b'\x00\x00\x01+@\x00\x00\x0c' + encode_unsigned32(inband_security_id))
        for acct_application_id in self.acct_application_id:
            out.append(b'\x00\x00\x01\x03@\x00\x00\x0c' + encode_unsigned32(acct_application_id))
        for vendor_specific_application_id in self.vendor_specific_application_id:
            out.append(encode_avp(0x10440000008, vendor_specific_application_id.encode()))
        firmware_revision = self.firmware_revision
        if firmware_revision is not None:
            out.append(b'\x00\x00\x01\x0b\x00\x00\x00\x0c' + encode_unsigned32(firmware_revision))
        for other in self.others:
            out.append(other.encode())
        if self.order:
            return arranged(out, self.order)
        return b"".join(out)

    @classmethod
    def decode(cls, octets: bytes, start: int, end: int) -> CER:
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
        first = stop = start
        try:
            while start < end:
                code, flags, high, low = header_at(octets, start)
                stop = start + (high << 16 | low)
                if flags & VENDOR_BIT:
                    (vendor,) = unsigned32_at(octets, start + 8)
                    data = start + 12
                else:
                    vendor = 0
                    data = start + 8
                if stop < data or stop > end:
                    raise wrong_length(octets, start, end)
                if vendor == 0:
                    if code == 264:
                        if origin_host is not None:
                            raise too_many(1)
                        origin_host = decode_identity(octets[data:stop])
                    elif code == 296:
                        if origin_realm is not None:
                            raise too_many(1)
                        origin_realm = decode_identity(octets[data:stop])
                    elif code == 257:
                        one_host_ip_address = decode_address(octets[data:stop])
                        host_ip_address.append(one_host_ip_address)
                    elif code == 266:
                        if vendor_id is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (vendor_id,) = unsigned32_at(octets, data)
                    elif code == 269:
                        if product_name is not None:
                            raise too_many(1)
                        product_name = octets[data:stop].decode()
                    elif code == 278:
                        if origin_state_id is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (origin_state_id,) = unsigned32_at(octets, data)
                    elif code == 265:
                        if stop - data != 4:
                            raise no_word()
                        (one_supported_vendor_id,) = unsigned32_at(octets, data)
                        supported_vendor_id.append(one_supported_vendor_id)
                    elif code == 258:
                        if stop - data != 4:
                            raise no_word()
                        (one_auth_application_id,) = unsigned32_at(octets, data)
                        auth_application_id.append(one_auth_application_id)
                    elif code == 299:
                        if stop - data != 4:
                            raise no_word()
                        (one_inband_security_id,) = unsigned32_at(octets, data)
                        inband_security_id.append(one_inband_security_id)
                    elif code == 259:
                        if stop - data != 4:
                            raise no_word()
                        (one_acct_application_id,) = unsigned32_at(octets, data)
                        acct_application_id.append(one_acct_application_id)
                    elif code == 260:
                        one_vendor_specific_application_id = VendorSpecificApplicationId.decode(octets, data, stop)
                        vendor_specific_application_id.append(one_vendor_specific_application_id)
                    elif code == 267:
                        if firmware_revision is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (firmware_revision,) = unsigned32_at(octets, data)
                    else:
                        others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                else:
                    others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                start = stop + 3 & ~3
        except BROKEN as error:
            raise located(error, "CER", octets, start, stop, end) from None
        if origin_host is None:
            raise missing("CER", "Origin-Host")
        if origin_realm is None:
            raise missing("CER", "Origin-Realm")
        if len(host_ip_address) < 1:
            raise too_few("CER", "Host-IP-Address", len(host_ip_address), 1)
        if vendor_id is None:
            raise missing("CER", "Vendor-Id")
        if product_name is None:
            raise missing("CER", "Product-Name")
        made = cls.__new__(cls)  # half the cost of a call with a keyword for each field
        made.origin_host = origin_host
        made.origin_realm = origin_realm
        made.host_ip_address = host_ip_address
        made.vendor_id = vendor_id
        made.product_name = product_name
        made.origin_state_id = origin_state_id
        made.supported_vendor_id = supported_vendor_id
        made.auth_application_id = auth_application_id
        made.inband_security_id = inband_security_id
        made.acct_application_id = acct_application_id
        made.vendor_specific_application_id = vendor_specific_application_id
        made.firmware_revision = firmware_revision
        made.others = others
        made.order = keys_at(octets, first, end) if others else ()
        return made


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
    failed_avp: bytes | None = field(default=None, repr=False)
    supported_vendor_id: list[int] = field(default_factory=list)
    auth_application_id: list[int] = field(default_factory=list)
    inband_security_id: list[int] = field(default_factory=list)
    acct_application_id: list[int] = field(default_factory=list)
    vendor_specific_application_id: list[VendorSpecificApplicationId] = field(default_factory=list)
    firmware_revision: int | None = None
    others: list[Avp] = field(default_factory=list)
    order: tuple[int, ...] = field(default=(), repr=False, compare=False)

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        result_code = self.result_code
        if result_code is None:
            raise missing("CEA", "Result-Code")
        out.append(b'\x00\x00\x01\x0c@\x00\x00\x0c' + encode_unsigned32(result_code))
        origin_host = self.origin_host
        if origin_host is None:
            raise missing("CEA", "Origin-Host")
        out.append(encode_avp(0x10840000008, encode_identity(origin_host)))
        origin_realm = self.origin_realm
        if origin_realm is None:
            raise missing("CEA", "Origin-Realm")
        out.append(encode_avp(0x12840000008, encode_identity(origin_realm)))
        for host_ip_address in self.host_ip_address:
            out.append(encode_avp(0x10140000008, encode_address(host_ip_address)))
        vendor_id = self.vendor_id
        if vendor_id is not None:
            out.append(b'\x00\x00\x01\n@\x00\x00\x0c' + encode_unsigned32(vendor_id))
        product_name = self.product_name
        if product_name is not None:
            out.append(encode_avp(0x10d00000008, encode_utf8(product_name)))
        origin_state_id = self.origin_state_id
        if origin_state_id is not None:
            out.append(b'\x00\x00\x01\x16@\x00\x00\x0c' + encode_unsigned32(origin_state_id))
        error_message = self.error_message
        if error_message is not None:
            out.append(encode_avp(0x11900000008, encode_utf8(error_message)))
        failed_avp = self.failed_avp
        if failed_avp is not None:
            out.append(encode_avp(0x11740000008, failed_avp))
        for supported_vendor_id in self.supported_vendor_id:
            out.append(b'\x00\x00\x01\t@\x00\x00\x0c' + encode_unsigned32(supported_vendor_id))
        for auth_application_id in self.auth_application_id:
            out.append(b'\x00\x00\x01\x02@\x00\x00\x0c' + encode_unsigned32(auth_application_id))
        for inband_security_id in self.inband_security_id:
            out.append(b'\x00\x00\x01+@\x00\x00\x0c' + encode_unsigned32(inband_security_id))
        for acct_application_id in self.acct_application_id:
            out.append(b'\x00\x00\x01\x03@\x00\x00\x0c' + encode_unsigned32(acct_application_id))
        for vendor_specific_application_id in self.vendor_specific_application_id:
            out.append(encode_avp(0x10440000008, vendor_specific_application_id.encode()))
        firmware_revision = self.firmware_revision
        if firmware_revision is not None:
            out.append(b'\x00\x00\x01\x0b\x00\x00\x00\x0c' + encode_unsigned32(firmware_revision))
        for other in self.others:
            out.append(other.encode())
        if self.order:
            return arranged(out, self.order)
        return b"".join(out)

    @classmethod
    def decode(cls, octets: bytes, start: int, end: int) -> CEA:
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
        first = stop = start
        try:
            while start < end:
                code, flags, high, low = header_at(octets, start)
                stop = start + (high << 16 | low)
                if flags & VENDOR_BIT:
                    (vendor,) = unsigned32_at(octets, start + 8)
                    data = start + 12
                else:
                    vendor = 0
                    data = start + 8
                if stop < data or stop > end:
                    raise wrong_length(octets, start, end)
                if vendor == 0:
                    if code == 268:
                        if result_code is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (result_code,) = unsigned32_at(octets, data)
                    elif code == 264:
                        if origin_host is not None:
                            raise too_many(1)
                        origin_host = decode_identity(octets[data:stop])
                    elif code == 296:
                        if origin_realm is not None:
                            raise too_many(1)
                        origin_realm = decode_identity(octets[data:stop])
                    elif code == 257:
                        one_host_ip_address = decode_address(octets[data:stop])
                        host_ip_address.append(one_host_ip_address)
                    elif code == 266:
                        if vendor_id is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (vendor_id,) = unsigned32_at(octets, data)
                    elif code == 269:
                        if product_name is not None:
                            raise too_many(1)
                        product_name = octets[data:stop].decode()
                    elif code == 278:
                        if origin_state_id is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (origin_state_id,) = unsigned32_at(octets, data)
                    elif code == 281:
                        if error_message is not None:
                            raise too_many(1)
                        error_message = octets[data:stop].decode()
                    elif code == 279:
                        if failed_avp is not None:
                            raise too_many(1)
                        failed_avp = octets[data:stop]
                    elif code == 265:
                        if stop - data != 4:
                            raise no_word()
                        (one_supported_vendor_id,) = unsigned32_at(octets, data)
                        supported_vendor_id.append(one_supported_vendor_id)
                    elif code == 258:
                        if stop - data != 4:
                            raise no_word()
                        (one_auth_application_id,) = unsigned32_at(octets, data)
                        auth_application_id.append(one_auth_application_id)
                    elif code == 299:
                        if stop - data != 4:
                            raise no_word()
                        (one_inband_security_id,) = unsigned32_at(octets, data)
                        inband_security_id.append(one_inband_security_id)
                    elif code == 259:
                        if stop - data != 4:
                            raise no_word()
                        (one_acct_application_id,) = unsigned32_at(octets, data)
                        acct_application_id.append(one_acct_application_id)
                    elif code == 260:
                        one_vendor_specific_application_id = VendorSpecificApplicationId.decode(octets, data, stop)
                        vendor_specific_application_id.append(one_vendor_specific_application_id)
                    elif code == 267:
                        if firmware_revision is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (firmware_revision,) = unsigned32_at(octets, data)
                    else:
                        others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                else:
                    others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                start = stop + 3 & ~3
        except BROKEN as error:
            raise located(error, "CEA", octets, start, stop, end) from None
        if result_code is None:
            raise missing("CEA", "Result-Code")
        if origin_host is None:
            raise missing("CEA", "Origin-Host")
        if origin_realm is None:
            raise missing("CEA", "Origin-Realm")
        made = cls.__new__(cls)  # half the cost of a call with a keyword for each field
        made.result_code = result_code
        made.origin_host = origin_host
        made.origin_realm = origin_realm
        made.host_ip_address = host_ip_address
        made.vendor_id = vendor_id
        made.product_name = product_name
        made.origin_state_id = origin_state_id
        made.error_message = error_message
        made.failed_avp = failed_avp
        made.supported_vendor_id = supported_vendor_id
        made.auth_application_id = auth_application_id
        made.inband_security_id = inband_security_id
        made.acct_application_id = acct_application_id
        made.vendor_specific_application_id = vendor_specific_application_id
        made.firmware_revision = firmware_revision
        made.others = others
        made.order = keys_at(octets, first, end) if others else ()
        return made


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
    order: tuple[int, ...] = field(default=(), repr=False, compare=False)

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        origin_host = self.origin_host
        if origin_host is None:
            raise missing("DPR", "Origin-Host")
        out.append(encode_avp(0x10840000008, encode_identity(origin_host)))
        origin_realm = self.origin_realm
        if origin_realm is None:
            raise missing("DPR", "Origin-Realm")
        out.append(encode_avp(0x12840000008, encode_identity(origin_realm)))
        disconnect_cause = self.disconnect_cause
        if disconnect_cause is None:
            raise missing("DPR", "Disconnect-Cause")
        out.append(b'\x00\x00\x01\x11@\x00\x00\x0c' + encode_integer32(check_range(disconnect_cause, 0, 2)))
        for other in self.others:
            out.append(other.encode())
        if self.order:
            return arranged(out, self.order)
        return b"".join(out)

    @classmethod
    def decode(cls, octets: bytes, start: int, end: int) -> DPR:
        """Decode the AVPs between two offsets; what breaks the grammar is refused."""
        origin_host: str | None = None
        origin_realm: str | None = None
        disconnect_cause: int | None = None
        others: list[Avp] = []
        first = stop = start
        try:
            while start < end:
                code, flags, high, low = header_at(octets, start)
                stop = start + (high << 16 | low)
                if flags & VENDOR_BIT:
                    (vendor,) = unsigned32_at(octets, start + 8)
                    data = start + 12
                else:
                    vendor = 0
                    data = start + 8
                if stop < data or stop > end:
                    raise wrong_length(octets, start, end)
                if vendor == 0:
                    if code == 264:
                        if origin_host is not None:
                            raise too_many(1)
                        origin_host = decode_identity(octets[data:stop])
                    elif code == 296:
                        if origin_realm is not None:
                            raise too_many(1)
                        origin_realm = decode_identity(octets[data:stop])
                    elif code == 273:
                        if disconnect_cause is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (disconnect_cause,) = integer32_at(octets, data)
                        if not 0 <= disconnect_cause <= 2:
                            raise out_of_range(disconnect_cause, 0, 2)
                    else:
                        others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                else:
                    others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                start = stop + 3 & ~3
        except BROKEN as error:
            raise located(error, "DPR", octets, start, stop, end) from None
        if origin_host is None:
            raise missing("DPR", "Origin-Host")
        if origin_realm is None:
            raise missing("DPR", "Origin-Realm")
        if disconnect_cause is None:
            raise missing("DPR", "Disconnect-Cause")
        made = cls.__new__(cls)  # half the cost of a call with a keyword for each field
        made.origin_host = origin_host
        made.origin_realm = origin_realm
        made.disconnect_cause = disconnect_cause
        made.others = others
        made.order = keys_at(octets, first, end) if others else ()
        return made


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
    failed_avp: bytes | None = field(default=None, repr=False)
    others: list[Avp] = field(default_factory=list)
    order: tuple[int, ...] = field(default=(), repr=False, compare=False)

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        result_code = self.result_code
        if result_code is None:
            raise missing("DPA", "Result-Code")
        out.append(b'\x00\x00\x01\x0c@\x00\x00\x0c' + encode_unsigned32(result_code))
        origin_host = self.origin_host
        if origin_host is None:
            raise missing("DPA", "Origin-Host")
        out.append(encode_avp(0x10840000008, encode_identity(origin_host)))
        origin_realm = self.origin_realm
        if origin_realm is None:
            raise missing("DPA", "Origin-Realm")
        out.append(encode_avp(0x12840000008, encode_identity(origin_realm)))
        error_message = self.error_message
        if error_message is not None:
            out.append(encode_avp(0x11900000008, encode_utf8(error_message)))
        failed_avp = self.failed_avp
        if failed_avp is not None:
            out.append(encode_avp(0x11740000008, failed_avp))
        for other in self.others:
            out.append(other.encode())
        if self.order:
            return arranged(out, self.order)
        return b"".join(out)

    @classmethod
    def decode(cls, octets: bytes, start: int, end: int) -> DPA:
        """Decode the AVPs between two offsets; what breaks the grammar is refused."""
        result_code: int | None = None
        origin_host: str | None = None
        origin_realm: str | None = None
        error_message: str | None = None
        failed_avp: bytes | None = None
        others: list[Avp] = []
        first = stop = start
        try:
            while start < end:
                code, flags, high, low = header_at(octets, start)
                stop = start + (high << 16 | low)
                if flags & VENDOR_BIT:
                    (vendor,) = unsigned32_at(octets, start + 8)
                    data = start + 12
                else:
                    vendor = 0
                    data = start + 8
                if stop < data or stop > end:
                    raise wrong_length(octets, start, end)
                if vendor == 0:
                    if code == 268:
                        if result_code is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (result_code,) = unsigned32_at(octets, data)
                    elif code == 264:
                        if origin_host is not None:
                            raise too_many(1)
                        origin_host = decode_identity(octets[data:stop])
                    elif code == 296:
                        if origin_realm is not None:
                            raise too_many(1)
                        origin_realm = decode_identity(octets[data:stop])
                    elif code == 281:
                        if error_message is not None:
                            raise too_many(1)
                        error_message = octets[data:stop].decode()
                    elif code == 279:
                        if failed_avp is not None:
                            raise too_many(1)
                        failed_avp = octets[data:stop]
                    else:
                        others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                else:
                    others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                start = stop + 3 & ~3
        except BROKEN as error:
            raise located(error, "DPA", octets, start, stop, end) from None
        if result_code is None:
            raise missing("DPA", "Result-Code")
        if origin_host is None:
            raise missing("DPA", "Origin-Host")
        if origin_realm is None:
            raise missing("DPA", "Origin-Realm")
        made = cls.__new__(cls)  # half the cost of a call with a keyword for each field
        made.result_code = result_code
        made.origin_host = origin_host
        made.origin_realm = origin_realm
        made.error_message = error_message
        made.failed_avp = failed_avp
        made.others = others
        made.order = keys_at(octets, first, end) if others else ()
        return made


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
    order: tuple[int, ...] = field(default=(), repr=False, compare=False)

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        origin_host = self.origin_host
        if origin_host is None:
            raise missing("DWR", "Origin-Host")
        out.append(encode_avp(0x10840000008, encode_identity(origin_host)))
        origin_realm = self.origin_realm
        if origin_realm is None:
            raise missing("DWR", "Origin-Realm")
        out.append(encode_avp(0x12840000008, encode_identity(origin_realm)))
        origin_state_id = self.origin_state_id
        if origin_state_id is not None:
            out.append(b'\x00\x00\x01\x16@\x00\x00\x0c' + encode_unsigned32(origin_state_id))
        for other in self.others:
            out.append(other.encode())
        if self.order:
            return arranged(out, self.order)
        return b"".join(out)

    @classmethod
    def decode(cls, octets: bytes, start: int, end: int) -> DWR:
        """Decode the AVPs between two offsets; what breaks the grammar is refused."""
        origin_host: str | None = None
        origin_realm: str | None = None
        origin_state_id: int | None = None
        others: list[Avp] = []
        first = stop = start
        try:
            while start < end:
                code, flags, high, low = header_at(octets, start)
                stop = start + (high << 16 | low)
                if flags & VENDOR_BIT:
                    (vendor,) = unsigned32_at(octets, start + 8)
                    data = start + 12
                else:
                    vendor = 0
                    data = start + 8
                if stop < data or stop > end:
                    raise wrong_length(octets, start, end)
                if vendor == 0:
                    if code == 264:
                        if origin_host is not None:
                            raise too_many(1)
                        origin_host = decode_identity(octets[data:stop])
                    elif code == 296:
                        if origin_realm is not None:
                            raise too_many(1)
                        origin_realm = decode_identity(octets[data:stop])
                    elif code == 278:
                        if origin_state_id is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (origin_state_id,) = unsigned32_at(octets, data)
                    else:
                        others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                else:
                    others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                start = stop + 3 & ~3
        except BROKEN as error:
            raise located(error, "DWR", octets, start, stop, end) from None
        if origin_host is None:
            raise missing("DWR", "Origin-Host")
        if origin_realm is None:
            raise missing("DWR", "Origin-Realm")
        made = cls.__new__(cls)  # half the cost of a call with a keyword for each field
        made.origin_host = origin_host
        made.origin_realm = origin_realm
        made.origin_state_id = origin_state_id
        made.others = others
        made.order = keys_at(octets, first, end) if others else ()
        return made


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
    failed_avp: bytes | None = field(default=None, repr=False)
    origin_state_id: int | None = None
    others: list[Avp] = field(default_factory=list)
    order: tuple[int, ...] = field(default=(), repr=False, compare=False)

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        result_code = self.result_code
        if result_code is None:
            raise missing("DWA", "Result-Code")
        out.append(b'\x00\x00\x01\x0c@\x00\x00\x0c' + encode_unsigned32(result_code))
        origin_host = self.origin_host
        if origin_host is None:
            raise missing("DWA", "Origin-Host")
        out.append(encode_avp(0x10840000008, encode_identity(origin_host)))
        origin_realm = self.origin_realm
        if origin_realm is None:
            raise missing("DWA", "Origin-Realm")
        out.append(encode_avp(0x12840000008, encode_identity(origin_realm)))
        error_message = self.error_message
        if error_message is not None:
            out.append(encode_avp(0x11900000008, encode_utf8(error_message)))
        failed_avp = self.failed_avp
        if failed_avp is not None:
            out.append(encode_avp(0x11740000008, failed_avp))
        origin_state_id = self.origin_state_id
        if origin_state_id is not None:
            out.append(b'\x00\x00\x01\x16@\x00\x00\x0c' + encode_unsigned32(origin_state_id))
        for other in self.others:
            out.append(other.encode())
        if self.order:
            return arranged(out, self.order)
        return b"".join(out)

    @classmethod
    def decode(cls, octets: bytes, start: int, end: int) -> DWA:
        """Decode the AVPs between two offsets; what breaks the grammar is refused."""
        result_code: int | None = None
        origin_host: str | None = None
        origin_realm: str | None = None
        error_message: str | None = None
        failed_avp: bytes | None = None
        origin_state_id: int | None = None
        others: list[Avp] = []
        first = stop = start
        try:
            while start < end:
                code, flags, high, low = header_at(octets, start)
                stop = start + (high << 16 | low)
                if flags & VENDOR_BIT:
                    (vendor,) = unsigned32_at(octets, start + 8)
                    data = start + 12
                else:
                    vendor = 0
                    data = start + 8
                if stop < data or stop > end:
                    raise wrong_length(octets, start, end)
                if vendor == 0:
                    if code == 268:
                        if result_code is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (result_code,) = unsigned32_at(octets, data)
                    elif code == 264:
                        if origin_host is not None:
                            raise too_many(1)
                        origin_host = decode_identity(octets[data:stop])
                    elif code == 296:
                        if origin_realm is not None:
                            raise too_many(1)
                        origin_realm = decode_identity(octets[data:stop])
                    elif code == 281:
                        if error_message is not None:
                            raise too_many(1)
                        error_message = octets[data:stop].decode()
                    elif code == 279:
                        if failed_avp is not None:
                            raise too_many(1)
                        failed_avp = octets[data:stop]
                    elif code == 278:
                        if origin_state_id is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (origin_state_id,) = unsigned32_at(octets, data)
                    else:
                        others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                else:
                    others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                start = stop + 3 & ~3
        except BROKEN as error:
            raise located(error, "DWA", octets, start, stop, end) from None
        if result_code is None:
            raise missing("DWA", "Result-Code")
        if origin_host is None:
            raise missing("DWA", "Origin-Host")
        if origin_realm is None:
            raise missing("DWA", "Origin-Realm")
        made = cls.__new__(cls)  # half the cost of a call with a keyword for each field
        made.result_code = result_code
        made.origin_host = origin_host
        made.origin_realm = origin_realm
        made.error_message = error_message
        made.failed_avp = failed_avp
        made.origin_state_id = origin_state_id
        made.others = others
        made.order = keys_at(octets, first, end) if others else ()
        return made


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
    failed_avp: bytes | None = field(default=None, repr=False)
    experimental_result: ExperimentalResult | None = None
    redirect_host: list[str] = field(default_factory=list)
    redirect_host_usage: int | None = None
    redirect_max_cache_time: int | None = None
    proxy_info: list[bytes] = field(default_factory=list)
    others: list[Avp] = field(default_factory=list)
    order: tuple[int, ...] = field(default=(), repr=False, compare=False)

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        session_id = self.session_id
        if session_id is not None:
            out.append(encode_avp(0x10740000008, encode_utf8(session_id)))
        origin_host = self.origin_host
        if origin_host is None:
            raise missing("ANSWER", "Origin-Host")
        out.append(encode_avp(0x10840000008, encode_identity(origin_host)))
        origin_realm = self.origin_realm
        if origin_realm is None:
            raise missing("ANSWER", "Origin-Realm")
        out.append(encode_avp(0x12840000008, encode_identity(origin_realm)))
        result_code = self.result_code
        if result_code is None:
            raise missing("ANSWER", "Result-Code")
        out.append(b'\x00\x00\x01\x0c@\x00\x00\x0c' + encode_unsigned32(result_code))
        origin_state_id = self.origin_state_id
        if origin_state_id is not None:
            out.append(b'\x00\x00\x01\x16@\x00\x00\x0c' + encode_unsigned32(origin_state_id))
        error_message = self.error_message
        if error_message is not None:
            out.append(encode_avp(0x11900000008, encode_utf8(error_message)))
        error_reporting_host = self.error_reporting_host
        if error_reporting_host is not None:
            out.append(encode_avp(0x12600000008, encode_identity(error_reporting_host)))
        failed_avp = self.failed_avp
        if failed_avp is not None:
            out.append(encode_avp(0x11740000008, failed_avp))
        experimental_result = self.experimental_result
        if experimental_result is not None:
            out.append(encode_avp(0x12940000008, experimental_result.encode()))
        for redirect_host in self.redirect_host:
            out.append(encode_avp(0x12440000008, encode_utf8(redirect_host)))
        redirect_host_usage = self.redirect_host_usage
        if redirect_host_usage is not None:
            out.append(b'\x00\x00\x01\x05@\x00\x00\x0c' + encode_integer32(check_range(redirect_host_usage, 0, 6)))
        redirect_max_cache_time = self.redirect_max_cache_time
        if redirect_max_cache_time is not None:
            out.append(b'\x00\x00\x01\x06@\x00\x00\x0c' + encode_unsigned32(redirect_max_cache_time))
        for proxy_info in self.proxy_info:
            out.append(encode_avp(0x11c40000008, proxy_info))
        for other in self.others:
            out.append(other.encode())
        if self.order:
            return arranged(out, self.order)
        return b"".join(out)

    @classmethod
    def decode(cls, octets: bytes, start: int, end: int) -> ANSWER:
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
        redirect_host: list[str] = []
        redirect_host_usage: int | None = None
        redirect_max_cache_time: int | None = None
        proxy_info: list[bytes] = []
        others: list[Avp] = []
        first = stop = start
        try:
            while start < end:
                code, flags, high, low = header_at(octets, start)
                stop = start + (high << 16 | low)
                if flags & VENDOR_BIT:
                    (vendor,) = unsigned32_at(octets, start + 8)
                    data = start + 12
                else:
                    vendor = 0
                    data = start + 8
                if stop < data or stop > end:
                    raise wrong_length(octets, start, end)
                if vendor == 0:
                    if code == 263:
                        if session_id is not None:
                            raise too_many(1)
                        session_id = octets[data:stop].decode()
                    elif code == 264:
                        if origin_host is not None:
                            raise too_many(1)
                        origin_host = decode_identity(octets[data:stop])
                    elif code == 296:
                        if origin_realm is not None:
                            raise too_many(1)
                        origin_realm = decode_identity(octets[data:stop])
                    elif code == 268:
                        if result_code is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (result_code,) = unsigned32_at(octets, data)
                    elif code == 278:
                        if origin_state_id is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (origin_state_id,) = unsigned32_at(octets, data)
                    elif code == 281:
                        if error_message is not None:
                            raise too_many(1)
                        error_message = octets[data:stop].decode()
                    elif code == 294:
                        if error_reporting_host is not None:
                            raise too_many(1)
                        error_reporting_host = decode_identity(octets[data:stop])
                    elif code == 279:
                        if failed_avp is not None:
                            raise too_many(1)
                        failed_avp = octets[data:stop]
                    elif code == 297:
                        if experimental_result is not None:
                            raise too_many(1)
                        experimental_result = ExperimentalResult.decode(octets, data, stop)
                    elif code == 292:
                        one_redirect_host = octets[data:stop].decode()
                        redirect_host.append(one_redirect_host)
                    elif code == 261:
                        if redirect_host_usage is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (redirect_host_usage,) = integer32_at(octets, data)
                        if not 0 <= redirect_host_usage <= 6:
                            raise out_of_range(redirect_host_usage, 0, 6)
                    elif code == 262:
                        if redirect_max_cache_time is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (redirect_max_cache_time,) = unsigned32_at(octets, data)
                    elif code == 284:
                        one_proxy_info = octets[data:stop]
                        proxy_info.append(one_proxy_info)
                    else:
                        others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                else:
                    others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                start = stop + 3 & ~3
        except BROKEN as error:
            raise located(error, "ANSWER", octets, start, stop, end) from None
        if origin_host is None:
            raise missing("ANSWER", "Origin-Host")
        if origin_realm is None:
            raise missing("ANSWER", "Origin-Realm")
        if result_code is None:
            raise missing("ANSWER", "Result-Code")
        made = cls.__new__(cls)  # half the cost of a call with a keyword for each field
        made.session_id = session_id
        made.origin_host = origin_host
        made.origin_realm = origin_realm
        made.result_code = result_code
        made.origin_state_id = origin_state_id
        made.error_message = error_message
        made.error_reporting_host = error_reporting_host
        made.failed_avp = failed_avp
        made.experimental_result = experimental_result
        made.redirect_host = redirect_host
        made.redirect_host_usage = redirect_host_usage
        made.redirect_max_cache_time = redirect_max_cache_time
        made.proxy_info = proxy_info
        made.others = others
        made.order = keys_at(octets, first, end) if others else ()
        return made


@dataclass(slots=True, kw_only=True)
class MTCKeyInfo:
    """The Grouped AVP MTC-Key-Info."""

    mtc_key_material: bytes = field(repr=False)
    mtc_server_id: str
    key_expirytime: int
    mtc_key_strength: int | None = None
    others: list[Avp] = field(default_factory=list)
    order: tuple[int, ...] = field(default=(), repr=False, compare=False)

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        mtc_key_material = self.mtc_key_material
        if mtc_key_material is None:
            raise missing("MTC-Key-Info", "MTC-Key-Material")
        out.append(encode_vendor_avp(0x6c000000c, b'\x00\x00~\xd9', check_length(mtc_key_material, 32, 32)))
        mtc_server_id = self.mtc_server_id
        if mtc_server_id is None:
            raise missing("MTC-Key-Info", "MTC-Server-Id")
        out.append(encode_vendor_avp(0x5c000000c, b'\x00\x00~\xd9', encode_utf8(mtc_server_id)))
        key_expirytime = self.key_expirytime
        if key_expirytime is None:
            raise missing("MTC-Key-Info", "Key-ExpiryTime")
        out.append(b'\x00\x00\x01\x94\x80\x00\x00\x10\x00\x00(\xaf' + encode_time(key_expirytime))
        mtc_key_strength = self.mtc_key_strength
        if mtc_key_strength is not None:
            out.append(b'\x00\x00\x00\x07\x80\x00\x00\x10\x00\x00~\xd9' + encode_unsigned32(mtc_key_strength))
        for other in self.others:
            out.append(other.encode())
        if self.order:
            return arranged(out, self.order)
        return b"".join(out)

    @classmethod
    def decode(cls, octets: bytes, start: int, end: int) -> MTCKeyInfo:
        """Decode the AVPs between two offsets; what breaks the grammar is refused."""
        mtc_key_material: bytes | None = None
        mtc_server_id: str | None = None
        key_expirytime: int | None = None
        mtc_key_strength: int | None = None
        others: list[Avp] = []
        first = stop = start
        try:
            while start < end:
                code, flags, high, low = header_at(octets, start)
                stop = start + (high << 16 | low)
                if flags & VENDOR_BIT:
                    (vendor,) = unsigned32_at(octets, start + 8)
                    data = start + 12
                else:
                    vendor = 0
                    data = start + 8
                if stop < data or stop > end:
                    raise wrong_length(octets, start, end)
                if vendor == 32473:
                    if code == 6:
                        if mtc_key_material is not None:
                            raise too_many(1)
                        if not 32 <= stop - data <= 32:
                            raise wrong_size(stop - data, 32, 32)
                        mtc_key_material = octets[data:stop]
                    elif code == 5:
                        if mtc_server_id is not None:
                            raise too_many(1)
                        mtc_server_id = octets[data:stop].decode()
                    elif code == 7:
                        if mtc_key_strength is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (mtc_key_strength,) = unsigned32_at(octets, data)
                    else:
                        others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                elif vendor == 10415:
                    if code == 404:
                        if key_expirytime is not None:
                            raise too_many(1)
                        key_expirytime = decode_time(octets, data, stop)
                    else:
                        others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                else:
                    others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                start = stop + 3 & ~3
        except BROKEN as error:
            raise located(error, "MTC-Key-Info", octets, start, stop, end) from None
        if mtc_key_material is None:
            raise missing("MTC-Key-Info", "MTC-Key-Material")
        if mtc_server_id is None:
            raise missing("MTC-Key-Info", "MTC-Server-Id")
        if key_expirytime is None:
            raise missing("MTC-Key-Info", "Key-ExpiryTime")
        made = cls.__new__(cls)  # half the cost of a call with a keyword for each field
        made.mtc_key_material = mtc_key_material
        made.mtc_server_id = mtc_server_id
        made.key_expirytime = key_expirytime
        made.mtc_key_strength = mtc_key_strength
        made.others = others
        made.order = keys_at(octets, first, end) if others else ()
        return made


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
    order: tuple[int, ...] = field(default=(), repr=False, compare=False)

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        session_id = self.session_id
        if session_id is None:
            raise missing("MKR", "Session-Id")
        out.append(encode_avp(0x10740000008, encode_utf8(session_id)))
        vendor_specific_application_id = self.vendor_specific_application_id
        if vendor_specific_application_id is not None:
            out.append(encode_avp(0x10440000008, vendor_specific_application_id.encode()))
        auth_session_state = self.auth_session_state
        if auth_session_state is None:
            raise missing("MKR", "Auth-Session-State")
        out.append(b'\x00\x00\x01\x15@\x00\x00\x0c' + encode_integer32(check_range(auth_session_state, 0, 1)))
        origin_host = self.origin_host
        if origin_host is None:
            raise missing("MKR", "Origin-Host")
        out.append(encode_avp(0x10840000008, encode_identity(origin_host)))
        origin_realm = self.origin_realm
        if origin_realm is None:
            raise missing("MKR", "Origin-Realm")
        out.append(encode_avp(0x12840000008, encode_identity(origin_realm)))
        destination_realm = self.destination_realm
        if destination_realm is None:
            raise missing("MKR", "Destination-Realm")
        out.append(encode_avp(0x11b40000008, encode_identity(destination_realm)))
        destination_host = self.destination_host
        if destination_host is not None:
            out.append(encode_avp(0x12540000008, encode_identity(destination_host)))
        user_name = self.user_name
        if user_name is None:
            raise missing("MKR", "User-Name")
        out.append(encode_avp(0x140000008, encode_utf8(user_name)))
        mtc_key_profile = self.mtc_key_profile
        if mtc_key_profile is None:
            raise missing("MKR", "MTC-Key-Profile")
        out.append(b'\x00\x00\x00\x02\xc0\x00\x00\x10\x00\x00~\xd9' + encode_unsigned32(check_range(mtc_key_profile, 0, 255)))
        mtc_device_rand = self.mtc_device_rand
        if mtc_device_rand is None:
            raise missing("MKR", "MTC-Device-RAND")
        out.append(encode_vendor_avp(0x3c000000c, b'\x00\x00~\xd9', check_length(mtc_device_rand, 16, 16)))
        mtc_encrypted_res = self.mtc_encrypted_res
        if mtc_encrypted_res is None:
            raise missing("MKR", "MTC-Encrypted-RES")
        out.append(encode_vendor_avp(0x4c000000c, b'\x00\x00~\xd9', mtc_encrypted_res))
        mtc_server_id = self.mtc_server_id
        if mtc_server_id is not None:
            out.append(encode_vendor_avp(0x5c000000c, b'\x00\x00~\xd9', encode_utf8(mtc_server_id)))
        requested_key_lifetime = self.requested_key_lifetime
        if requested_key_lifetime is not None:
            out.append(b'\x00\x00\x01\x9f\x80\x00\x00\x10\x00\x00(\xaf' + encode_time(requested_key_lifetime))
        for proxy_info in self.proxy_info:
            out.append(encode_avp(0x11c40000008, proxy_info))
        for route_record in self.route_record:
            out.append(encode_avp(0x11a40000008, encode_identity(route_record)))
        for other in self.others:
            out.append(other.encode())
        if self.order:
            return arranged(out, self.order)
        return b"".join(out)

    @classmethod
    def decode(cls, octets: bytes, start: int, end: int) -> MKR:
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
        first = stop = start
        try:
            while start < end:
                code, flags, high, low = header_at(octets, start)
                stop = start + (high << 16 | low)
                if flags & VENDOR_BIT:
                    (vendor,) = unsigned32_at(octets, start + 8)
                    data = start + 12
                else:
                    vendor = 0
                    data = start + 8
                if stop < data or stop > end:
                    raise wrong_length(octets, start, end)
                if vendor == 0:
                    if code == 263:
                        if session_id is not None:
                            raise too_many(1)
                        session_id = octets[data:stop].decode()
                    elif code == 260:
                        if vendor_specific_application_id is not None:
                            raise too_many(1)
                        vendor_specific_application_id = VendorSpecificApplicationId.decode(octets, data, stop)
                    elif code == 277:
                        if auth_session_state is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (auth_session_state,) = integer32_at(octets, data)
                        if not 0 <= auth_session_state <= 1:
                            raise out_of_range(auth_session_state, 0, 1)
                    elif code == 264:
                        if origin_host is not None:
                            raise too_many(1)
                        origin_host = decode_identity(octets[data:stop])
                    elif code == 296:
                        if origin_realm is not None:
                            raise too_many(1)
                        origin_realm = decode_identity(octets[data:stop])
                    elif code == 283:
                        if destination_realm is not None:
                            raise too_many(1)
                        destination_realm = decode_identity(octets[data:stop])
                    elif code == 293:
                        if destination_host is not None:
                            raise too_many(1)
                        destination_host = decode_identity(octets[data:stop])
                    elif code == 1:
                        if user_name is not None:
                            raise too_many(1)
                        user_name = octets[data:stop].decode()
                    elif code == 284:
                        one_proxy_info = octets[data:stop]
                        proxy_info.append(one_proxy_info)
                    elif code == 282:
                        one_route_record = decode_identity(octets[data:stop])
                        route_record.append(one_route_record)
                    else:
                        others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                elif vendor == 32473:
                    if code == 2:
                        if not flags & MANDATORY_BIT:
                            raise not_mandatory()
                        if mtc_key_profile is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (mtc_key_profile,) = unsigned32_at(octets, data)
                        if not 0 <= mtc_key_profile <= 255:
                            raise out_of_range(mtc_key_profile, 0, 255)
                    elif code == 3:
                        if not flags & MANDATORY_BIT:
                            raise not_mandatory()
                        if mtc_device_rand is not None:
                            raise too_many(1)
                        if not 16 <= stop - data <= 16:
                            raise wrong_size(stop - data, 16, 16)
                        mtc_device_rand = octets[data:stop]
                    elif code == 4:
                        if not flags & MANDATORY_BIT:
                            raise not_mandatory()
                        if mtc_encrypted_res is not None:
                            raise too_many(1)
                        mtc_encrypted_res = octets[data:stop]
                    elif code == 5:
                        if not flags & MANDATORY_BIT:
                            raise not_mandatory()
                        if mtc_server_id is not None:
                            raise too_many(1)
                        mtc_server_id = octets[data:stop].decode()
                    else:
                        others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                elif vendor == 10415:
                    if code == 415:
                        if requested_key_lifetime is not None:
                            raise too_many(1)
                        requested_key_lifetime = decode_time(octets, data, stop)
                    else:
                        others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                else:
                    others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                start = stop + 3 & ~3
        except BROKEN as error:
            raise located(error, "MKR", octets, start, stop, end) from None
        if session_id is None:
            raise missing("MKR", "Session-Id")
        if auth_session_state is None:
            raise missing("MKR", "Auth-Session-State")
        if origin_host is None:
            raise missing("MKR", "Origin-Host")
        if origin_realm is None:
            raise missing("MKR", "Origin-Realm")
        if destination_realm is None:
            raise missing("MKR", "Destination-Realm")
        if user_name is None:
            raise missing("MKR", "User-Name")
        if mtc_key_profile is None:
            raise missing("MKR", "MTC-Key-Profile")
        if mtc_device_rand is None:
            raise missing("MKR", "MTC-Device-RAND")
        if mtc_encrypted_res is None:
            raise missing("MKR", "MTC-Encrypted-RES")
        made = cls.__new__(cls)  # half the cost of a call with a keyword for each field
        made.session_id = session_id
        made.vendor_specific_application_id = vendor_specific_application_id
        made.auth_session_state = auth_session_state
        made.origin_host = origin_host
        made.origin_realm = origin_realm
        made.destination_realm = destination_realm
        made.destination_host = destination_host
        made.user_name = user_name
        made.mtc_key_profile = mtc_key_profile
        made.mtc_device_rand = mtc_device_rand
        made.mtc_encrypted_res = mtc_encrypted_res
        made.mtc_server_id = mtc_server_id
        made.requested_key_lifetime = requested_key_lifetime
        made.proxy_info = proxy_info
        made.route_record = route_record
        made.others = others
        made.order = keys_at(octets, first, end) if others else ()
        return made


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
    failed_avp: list[bytes] = field(default_factory=list, repr=False)
    proxy_info: list[bytes] = field(default_factory=list)
    others: list[Avp] = field(default_factory=list)
    order: tuple[int, ...] = field(default=(), repr=False, compare=False)

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        session_id = self.session_id
        if session_id is None:
            raise missing("MKA", "Session-Id")
        out.append(encode_avp(0x10740000008, encode_utf8(session_id)))
        vendor_specific_application_id = self.vendor_specific_application_id
        if vendor_specific_application_id is not None:
            out.append(encode_avp(0x10440000008, vendor_specific_application_id.encode()))
        auth_session_state = self.auth_session_state
        if auth_session_state is None:
            raise missing("MKA", "Auth-Session-State")
        out.append(b'\x00\x00\x01\x15@\x00\x00\x0c' + encode_integer32(check_range(auth_session_state, 0, 1)))
        origin_host = self.origin_host
        if origin_host is None:
            raise missing("MKA", "Origin-Host")
        out.append(encode_avp(0x10840000008, encode_identity(origin_host)))
        origin_realm = self.origin_realm
        if origin_realm is None:
            raise missing("MKA", "Origin-Realm")
        out.append(encode_avp(0x12840000008, encode_identity(origin_realm)))
        result_code = self.result_code
        if result_code is not None:
            out.append(b'\x00\x00\x01\x0c@\x00\x00\x0c' + encode_unsigned32(result_code))
        experimental_result = self.experimental_result
        if experimental_result is not None:
            out.append(encode_avp(0x12940000008, experimental_result.encode()))
        mtc_key_info = self.mtc_key_info
        if mtc_key_info is not None:
            out.append(encode_vendor_avp(0x1c000000c, b'\x00\x00~\xd9', mtc_key_info.encode()))
        for failed_avp in self.failed_avp:
            out.append(encode_avp(0x11740000008, failed_avp))
        for proxy_info in self.proxy_info:
            out.append(encode_avp(0x11c40000008, proxy_info))
        for other in self.others:
            out.append(other.encode())
        if self.order:
            return arranged(out, self.order)
        return b"".join(out)

    @classmethod
    def decode(cls, octets: bytes, start: int, end: int) -> MKA:
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
        first = stop = start
        try:
            while start < end:
                code, flags, high, low = header_at(octets, start)
                stop = start + (high << 16 | low)
                if flags & VENDOR_BIT:
                    (vendor,) = unsigned32_at(octets, start + 8)
                    data = start + 12
                else:
                    vendor = 0
                    data = start + 8
                if stop < data or stop > end:
                    raise wrong_length(octets, start, end)
                if vendor == 0:
                    if code == 263:
                        if session_id is not None:
                            raise too_many(1)
                        session_id = octets[data:stop].decode()
                    elif code == 260:
                        if vendor_specific_application_id is not None:
                            raise too_many(1)
                        vendor_specific_application_id = VendorSpecificApplicationId.decode(octets, data, stop)
                    elif code == 277:
                        if auth_session_state is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (auth_session_state,) = integer32_at(octets, data)
                        if not 0 <= auth_session_state <= 1:
                            raise out_of_range(auth_session_state, 0, 1)
                    elif code == 264:
                        if origin_host is not None:
                            raise too_many(1)
                        origin_host = decode_identity(octets[data:stop])
                    elif code == 296:
                        if origin_realm is not None:
                            raise too_many(1)
                        origin_realm = decode_identity(octets[data:stop])
                    elif code == 268:
                        if result_code is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (result_code,) = unsigned32_at(octets, data)
                    elif code == 297:
                        if experimental_result is not None:
                            raise too_many(1)
                        experimental_result = ExperimentalResult.decode(octets, data, stop)
                    elif code == 279:
                        one_failed_avp = octets[data:stop]
                        failed_avp.append(one_failed_avp)
                    elif code == 284:
                        one_proxy_info = octets[data:stop]
                        proxy_info.append(one_proxy_info)
                    else:
                        others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                elif vendor == 32473:
                    if code == 1:
                        if mtc_key_info is not None:
                            raise too_many(1)
                        mtc_key_info = MTCKeyInfo.decode(octets, data, stop)
                    else:
                        others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                else:
                    others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                start = stop + 3 & ~3
        except BROKEN as error:
            raise located(error, "MKA", octets, start, stop, end) from None
        if session_id is None:
            raise missing("MKA", "Session-Id")
        if auth_session_state is None:
            raise missing("MKA", "Auth-Session-State")
        if origin_host is None:
            raise missing("MKA", "Origin-Host")
        if origin_realm is None:
            raise missing("MKA", "Origin-Realm")
        made = cls.__new__(cls)  # half the cost of a call with a keyword for each field
        made.session_id = session_id
        made.vendor_specific_application_id = vendor_specific_application_id
        made.auth_session_state = auth_session_state
        made.origin_host = origin_host
        made.origin_realm = origin_realm
        made.result_code = result_code
        made.experimental_result = experimental_result
        made.mtc_key_info = mtc_key_info
        made.failed_avp = failed_avp
        made.proxy_info = proxy_info
        made.others = others
        made.order = keys_at(octets, first, end) if others else ()
        return made


@dataclass(slots=True, kw_only=True)
class SupportedFeatures:
    """The Grouped AVP Supported-Features."""

    vendor_id: int
    feature_list_id: int
    feature_list: int
    others: list[Avp] = field(default_factory=list)
    order: tuple[int, ...] = field(default=(), repr=False, compare=False)

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        vendor_id = self.vendor_id
        if vendor_id is None:
            raise missing("Supported-Features", "Vendor-Id")
        out.append(b'\x00\x00\x01\n@\x00\x00\x0c' + encode_unsigned32(vendor_id))
        feature_list_id = self.feature_list_id
        if feature_list_id is None:
            raise missing("Supported-Features", "Feature-List-ID")
        out.append(b'\x00\x00\x02u\xc0\x00\x00\x10\x00\x00(\xaf' + encode_unsigned32(feature_list_id))
        feature_list = self.feature_list
        if feature_list is None:
            raise missing("Supported-Features", "Feature-List")
        out.append(b'\x00\x00\x02v\xc0\x00\x00\x10\x00\x00(\xaf' + encode_unsigned32(feature_list))
        for other in self.others:
            out.append(other.encode())
        if self.order:
            return arranged(out, self.order)
        return b"".join(out)

    @classmethod
    def decode(cls, octets: bytes, start: int, end: int) -> SupportedFeatures:
        """Decode the AVPs between two offsets; what breaks the grammar is refused."""
        vendor_id: int | None = None
        feature_list_id: int | None = None
        feature_list: int | None = None
        others: list[Avp] = []
        first = stop = start
        try:
            while start < end:
                code, flags, high, low = header_at(octets, start)
                stop = start + (high << 16 | low)
                if flags & VENDOR_BIT:
                    (vendor,) = unsigned32_at(octets, start + 8)
                    data = start + 12
                else:
                    vendor = 0
                    data = start + 8
                if stop < data or stop > end:
                    raise wrong_length(octets, start, end)
                if vendor == 0:
                    if code == 266:
                        if vendor_id is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (vendor_id,) = unsigned32_at(octets, data)
                    else:
                        others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                elif vendor == 10415:
                    if code == 629:
                        if feature_list_id is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (feature_list_id,) = unsigned32_at(octets, data)
                    elif code == 630:
                        if feature_list is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (feature_list,) = unsigned32_at(octets, data)
                    else:
                        others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                else:
                    others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                start = stop + 3 & ~3
        except BROKEN as error:
            raise located(error, "Supported-Features", octets, start, stop, end) from None
        if vendor_id is None:
            raise missing("Supported-Features", "Vendor-Id")
        if feature_list_id is None:
            raise missing("Supported-Features", "Feature-List-ID")
        if feature_list is None:
            raise missing("Supported-Features", "Feature-List")
        made = cls.__new__(cls)  # half the cost of a call with a keyword for each field
        made.vendor_id = vendor_id
        made.feature_list_id = feature_list_id
        made.feature_list = feature_list
        made.others = others
        made.order = keys_at(octets, first, end) if others else ()
        return made


@dataclass(slots=True, kw_only=True)
class RequestedEUTRANAuthenticationInfo:
    """The Grouped AVP Requested-EUTRAN-Authentication-Info."""

    number_of_requested_vectors: int | None = None
    immediate_response_preferred: int | None = None
    re_synchronization_info: bytes | None = None
    others: list[Avp] = field(default_factory=list)
    order: tuple[int, ...] = field(default=(), repr=False, compare=False)

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        number_of_requested_vectors = self.number_of_requested_vectors
        if number_of_requested_vectors is not None:
            out.append(b'\x00\x00\x05\x82\xc0\x00\x00\x10\x00\x00(\xaf' + encode_unsigned32(number_of_requested_vectors))
        immediate_response_preferred = self.immediate_response_preferred
        if immediate_response_preferred is not None:
            out.append(b'\x00\x00\x05\x84\xc0\x00\x00\x10\x00\x00(\xaf' + encode_unsigned32(immediate_response_preferred))
        re_synchronization_info = self.re_synchronization_info
        if re_synchronization_info is not None:
            out.append(encode_vendor_avp(0x583c000000c, b'\x00\x00(\xaf', check_length(re_synchronization_info, 30, 30)))
        for other in self.others:
            out.append(other.encode())
        if self.order:
            return arranged(out, self.order)
        return b"".join(out)

    @classmethod
    def decode(cls, octets: bytes, start: int, end: int) -> RequestedEUTRANAuthenticationInfo:
        """Decode the AVPs between two offsets; what breaks the grammar is refused."""
        number_of_requested_vectors: int | None = None
        immediate_response_preferred: int | None = None
        re_synchronization_info: bytes | None = None
        others: list[Avp] = []
        first = stop = start
        try:
            while start < end:
                code, flags, high, low = header_at(octets, start)
                stop = start + (high << 16 | low)
                if flags & VENDOR_BIT:
                    (vendor,) = unsigned32_at(octets, start + 8)
                    data = start + 12
                else:
                    vendor = 0
                    data = start + 8
                if stop < data or stop > end:
                    raise wrong_length(octets, start, end)
                if vendor == 10415:
                    if code == 1410:
                        if number_of_requested_vectors is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (number_of_requested_vectors,) = unsigned32_at(octets, data)
                    elif code == 1412:
                        if immediate_response_preferred is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (immediate_response_preferred,) = unsigned32_at(octets, data)
                    elif code == 1411:
                        if re_synchronization_info is not None:
                            raise too_many(1)
                        if not 30 <= stop - data <= 30:
                            raise wrong_size(stop - data, 30, 30)
                        re_synchronization_info = octets[data:stop]
                    else:
                        others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                else:
                    others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                start = stop + 3 & ~3
        except BROKEN as error:
            raise located(error, "Requested-EUTRAN-Authentication-Info", octets, start, stop, end) from None
        made = cls.__new__(cls)  # half the cost of a call with a keyword for each field
        made.number_of_requested_vectors = number_of_requested_vectors
        made.immediate_response_preferred = immediate_response_preferred
        made.re_synchronization_info = re_synchronization_info
        made.others = others
        made.order = keys_at(octets, first, end) if others else ()
        return made


@dataclass(slots=True, kw_only=True)
class RequestedUTRANGERANAuthenticationInfo:
    """The Grouped AVP Requested-UTRAN-GERAN-Authentication-Info."""

    number_of_requested_vectors: int | None = None
    immediate_response_preferred: int | None = None
    re_synchronization_info: bytes | None = None
    others: list[Avp] = field(default_factory=list)
    order: tuple[int, ...] = field(default=(), repr=False, compare=False)

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        number_of_requested_vectors = self.number_of_requested_vectors
        if number_of_requested_vectors is not None:
            out.append(b'\x00\x00\x05\x82\xc0\x00\x00\x10\x00\x00(\xaf' + encode_unsigned32(number_of_requested_vectors))
        immediate_response_preferred = self.immediate_response_preferred
        if immediate_response_preferred is not None:
            out.append(b'\x00\x00\x05\x84\xc0\x00\x00\x10\x00\x00(\xaf' + encode_unsigned32(immediate_response_preferred))
        re_synchronization_info = self.re_synchronization_info
        if re_synchronization_info is not None:
            out.append(encode_vendor_avp(0x583c000000c, b'\x00\x00(\xaf', check_length(re_synchronization_info, 30, 30)))
        for other in self.others:
            out.append(other.encode())
        if self.order:
            return arranged(out, self.order)
        return b"".join(out)

    @classmethod
    def decode(cls, octets: bytes, start: int, end: int) -> RequestedUTRANGERANAuthenticationInfo:
        """Decode the AVPs between two offsets; what breaks the grammar is refused."""
        number_of_requested_vectors: int | None = None
        immediate_response_preferred: int | None = None
        re_synchronization_info: bytes | None = None
        others: list[Avp] = []
        first = stop = start
        try:
            while start < end:
                code, flags, high, low = header_at(octets, start)
                stop = start + (high << 16 | low)
                if flags & VENDOR_BIT:
                    (vendor,) = unsigned32_at(octets, start + 8)
                    data = start + 12
                else:
                    vendor = 0
                    data = start + 8
                if stop < data or stop > end:
                    raise wrong_length(octets, start, end)
                if vendor == 10415:
                    if code == 1410:
                        if number_of_requested_vectors is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (number_of_requested_vectors,) = unsigned32_at(octets, data)
                    elif code == 1412:
                        if immediate_response_preferred is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (immediate_response_preferred,) = unsigned32_at(octets, data)
                    elif code == 1411:
                        if re_synchronization_info is not None:
                            raise too_many(1)
                        if not 30 <= stop - data <= 30:
                            raise wrong_size(stop - data, 30, 30)
                        re_synchronization_info = octets[data:stop]
                    else:
                        others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                else:
                    others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                start = stop + 3 & ~3
        except BROKEN as error:
            raise located(error, "Requested-UTRAN-GERAN-Authentication-Info", octets, start, stop, end) from None
        made = cls.__new__(cls)  # half the cost of a call with a keyword for each field
        made.number_of_requested_vectors = number_of_requested_vectors
        made.immediate_response_preferred = immediate_response_preferred
        made.re_synchronization_info = re_synchronization_info
        made.others = others
        made.order = keys_at(octets, first, end) if others else ()
        return made


@dataclass(slots=True, kw_only=True)
class EUTRANVector:
    """The Grouped AVP E-UTRAN-Vector."""

    item_number: int | None = None
    rand: bytes
    xres: bytes = field(repr=False)
    autn: bytes
    kasme: bytes = field(repr=False)
    others: list[Avp] = field(default_factory=list)
    order: tuple[int, ...] = field(default=(), repr=False, compare=False)

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        item_number = self.item_number
        if item_number is not None:
            out.append(b'\x00\x00\x05\x8b\xc0\x00\x00\x10\x00\x00(\xaf' + encode_unsigned32(item_number))
        rand = self.rand
        if rand is None:
            raise missing("E-UTRAN-Vector", "RAND")
        out.append(encode_vendor_avp(0x5a7c000000c, b'\x00\x00(\xaf', check_length(rand, 16, 16)))
        xres = self.xres
        if xres is None:
            raise missing("E-UTRAN-Vector", "XRES")
        out.append(encode_vendor_avp(0x5a8c000000c, b'\x00\x00(\xaf', check_length(xres, 4, 16)))
        autn = self.autn
        if autn is None:
            raise missing("E-UTRAN-Vector", "AUTN")
        out.append(encode_vendor_avp(0x5a9c000000c, b'\x00\x00(\xaf', check_length(autn, 16, 16)))
        kasme = self.kasme
        if kasme is None:
            raise missing("E-UTRAN-Vector", "KASME")
        out.append(encode_vendor_avp(0x5aac000000c, b'\x00\x00(\xaf', check_length(kasme, 32, 32)))
        for other in self.others:
            out.append(other.encode())
        if self.order:
            return arranged(out, self.order)
        return b"".join(out)

    @classmethod
    def decode(cls, octets: bytes, start: int, end: int) -> EUTRANVector:
        """Decode the AVPs between two offsets; what breaks the grammar is refused."""
        item_number: int | None = None
        rand: bytes | None = None
        xres: bytes | None = None
        autn: bytes | None = None
        kasme: bytes | None = None
        others: list[Avp] = []
        first = stop = start
        try:
            while start < end:
                code, flags, high, low = header_at(octets, start)
                stop = start + (high << 16 | low)
                if flags & VENDOR_BIT:
                    (vendor,) = unsigned32_at(octets, start + 8)
                    data = start + 12
                else:
                    vendor = 0
                    data = start + 8
                if stop < data or stop > end:
                    raise wrong_length(octets, start, end)
                if vendor == 10415:
                    if code == 1419:
                        if item_number is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (item_number,) = unsigned32_at(octets, data)
                    elif code == 1447:
                        if rand is not None:
                            raise too_many(1)
                        if not 16 <= stop - data <= 16:
                            raise wrong_size(stop - data, 16, 16)
                        rand = octets[data:stop]
                    elif code == 1448:
                        if xres is not None:
                            raise too_many(1)
                        if not 4 <= stop - data <= 16:
                            raise wrong_size(stop - data, 4, 16)
                        xres = octets[data:stop]
                    elif code == 1449:
                        if autn is not None:
                            raise too_many(1)
                        if not 16 <= stop - data <= 16:
                            raise wrong_size(stop - data, 16, 16)
                        autn = octets[data:stop]
                    elif code == 1450:
                        if kasme is not None:
                            raise too_many(1)
                        if not 32 <= stop - data <= 32:
                            raise wrong_size(stop - data, 32, 32)
                        kasme = octets[data:stop]
                    else:
                        others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                else:
                    others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                start = stop + 3 & ~3
        except BROKEN as error:
            raise located(error, "E-UTRAN-Vector", octets, start, stop, end) from None
        if rand is None:
            raise missing("E-UTRAN-Vector", "RAND")
        if xres is None:
            raise missing("E-UTRAN-Vector", "XRES")
        if autn is None:
            raise missing("E-UTRAN-Vector", "AUTN")
        if kasme is None:
            raise missing("E-UTRAN-Vector", "KASME")
        made = cls.__new__(cls)  # half the cost of a call with a keyword for each field
        made.item_number = item_number
        made.rand = rand
        made.xres = xres
        made.autn = autn
        made.kasme = kasme
        made.others = others
        made.order = keys_at(octets, first, end) if others else ()
        return made


@dataclass(slots=True, kw_only=True)
class UTRANVector:
    """The Grouped AVP UTRAN-Vector."""

    item_number: int | None = None
    rand: bytes
    xres: bytes = field(repr=False)
    autn: bytes
    confidentiality_key: bytes = field(repr=False)
    integrity_key: bytes = field(repr=False)
    others: list[Avp] = field(default_factory=list)
    order: tuple[int, ...] = field(default=(), repr=False, compare=False)

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        item_number = self.item_number
        if item_number is not None:
            out.append(b'\x00\x00\x05\x8b\xc0\x00\x00\x10\x00\x00(\xaf' + encode_unsigned32(item_number))
        rand = self.rand
        if rand is None:
            raise missing("UTRAN-Vector", "RAND")
        out.append(encode_vendor_avp(0x5a7c000000c, b'\x00\x00(\xaf', check_length(rand, 16, 16)))
        xres = self.xres
        if xres is None:
            raise missing("UTRAN-Vector", "XRES")
        out.append(encode_vendor_avp(0x5a8c000000c, b'\x00\x00(\xaf', check_length(xres, 4, 16)))
        autn = self.autn
        if autn is None:
            raise missing("UTRAN-Vector", "AUTN")
        out.append(encode_vendor_avp(0x5a9c000000c, b'\x00\x00(\xaf', check_length(autn, 16, 16)))
        confidentiality_key = self.confidentiality_key
        if confidentiality_key is None:
            raise missing("UTRAN-Vector", "Confidentiality-Key")
        out.append(encode_vendor_avp(0x271c000000c, b'\x00\x00(\xaf', check_length(confidentiality_key, 16, 16)))
        integrity_key = self.integrity_key
        if integrity_key is None:
            raise missing("UTRAN-Vector", "Integrity-Key")
        out.append(encode_vendor_avp(0x272c000000c, b'\x00\x00(\xaf', check_length(integrity_key, 16, 16)))
        for other in self.others:
            out.append(other.encode())
        if self.order:
            return arranged(out, self.order)
        return b"".join(out)

    @classmethod
    def decode(cls, octets: bytes, start: int, end: int) -> UTRANVector:
        """Decode the AVPs between two offsets; what breaks the grammar is refused."""
        item_number: int | None = None
        rand: bytes | None = None
        xres: bytes | None = None
        autn: bytes | None = None
        confidentiality_key: bytes | None = None
        integrity_key: bytes | None = None
        others: list[Avp] = []
        first = stop = start
        try:
            while start < end:
                code, flags, high, low = header_at(octets, start)
                stop = start + (high << 16 | low)
                if flags & VENDOR_BIT:
                    (vendor,) = unsigned32_at(octets, start + 8)
                    data = start + 12
                else:
                    vendor = 0
                    data = start + 8
                if stop < data or stop > end:
                    raise wrong_length(octets, start, end)
                if vendor == 10415:
                    if code == 1419:
                        if item_number is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (item_number,) = unsigned32_at(octets, data)
                    elif code == 1447:
                        if rand is not None:
                            raise too_many(1)
                        if not 16 <= stop - data <= 16:
                            raise wrong_size(stop - data, 16, 16)
                        rand = octets[data:stop]
                    elif code == 1448:
                        if xres is not None:
                            raise too_many(1)
                        if not 4 <= stop - data <= 16:
                            raise wrong_size(stop - data, 4, 16)
                        xres = octets[data:stop]
                    elif code == 1449:
                        if autn is not None:
                            raise too_many(1)
                        if not 16 <= stop - data <= 16:
                            raise wrong_size(stop - data, 16, 16)
                        autn = octets[data:stop]
                    elif code == 625:
                        if confidentiality_key is not None:
                            raise too_many(1)
                        if not 16 <= stop - data <= 16:
                            raise wrong_size(stop - data, 16, 16)
                        confidentiality_key = octets[data:stop]
                    elif code == 626:
                        if integrity_key is not None:
                            raise too_many(1)
                        if not 16 <= stop - data <= 16:
                            raise wrong_size(stop - data, 16, 16)
                        integrity_key = octets[data:stop]
                    else:
                        others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                else:
                    others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                start = stop + 3 & ~3
        except BROKEN as error:
            raise located(error, "UTRAN-Vector", octets, start, stop, end) from None
        if rand is None:
            raise missing("UTRAN-Vector", "RAND")
        if xres is None:
            raise missing("UTRAN-Vector", "XRES")
        if autn is None:
            raise missing("UTRAN-Vector", "AUTN")
        if confidentiality_key is None:
            raise missing("UTRAN-Vector", "Confidentiality-Key")
        if integrity_key is None:
            raise missing("UTRAN-Vector", "Integrity-Key")
        made = cls.__new__(cls)  # half the cost of a call with a keyword for each field
        made.item_number = item_number
        made.rand = rand
        made.xres = xres
        made.autn = autn
        made.confidentiality_key = confidentiality_key
        made.integrity_key = integrity_key
        made.others = others
        made.order = keys_at(octets, first, end) if others else ()
        return made


@dataclass(slots=True, kw_only=True)
class GERANVector:
    """The Grouped AVP GERAN-Vector."""

    item_number: int | None = None
    rand: bytes
    sres: bytes = field(repr=False)
    kc: bytes = field(repr=False)
    others: list[Avp] = field(default_factory=list)
    order: tuple[int, ...] = field(default=(), repr=False, compare=False)

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        item_number = self.item_number
        if item_number is not None:
            out.append(b'\x00\x00\x05\x8b\xc0\x00\x00\x10\x00\x00(\xaf' + encode_unsigned32(item_number))
        rand = self.rand
        if rand is None:
            raise missing("GERAN-Vector", "RAND")
        out.append(encode_vendor_avp(0x5a7c000000c, b'\x00\x00(\xaf', check_length(rand, 16, 16)))
        sres = self.sres
        if sres is None:
            raise missing("GERAN-Vector", "SRES")
        out.append(encode_vendor_avp(0x5aec000000c, b'\x00\x00(\xaf', check_length(sres, 4, 4)))
        kc = self.kc
        if kc is None:
            raise missing("GERAN-Vector", "Kc")
        out.append(encode_vendor_avp(0x5adc000000c, b'\x00\x00(\xaf', check_length(kc, 8, 8)))
        for other in self.others:
            out.append(other.encode())
        if self.order:
            return arranged(out, self.order)
        return b"".join(out)

    @classmethod
    def decode(cls, octets: bytes, start: int, end: int) -> GERANVector:
        """Decode the AVPs between two offsets; what breaks the grammar is refused."""
        item_number: int | None = None
        rand: bytes | None = None
        sres: bytes | None = None
        kc: bytes | None = None
        others: list[Avp] = []
        first = stop = start
        try:
            while start < end:
                code, flags, high, low = header_at(octets, start)
                stop = start + (high << 16 | low)
                if flags & VENDOR_BIT:
                    (vendor,) = unsigned32_at(octets, start + 8)
                    data = start + 12
                else:
                    vendor = 0
                    data = start + 8
                if stop < data or stop > end:
                    raise wrong_length(octets, start, end)
                if vendor == 10415:
                    if code == 1419:
                        if item_number is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (item_number,) = unsigned32_at(octets, data)
                    elif code == 1447:
                        if rand is not None:
                            raise too_many(1)
                        if not 16 <= stop - data <= 16:
                            raise wrong_size(stop - data, 16, 16)
                        rand = octets[data:stop]
                    elif code == 1454:
                        if sres is not None:
                            raise too_many(1)
                        if not 4 <= stop - data <= 4:
                            raise wrong_size(stop - data, 4, 4)
                        sres = octets[data:stop]
                    elif code == 1453:
                        if kc is not None:
                            raise too_many(1)
                        if not 8 <= stop - data <= 8:
                            raise wrong_size(stop - data, 8, 8)
                        kc = octets[data:stop]
                    else:
                        others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                else:
                    others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                start = stop + 3 & ~3
        except BROKEN as error:
            raise located(error, "GERAN-Vector", octets, start, stop, end) from None
        if rand is None:
            raise missing("GERAN-Vector", "RAND")
        if sres is None:
            raise missing("GERAN-Vector", "SRES")
        if kc is None:
            raise missing("GERAN-Vector", "Kc")
        made = cls.__new__(cls)  # half the cost of a call with a keyword for each field
        made.item_number = item_number
        made.rand = rand
        made.sres = sres
        made.kc = kc
        made.others = others
        made.order = keys_at(octets, first, end) if others else ()
        return made


@dataclass(slots=True, kw_only=True)
class AuthenticationInfo:
    """The Grouped AVP Authentication-Info."""

    e_utran_vector: list[EUTRANVector] = field(default_factory=list)
    utran_vector: list[UTRANVector] = field(default_factory=list)
    geran_vector: list[GERANVector] = field(default_factory=list)
    others: list[Avp] = field(default_factory=list)
    order: tuple[int, ...] = field(default=(), repr=False, compare=False)

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        for e_utran_vector in self.e_utran_vector:
            out.append(encode_vendor_avp(0x586c000000c, b'\x00\x00(\xaf', e_utran_vector.encode()))
        for utran_vector in self.utran_vector:
            out.append(encode_vendor_avp(0x587c000000c, b'\x00\x00(\xaf', utran_vector.encode()))
        for geran_vector in self.geran_vector:
            out.append(encode_vendor_avp(0x588c000000c, b'\x00\x00(\xaf', geran_vector.encode()))
        for other in self.others:
            out.append(other.encode())
        if self.order:
            return arranged(out, self.order)
        return b"".join(out)

    @classmethod
    def decode(cls, octets: bytes, start: int, end: int) -> AuthenticationInfo:
        """Decode the AVPs between two offsets; what breaks the grammar is refused."""
        e_utran_vector: list[EUTRANVector] = []
        utran_vector: list[UTRANVector] = []
        geran_vector: list[GERANVector] = []
        others: list[Avp] = []
        first = stop = start
        try:
            while start < end:
                code, flags, high, low = header_at(octets, start)
                stop = start + (high << 16 | low)
                if flags & VENDOR_BIT:
                    (vendor,) = unsigned32_at(octets, start + 8)
                    data = start + 12
                else:
                    vendor = 0
                    data = start + 8
                if stop < data or stop > end:
                    raise wrong_length(octets, start, end)
                if vendor == 10415:
                    if code == 1414:
                        one_e_utran_vector = EUTRANVector.decode(octets, data, stop)
                        e_utran_vector.append(one_e_utran_vector)
                    elif code == 1415:
                        one_utran_vector = UTRANVector.decode(octets, data, stop)
                        utran_vector.append(one_utran_vector)
                    elif code == 1416:
                        one_geran_vector = GERANVector.decode(octets, data, stop)
                        geran_vector.append(one_geran_vector)
                    else:
                        others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                else:
                    others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                start = stop + 3 & ~3
        except BROKEN as error:
            raise located(error, "Authentication-Info", octets, start, stop, end) from None
        made = cls.__new__(cls)  # half the cost of a call with a keyword for each field
        made.e_utran_vector = e_utran_vector
        made.utran_vector = utran_vector
        made.geran_vector = geran_vector
        made.others = others
        made.order = keys_at(octets, first, end) if others else ()
        return made


@dataclass(slots=True, kw_only=True)
class AIR:
    """The command AIR."""

    COMMAND: ClassVar[int] = 318
    APPLICATION: ClassVar[int] = 16777251
    FLAGS: ClassVar[int] = 0xc0

    session_id: str
    vendor_specific_application_id: VendorSpecificApplicationId | None = None
    auth_session_state: int
    origin_host: str
    origin_realm: str
    destination_host: str | None = None
    destination_realm: str
    user_name: str
    supported_features: list[SupportedFeatures] = field(default_factory=list)
    requested_eutran_authentication_info: RequestedEUTRANAuthenticationInfo | None = None
    requested_utran_geran_authentication_info: RequestedUTRANGERANAuthenticationInfo | None = None
    visited_plmn_id: bytes
    air_flags: int | None = None
    proxy_info: list[bytes] = field(default_factory=list)
    route_record: list[str] = field(default_factory=list)
    others: list[Avp] = field(default_factory=list)
    order: tuple[int, ...] = field(default=(), repr=False, compare=False)

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        session_id = self.session_id
        if session_id is None:
            raise missing("AIR", "Session-Id")
        out.append(encode_avp(0x10740000008, encode_utf8(session_id)))
        vendor_specific_application_id = self.vendor_specific_application_id
        if vendor_specific_application_id is not None:
            out.append(encode_avp(0x10440000008, vendor_specific_application_id.encode()))
        auth_session_state = self.auth_session_state
        if auth_session_state is None:
            raise missing("AIR", "Auth-Session-State")
        out.append(b'\x00\x00\x01\x15@\x00\x00\x0c' + encode_integer32(check_range(auth_session_state, 0, 1)))
        origin_host = self.origin_host
        if origin_host is None:
            raise missing("AIR", "Origin-Host")
        out.append(encode_avp(0x10840000008, encode_identity(origin_host)))
        origin_realm = self.origin_realm
        if origin_realm is None:
            raise missing("AIR", "Origin-Realm")
        out.append(encode_avp(0x12840000008, encode_identity(origin_realm)))
        destination_host = self.destination_host
        if destination_host is not None:
            out.append(encode_avp(0x12540000008, encode_identity(destination_host)))
        destination_realm = self.destination_realm
        if destination_realm is None:
            raise missing("AIR", "Destination-Realm")
        out.append(encode_avp(0x11b40000008, encode_identity(destination_realm)))
        user_name = self.user_name
        if user_name is None:
            raise missing("AIR", "User-Name")
        out.append(encode_avp(0x140000008, encode_utf8(user_name)))
        for supported_features in self.supported_features:
            out.append(encode_vendor_avp(0x274c000000c, b'\x00\x00(\xaf', supported_features.encode()))
        requested_eutran_authentication_info = self.requested_eutran_authentication_info
        if requested_eutran_authentication_info is not None:
            out.append(encode_vendor_avp(0x580c000000c, b'\x00\x00(\xaf', requested_eutran_authentication_info.encode()))
        requested_utran_geran_authentication_info = self.requested_utran_geran_authentication_info
        if requested_utran_geran_authentication_info is not None:
            out.append(encode_vendor_avp(0x581c000000c, b'\x00\x00(\xaf', requested_utran_geran_authentication_info.encode()))
        visited_plmn_id = self.visited_plmn_id
        if visited_plmn_id is None:
            raise missing("AIR", "Visited-PLMN-Id")
        out.append(encode_vendor_avp(0x57fc000000c, b'\x00\x00(\xaf', check_length(visited_plmn_id, 3, 3)))
        air_flags = self.air_flags
        if air_flags is not None:
            out.append(b'\x00\x00\x06\x8f\x80\x00\x00\x10\x00\x00(\xaf' + encode_unsigned32(air_flags))
        for proxy_info in self.proxy_info:
            out.append(encode_avp(0x11c40000008, proxy_info))
        for route_record in self.route_record:
            out.append(encode_avp(0x11a40000008, encode_identity(route_record)))
        for other in self.others:
            out.append(other.encode())
        if self.order:
            return arranged(out, self.order)
        return b"".join(out)

    @classmethod
    def decode(cls, octets: bytes, start: int, end: int) -> AIR:
        """Decode the AVPs between two offsets; what breaks the grammar is refused."""
        session_id: str | None = None
        vendor_specific_application_id: VendorSpecificApplicationId | None = None
        auth_session_state: int | None = None
        origin_host: str | None = None
        origin_realm: str | None = None
        destination_host: str | None = None
        destination_realm: str | None = None
        user_name: str | None = None
        supported_features: list[SupportedFeatures] = []
        requested_eutran_authentication_info: RequestedEUTRANAuthenticationInfo | None = None
        requested_utran_geran_authentication_info: RequestedUTRANGERANAuthenticationInfo | None = None
        visited_plmn_id: bytes | None = None
        air_flags: int | None = None
        proxy_info: list[bytes] = []
        route_record: list[str] = []
        others: list[Avp] = []
        first = stop = start
        try:
            while start < end:
                code, flags, high, low = header_at(octets, start)
                stop = start + (high << 16 | low)
                if flags & VENDOR_BIT:
                    (vendor,) = unsigned32_at(octets, start + 8)
                    data = start + 12
                else:
                    vendor = 0
                    data = start + 8
                if stop < data or stop > end:
                    raise wrong_length(octets, start, end)
                if vendor == 0:
                    if code == 263:
                        if session_id is not None:
                            raise too_many(1)
                        session_id = octets[data:stop].decode()
                    elif code == 260:
                        if vendor_specific_application_id is not None:
                            raise too_many(1)
                        vendor_specific_application_id = VendorSpecificApplicationId.decode(octets, data, stop)
                    elif code == 277:
                        if auth_session_state is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (auth_session_state,) = integer32_at(octets, data)
                        if not 0 <= auth_session_state <= 1:
                            raise out_of_range(auth_session_state, 0, 1)
                    elif code == 264:
                        if origin_host is not None:
                            raise too_many(1)
                        origin_host = decode_identity(octets[data:stop])
                    elif code == 296:
                        if origin_realm is not None:
                            raise too_many(1)
                        origin_realm = decode_identity(octets[data:stop])
                    elif code == 293:
                        if destination_host is not None:
                            raise too_many(1)
                        destination_host = decode_identity(octets[data:stop])
                    elif code == 283:
                        if destination_realm is not None:
                            raise too_many(1)
                        destination_realm = decode_identity(octets[data:stop])
                    elif code == 1:
                        if user_name is not None:
                            raise too_many(1)
                        user_name = octets[data:stop].decode()
                    elif code == 284:
                        one_proxy_info = octets[data:stop]
                        proxy_info.append(one_proxy_info)
                    elif code == 282:
                        one_route_record = decode_identity(octets[data:stop])
                        route_record.append(one_route_record)
                    else:
                        others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                elif vendor == 10415:
                    if code == 628:
                        one_supported_features = SupportedFeatures.decode(octets, data, stop)
                        supported_features.append(one_supported_features)
                    elif code == 1408:
                        if requested_eutran_authentication_info is not None:
                            raise too_many(1)
                        requested_eutran_authentication_info = RequestedEUTRANAuthenticationInfo.decode(octets, data, stop)
                    elif code == 1409:
                        if requested_utran_geran_authentication_info is not None:
                            raise too_many(1)
                        requested_utran_geran_authentication_info = RequestedUTRANGERANAuthenticationInfo.decode(octets, data, stop)
                    elif code == 1407:
                        if visited_plmn_id is not None:
                            raise too_many(1)
                        if not 3 <= stop - data <= 3:
                            raise wrong_size(stop - data, 3, 3)
                        visited_plmn_id = octets[data:stop]
                    elif code == 1679:
                        if air_flags is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (air_flags,) = unsigned32_at(octets, data)
                    else:
                        others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                else:
                    others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                start = stop + 3 & ~3
        except BROKEN as error:
            raise located(error, "AIR", octets, start, stop, end) from None
        if session_id is None:
            raise missing("AIR", "Session-Id")
        if auth_session_state is None:
            raise missing("AIR", "Auth-Session-State")
        if origin_host is None:
            raise missing("AIR", "Origin-Host")
        if origin_realm is None:
            raise missing("AIR", "Origin-Realm")
        if destination_realm is None:
            raise missing("AIR", "Destination-Realm")
        if user_name is None:
            raise missing("AIR", "User-Name")
        if visited_plmn_id is None:
            raise missing("AIR", "Visited-PLMN-Id")
        made = cls.__new__(cls)  # half the cost of a call with a keyword for each field
        made.session_id = session_id
        made.vendor_specific_application_id = vendor_specific_application_id
        made.auth_session_state = auth_session_state
        made.origin_host = origin_host
        made.origin_realm = origin_realm
        made.destination_host = destination_host
        made.destination_realm = destination_realm
        made.user_name = user_name
        made.supported_features = supported_features
        made.requested_eutran_authentication_info = requested_eutran_authentication_info
        made.requested_utran_geran_authentication_info = requested_utran_geran_authentication_info
        made.visited_plmn_id = visited_plmn_id
        made.air_flags = air_flags
        made.proxy_info = proxy_info
        made.route_record = route_record
        made.others = others
        made.order = keys_at(octets, first, end) if others else ()
        return made


@dataclass(slots=True, kw_only=True)
class AIA:
    """The command AIA."""

    COMMAND: ClassVar[int] = 318
    APPLICATION: ClassVar[int] = 16777251
    FLAGS: ClassVar[int] = 0x40

    session_id: str
    vendor_specific_application_id: VendorSpecificApplicationId | None = None
    result_code: int | None = None
    experimental_result: ExperimentalResult | None = None
    error_diagnostic: int | None = None
    auth_session_state: int
    origin_host: str
    origin_realm: str
    supported_features: list[SupportedFeatures] = field(default_factory=list)
    authentication_info: AuthenticationInfo | None = None
    ue_usage_type: int | None = None
    failed_avp: list[bytes] = field(default_factory=list, repr=False)
    proxy_info: list[bytes] = field(default_factory=list)
    route_record: list[str] = field(default_factory=list)
    others: list[Avp] = field(default_factory=list)
    order: tuple[int, ...] = field(default=(), repr=False, compare=False)

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        session_id = self.session_id
        if session_id is None:
            raise missing("AIA", "Session-Id")
        out.append(encode_avp(0x10740000008, encode_utf8(session_id)))
        vendor_specific_application_id = self.vendor_specific_application_id
        if vendor_specific_application_id is not None:
            out.append(encode_avp(0x10440000008, vendor_specific_application_id.encode()))
        result_code = self.result_code
        if result_code is not None:
            out.append(b'\x00\x00\x01\x0c@\x00\x00\x0c' + encode_unsigned32(result_code))
        experimental_result = self.experimental_result
        if experimental_result is not None:
            out.append(encode_avp(0x12940000008, experimental_result.encode()))
        error_diagnostic = self.error_diagnostic
        if error_diagnostic is not None:
            out.append(b'\x00\x00\x06N\xc0\x00\x00\x10\x00\x00(\xaf' + encode_integer32(error_diagnostic))
        auth_session_state = self.auth_session_state
        if auth_session_state is None:
            raise missing("AIA", "Auth-Session-State")
        out.append(b'\x00\x00\x01\x15@\x00\x00\x0c' + encode_integer32(check_range(auth_session_state, 0, 1)))
        origin_host = self.origin_host
        if origin_host is None:
            raise missing("AIA", "Origin-Host")
        out.append(encode_avp(0x10840000008, encode_identity(origin_host)))
        origin_realm = self.origin_realm
        if origin_realm is None:
            raise missing("AIA", "Origin-Realm")
        out.append(encode_avp(0x12840000008, encode_identity(origin_realm)))
        for supported_features in self.supported_features:
            out.append(encode_vendor_avp(0x274c000000c, b'\x00\x00(\xaf', supported_features.encode()))
        authentication_info = self.authentication_info
        if authentication_info is not None:
            out.append(encode_vendor_avp(0x585c000000c, b'\x00\x00(\xaf', authentication_info.encode()))
        ue_usage_type = self.ue_usage_type
        if ue_usage_type is not None:
            out.append(b'\x00\x00\x06\x90\x80\x00\x00\x10\x00\x00(\xaf' + encode_unsigned32(ue_usage_type))
        for failed_avp in self.failed_avp:
            out.append(encode_avp(0x11740000008, failed_avp))
        for proxy_info in self.proxy_info:
            out.append(encode_avp(0x11c40000008, proxy_info))
        for route_record in self.route_record:
            out.append(encode_avp(0x11a40000008, encode_identity(route_record)))
        for other in self.others:
            out.append(other.encode())
        if self.order:
            return arranged(out, self.order)
        return b"".join(out)

    @classmethod
    def decode(cls, octets: bytes, start: int, end: int) -> AIA:
        """Decode the AVPs between two offsets; what breaks the grammar is refused."""
        session_id: str | None = None
        vendor_specific_application_id: VendorSpecificApplicationId | None = None
        result_code: int | None = None
        experimental_result: ExperimentalResult | None = None
        error_diagnostic: int | None = None
        auth_session_state: int | None = None
        origin_host: str | None = None
        origin_realm: str | None = None
        supported_features: list[SupportedFeatures] = []
        authentication_info: AuthenticationInfo | None = None
        ue_usage_type: int | None = None
        failed_avp: list[bytes] = []
        proxy_info: list[bytes] = []
        route_record: list[str] = []
        others: list[Avp] = []
        first = stop = start
        try:
            while start < end:
                code, flags, high, low = header_at(octets, start)
                stop = start + (high << 16 | low)
                if flags & VENDOR_BIT:
                    (vendor,) = unsigned32_at(octets, start + 8)
                    data = start + 12
                else:
                    vendor = 0
                    data = start + 8
                if stop < data or stop > end:
                    raise wrong_length(octets, start, end)
                if vendor == 0:
                    if code == 263:
                        if session_id is not None:
                            raise too_many(1)
                        session_id = octets[data:stop].decode()
                    elif code == 260:
                        if vendor_specific_application_id is not None:
                            raise too_many(1)
                        vendor_specific_application_id = VendorSpecificApplicationId.decode(octets, data, stop)
                    elif code == 268:
                        if result_code is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (result_code,) = unsigned32_at(octets, data)
                    elif code == 297:
                        if experimental_result is not None:
                            raise too_many(1)
                        experimental_result = ExperimentalResult.decode(octets, data, stop)
                    elif code == 277:
                        if auth_session_state is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (auth_session_state,) = integer32_at(octets, data)
                        if not 0 <= auth_session_state <= 1:
                            raise out_of_range(auth_session_state, 0, 1)
                    elif code == 264:
                        if origin_host is not None:
                            raise too_many(1)
                        origin_host = decode_identity(octets[data:stop])
                    elif code == 296:
                        if origin_realm is not None:
                            raise too_many(1)
                        origin_realm = decode_identity(octets[data:stop])
                    elif code == 279:
                        one_failed_avp = octets[data:stop]
                        failed_avp.append(one_failed_avp)
                    elif code == 284:
                        one_proxy_info = octets[data:stop]
                        proxy_info.append(one_proxy_info)
                    elif code == 282:
                        one_route_record = decode_identity(octets[data:stop])
                        route_record.append(one_route_record)
                    else:
                        others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                elif vendor == 10415:
                    if code == 1614:
                        if error_diagnostic is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (error_diagnostic,) = integer32_at(octets, data)
                    elif code == 628:
                        one_supported_features = SupportedFeatures.decode(octets, data, stop)
                        supported_features.append(one_supported_features)
                    elif code == 1413:
                        if authentication_info is not None:
                            raise too_many(1)
                        authentication_info = AuthenticationInfo.decode(octets, data, stop)
                    elif code == 1680:
                        if ue_usage_type is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (ue_usage_type,) = unsigned32_at(octets, data)
                    else:
                        others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                else:
                    others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                start = stop + 3 & ~3
        except BROKEN as error:
            raise located(error, "AIA", octets, start, stop, end) from None
        if session_id is None:
            raise missing("AIA", "Session-Id")
        if auth_session_state is None:
            raise missing("AIA", "Auth-Session-State")
        if origin_host is None:
            raise missing("AIA", "Origin-Host")
        if origin_realm is None:
            raise missing("AIA", "Origin-Realm")
        made = cls.__new__(cls)  # half the cost of a call with a keyword for each field
        made.session_id = session_id
        made.vendor_specific_application_id = vendor_specific_application_id
        made.result_code = result_code
        made.experimental_result = experimental_result
        made.error_diagnostic = error_diagnostic
        made.auth_session_state = auth_session_state
        made.origin_host = origin_host
        made.origin_realm = origin_realm
        made.supported_features = supported_features
        made.authentication_info = authentication_info
        made.ue_usage_type = ue_usage_type
        made.failed_avp = failed_avp
        made.proxy_info = proxy_info
        made.route_record = route_record
        made.others = others
        made.order = keys_at(octets, first, end) if others else ()
        return made


@dataclass(slots=True, kw_only=True)
class MTCRANDList:
    """The Grouped AVP MTC-RAND-List."""

    mtc_device_rand: list[bytes] = field(default_factory=list)
    others: list[Avp] = field(default_factory=list)
    order: tuple[int, ...] = field(default=(), repr=False, compare=False)

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        check_count("MTC-RAND-List", "MTC-Device-RAND", len(self.mtc_device_rand), 1, 3)
        for mtc_device_rand in self.mtc_device_rand:
            out.append(encode_vendor_avp(0x3c000000c, b'\x00\x00~\xd9', check_length(mtc_device_rand, 16, 16)))
        for other in self.others:
            out.append(other.encode())
        if self.order:
            return arranged(out, self.order)
        return b"".join(out)

    @classmethod
    def decode(cls, octets: bytes, start: int, end: int) -> MTCRANDList:
        """Decode the AVPs between two offsets; what breaks the grammar is refused."""
        mtc_device_rand: list[bytes] = []
        others: list[Avp] = []
        first = stop = start
        try:
            while start < end:
                code, flags, high, low = header_at(octets, start)
                stop = start + (high << 16 | low)
                if flags & VENDOR_BIT:
                    (vendor,) = unsigned32_at(octets, start + 8)
                    data = start + 12
                else:
                    vendor = 0
                    data = start + 8
                if stop < data or stop > end:
                    raise wrong_length(octets, start, end)
                if vendor == 32473:
                    if code == 3:
                        if len(mtc_device_rand) == 3:
                            raise too_many(3)
                        if not 16 <= stop - data <= 16:
                            raise wrong_size(stop - data, 16, 16)
                        one_mtc_device_rand = octets[data:stop]
                        mtc_device_rand.append(one_mtc_device_rand)
                    else:
                        others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=True))
                else:
                    others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=True))
                start = stop + 3 & ~3
        except BROKEN as error:
            raise located(error, "MTC-RAND-List", octets, start, stop, end) from None
        if len(mtc_device_rand) < 1:
            raise too_few("MTC-RAND-List", "MTC-Device-RAND", len(mtc_device_rand), 1)
        made = cls.__new__(cls)  # half the cost of a call with a keyword for each field
        made.mtc_device_rand = mtc_device_rand
        made.others = others
        made.order = keys_at(octets, first, end) if others else ()
        return made


@dataclass(slots=True, kw_only=True)
class RIR:
    """The command RIR."""

    COMMAND: ClassVar[int] = 16777215
    APPLICATION: ClassVar[int] = 16781314
    FLAGS: ClassVar[int] = 0xc0

    session_id: str
    vendor_specific_application_id: VendorSpecificApplicationId | None = None
    auth_session_state: int
    origin_host: str
    origin_realm: str
    destination_realm: str
    destination_host: str | None = None
    user_name: str
    mtc_rand_list: MTCRANDList
    proxy_info: list[bytes] = field(default_factory=list)
    route_record: list[str] = field(default_factory=list)
    others: list[Avp] = field(default_factory=list)
    order: tuple[int, ...] = field(default=(), repr=False, compare=False)

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        session_id = self.session_id
        if session_id is None:
            raise missing("RIR", "Session-Id")
        out.append(encode_avp(0x10740000008, encode_utf8(session_id)))
        vendor_specific_application_id = self.vendor_specific_application_id
        if vendor_specific_application_id is not None:
            out.append(encode_avp(0x10440000008, vendor_specific_application_id.encode()))
        auth_session_state = self.auth_session_state
        if auth_session_state is None:
            raise missing("RIR", "Auth-Session-State")
        out.append(b'\x00\x00\x01\x15@\x00\x00\x0c' + encode_integer32(check_range(auth_session_state, 0, 1)))
        origin_host = self.origin_host
        if origin_host is None:
            raise missing("RIR", "Origin-Host")
        out.append(encode_avp(0x10840000008, encode_identity(origin_host)))
        origin_realm = self.origin_realm
        if origin_realm is None:
            raise missing("RIR", "Origin-Realm")
        out.append(encode_avp(0x12840000008, encode_identity(origin_realm)))
        destination_realm = self.destination_realm
        if destination_realm is None:
            raise missing("RIR", "Destination-Realm")
        out.append(encode_avp(0x11b40000008, encode_identity(destination_realm)))
        destination_host = self.destination_host
        if destination_host is not None:
            out.append(encode_avp(0x12540000008, encode_identity(destination_host)))
        user_name = self.user_name
        if user_name is None:
            raise missing("RIR", "User-Name")
        out.append(encode_avp(0x140000008, encode_utf8(user_name)))
        mtc_rand_list = self.mtc_rand_list
        if mtc_rand_list is None:
            raise missing("RIR", "MTC-RAND-List")
        out.append(encode_vendor_avp(0x8c000000c, b'\x00\x00~\xd9', mtc_rand_list.encode()))
        for proxy_info in self.proxy_info:
            out.append(encode_avp(0x11c40000008, proxy_info))
        for route_record in self.route_record:
            out.append(encode_avp(0x11a40000008, encode_identity(route_record)))
        for other in self.others:
            out.append(other.encode())
        if self.order:
            return arranged(out, self.order)
        return b"".join(out)

    @classmethod
    def decode(cls, octets: bytes, start: int, end: int) -> RIR:
        """Decode the AVPs between two offsets; what breaks the grammar is refused."""
        session_id: str | None = None
        vendor_specific_application_id: VendorSpecificApplicationId | None = None
        auth_session_state: int | None = None
        origin_host: str | None = None
        origin_realm: str | None = None
        destination_realm: str | None = None
        destination_host: str | None = None
        user_name: str | None = None
        mtc_rand_list: MTCRANDList | None = None
        proxy_info: list[bytes] = []
        route_record: list[str] = []
        others: list[Avp] = []
        first = stop = start
        try:
            while start < end:
                code, flags, high, low = header_at(octets, start)
                stop = start + (high << 16 | low)
                if flags & VENDOR_BIT:
                    (vendor,) = unsigned32_at(octets, start + 8)
                    data = start + 12
                else:
                    vendor = 0
                    data = start + 8
                if stop < data or stop > end:
                    raise wrong_length(octets, start, end)
                if vendor == 0:
                    if code == 263:
                        if session_id is not None:
                            raise too_many(1)
                        session_id = octets[data:stop].decode()
                    elif code == 260:
                        if vendor_specific_application_id is not None:
                            raise too_many(1)
                        vendor_specific_application_id = VendorSpecificApplicationId.decode(octets, data, stop)
                    elif code == 277:
                        if auth_session_state is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (auth_session_state,) = integer32_at(octets, data)
                        if not 0 <= auth_session_state <= 1:
                            raise out_of_range(auth_session_state, 0, 1)
                    elif code == 264:
                        if origin_host is not None:
                            raise too_many(1)
                        origin_host = decode_identity(octets[data:stop])
                    elif code == 296:
                        if origin_realm is not None:
                            raise too_many(1)
                        origin_realm = decode_identity(octets[data:stop])
                    elif code == 283:
                        if destination_realm is not None:
                            raise too_many(1)
                        destination_realm = decode_identity(octets[data:stop])
                    elif code == 293:
                        if destination_host is not None:
                            raise too_many(1)
                        destination_host = decode_identity(octets[data:stop])
                    elif code == 1:
                        if user_name is not None:
                            raise too_many(1)
                        user_name = octets[data:stop].decode()
                    elif code == 284:
                        one_proxy_info = octets[data:stop]
                        proxy_info.append(one_proxy_info)
                    elif code == 282:
                        one_route_record = decode_identity(octets[data:stop])
                        route_record.append(one_route_record)
                    else:
                        others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                elif vendor == 32473:
                    if code == 8:
                        if not flags & MANDATORY_BIT:
                            raise not_mandatory()
                        if mtc_rand_list is not None:
                            raise too_many(1)
                        mtc_rand_list = MTCRANDList.decode(octets, data, stop)
                    else:
                        others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                else:
                    others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                start = stop + 3 & ~3
        except BROKEN as error:
            raise located(error, "RIR", octets, start, stop, end) from None
        if session_id is None:
            raise missing("RIR", "Session-Id")
        if auth_session_state is None:
            raise missing("RIR", "Auth-Session-State")
        if origin_host is None:
            raise missing("RIR", "Origin-Host")
        if origin_realm is None:
            raise missing("RIR", "Origin-Realm")
        if destination_realm is None:
            raise missing("RIR", "Destination-Realm")
        if user_name is None:
            raise missing("RIR", "User-Name")
        if mtc_rand_list is None:
            raise missing("RIR", "MTC-RAND-List")
        made = cls.__new__(cls)  # half the cost of a call with a keyword for each field
        made.session_id = session_id
        made.vendor_specific_application_id = vendor_specific_application_id
        made.auth_session_state = auth_session_state
        made.origin_host = origin_host
        made.origin_realm = origin_realm
        made.destination_realm = destination_realm
        made.destination_host = destination_host
        made.user_name = user_name
        made.mtc_rand_list = mtc_rand_list
        made.proxy_info = proxy_info
        made.route_record = route_record
        made.others = others
        made.order = keys_at(octets, first, end) if others else ()
        return made


@dataclass(slots=True, kw_only=True)
class RIA:
    """The command RIA."""

    COMMAND: ClassVar[int] = 16777215
    APPLICATION: ClassVar[int] = 16781314
    FLAGS: ClassVar[int] = 0x40

    session_id: str
    vendor_specific_application_id: VendorSpecificApplicationId | None = None
    auth_session_state: int
    origin_host: str
    origin_realm: str
    result_code: int | None = None
    experimental_result: ExperimentalResult | None = None
    authentication_info: AuthenticationInfo | None = None
    failed_avp: list[bytes] = field(default_factory=list, repr=False)
    proxy_info: list[bytes] = field(default_factory=list)
    others: list[Avp] = field(default_factory=list)
    order: tuple[int, ...] = field(default=(), repr=False, compare=False)

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        session_id = self.session_id
        if session_id is None:
            raise missing("RIA", "Session-Id")
        out.append(encode_avp(0x10740000008, encode_utf8(session_id)))
        vendor_specific_application_id = self.vendor_specific_application_id
        if vendor_specific_application_id is not None:
            out.append(encode_avp(0x10440000008, vendor_specific_application_id.encode()))
        auth_session_state = self.auth_session_state
        if auth_session_state is None:
            raise missing("RIA", "Auth-Session-State")
        out.append(b'\x00\x00\x01\x15@\x00\x00\x0c' + encode_integer32(check_range(auth_session_state, 0, 1)))
        origin_host = self.origin_host
        if origin_host is None:
            raise missing("RIA", "Origin-Host")
        out.append(encode_avp(0x10840000008, encode_identity(origin_host)))
        origin_realm = self.origin_realm
        if origin_realm is None:
            raise missing("RIA", "Origin-Realm")
        out.append(encode_avp(0x12840000008, encode_identity(origin_realm)))
        result_code = self.result_code
        if result_code is not None:
            out.append(b'\x00\x00\x01\x0c@\x00\x00\x0c' + encode_unsigned32(result_code))
        experimental_result = self.experimental_result
        if experimental_result is not None:
            out.append(encode_avp(0x12940000008, experimental_result.encode()))
        authentication_info = self.authentication_info
        if authentication_info is not None:
            out.append(encode_vendor_avp(0x585c000000c, b'\x00\x00(\xaf', authentication_info.encode()))
        for failed_avp in self.failed_avp:
            out.append(encode_avp(0x11740000008, failed_avp))
        for proxy_info in self.proxy_info:
            out.append(encode_avp(0x11c40000008, proxy_info))
        for other in self.others:
            out.append(other.encode())
        if self.order:
            return arranged(out, self.order)
        return b"".join(out)

    @classmethod
    def decode(cls, octets: bytes, start: int, end: int) -> RIA:
        """Decode the AVPs between two offsets; what breaks the grammar is refused."""
        session_id: str | None = None
        vendor_specific_application_id: VendorSpecificApplicationId | None = None
        auth_session_state: int | None = None
        origin_host: str | None = None
        origin_realm: str | None = None
        result_code: int | None = None
        experimental_result: ExperimentalResult | None = None
        authentication_info: AuthenticationInfo | None = None
        failed_avp: list[bytes] = []
        proxy_info: list[bytes] = []
        others: list[Avp] = []
        first = stop = start
        try:
            while start < end:
                code, flags, high, low = header_at(octets, start)
                stop = start + (high << 16 | low)
                if flags & VENDOR_BIT:
                    (vendor,) = unsigned32_at(octets, start + 8)
                    data = start + 12
                else:
                    vendor = 0
                    data = start + 8
                if stop < data or stop > end:
                    raise wrong_length(octets, start, end)
                if vendor == 0:
                    if code == 263:
                        if session_id is not None:
                            raise too_many(1)
                        session_id = octets[data:stop].decode()
                    elif code == 260:
                        if vendor_specific_application_id is not None:
                            raise too_many(1)
                        vendor_specific_application_id = VendorSpecificApplicationId.decode(octets, data, stop)
                    elif code == 277:
                        if auth_session_state is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (auth_session_state,) = integer32_at(octets, data)
                        if not 0 <= auth_session_state <= 1:
                            raise out_of_range(auth_session_state, 0, 1)
                    elif code == 264:
                        if origin_host is not None:
                            raise too_many(1)
                        origin_host = decode_identity(octets[data:stop])
                    elif code == 296:
                        if origin_realm is not None:
                            raise too_many(1)
                        origin_realm = decode_identity(octets[data:stop])
                    elif code == 268:
                        if result_code is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (result_code,) = unsigned32_at(octets, data)
                    elif code == 297:
                        if experimental_result is not None:
                            raise too_many(1)
                        experimental_result = ExperimentalResult.decode(octets, data, stop)
                    elif code == 279:
                        one_failed_avp = octets[data:stop]
                        failed_avp.append(one_failed_avp)
                    elif code == 284:
                        one_proxy_info = octets[data:stop]
                        proxy_info.append(one_proxy_info)
                    else:
                        others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                elif vendor == 10415:
                    if code == 1413:
                        if authentication_info is not None:
                            raise too_many(1)
                        authentication_info = AuthenticationInfo.decode(octets, data, stop)
                    else:
                        others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                else:
                    others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                start = stop + 3 & ~3
        except BROKEN as error:
            raise located(error, "RIA", octets, start, stop, end) from None
        if session_id is None:
            raise missing("RIA", "Session-Id")
        if auth_session_state is None:
            raise missing("RIA", "Auth-Session-State")
        if origin_host is None:
            raise missing("RIA", "Origin-Host")
        if origin_realm is None:
            raise missing("RIA", "Origin-Realm")
        made = cls.__new__(cls)  # half the cost of a call with a keyword for each field
        made.session_id = session_id
        made.vendor_specific_application_id = vendor_specific_application_id
        made.auth_session_state = auth_session_state
        made.origin_host = origin_host
        made.origin_realm = origin_realm
        made.result_code = result_code
        made.experimental_result = experimental_result
        made.authentication_info = authentication_info
        made.failed_avp = failed_avp
        made.proxy_info = proxy_info
        made.others = others
        made.order = keys_at(octets, first, end) if others else ()
        return made


@dataclass(slots=True, kw_only=True)
class SIPAuthDataItem:
    """The Grouped AVP SIP-Auth-Data-Item."""

    sip_item_number: int | None = None
    sip_authentication_scheme: str | None = None
    sip_authenticate: bytes | None = None
    sip_authorization: bytes | None = field(default=None, repr=False)
    confidentiality_key: bytes | None = field(default=None, repr=False)
    integrity_key: bytes | None = field(default=None, repr=False)
    others: list[Avp] = field(default_factory=list)
    order: tuple[int, ...] = field(default=(), repr=False, compare=False)

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        sip_item_number = self.sip_item_number
        if sip_item_number is not None:
            out.append(b'\x00\x00\x02e\xc0\x00\x00\x10\x00\x00(\xaf' + encode_unsigned32(sip_item_number))
        sip_authentication_scheme = self.sip_authentication_scheme
        if sip_authentication_scheme is not None:
            out.append(encode_vendor_avp(0x260c000000c, b'\x00\x00(\xaf', encode_utf8(sip_authentication_scheme)))
        sip_authenticate = self.sip_authenticate
        if sip_authenticate is not None:
            out.append(encode_vendor_avp(0x261c000000c, b'\x00\x00(\xaf', sip_authenticate))
        sip_authorization = self.sip_authorization
        if sip_authorization is not None:
            out.append(encode_vendor_avp(0x262c000000c, b'\x00\x00(\xaf', sip_authorization))
        confidentiality_key = self.confidentiality_key
        if confidentiality_key is not None:
            out.append(encode_vendor_avp(0x271c000000c, b'\x00\x00(\xaf', check_length(confidentiality_key, 16, 16)))
        integrity_key = self.integrity_key
        if integrity_key is not None:
            out.append(encode_vendor_avp(0x272c000000c, b'\x00\x00(\xaf', check_length(integrity_key, 16, 16)))
        for other in self.others:
            out.append(other.encode())
        if self.order:
            return arranged(out, self.order)
        return b"".join(out)

    @classmethod
    def decode(cls, octets: bytes, start: int, end: int) -> SIPAuthDataItem:
        """Decode the AVPs between two offsets; what breaks the grammar is refused."""
        sip_item_number: int | None = None
        sip_authentication_scheme: str | None = None
        sip_authenticate: bytes | None = None
        sip_authorization: bytes | None = None
        confidentiality_key: bytes | None = None
        integrity_key: bytes | None = None
        others: list[Avp] = []
        first = stop = start
        try:
            while start < end:
                code, flags, high, low = header_at(octets, start)
                stop = start + (high << 16 | low)
                if flags & VENDOR_BIT:
                    (vendor,) = unsigned32_at(octets, start + 8)
                    data = start + 12
                else:
                    vendor = 0
                    data = start + 8
                if stop < data or stop > end:
                    raise wrong_length(octets, start, end)
                if vendor == 10415:
                    if code == 613:
                        if sip_item_number is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (sip_item_number,) = unsigned32_at(octets, data)
                    elif code == 608:
                        if sip_authentication_scheme is not None:
                            raise too_many(1)
                        sip_authentication_scheme = octets[data:stop].decode()
                    elif code == 609:
                        if sip_authenticate is not None:
                            raise too_many(1)
                        sip_authenticate = octets[data:stop]
                    elif code == 610:
                        if sip_authorization is not None:
                            raise too_many(1)
                        sip_authorization = octets[data:stop]
                    elif code == 625:
                        if confidentiality_key is not None:
                            raise too_many(1)
                        if not 16 <= stop - data <= 16:
                            raise wrong_size(stop - data, 16, 16)
                        confidentiality_key = octets[data:stop]
                    elif code == 626:
                        if integrity_key is not None:
                            raise too_many(1)
                        if not 16 <= stop - data <= 16:
                            raise wrong_size(stop - data, 16, 16)
                        integrity_key = octets[data:stop]
                    else:
                        others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                else:
                    others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                start = stop + 3 & ~3
        except BROKEN as error:
            raise located(error, "SIP-Auth-Data-Item", octets, start, stop, end) from None
        made = cls.__new__(cls)  # half the cost of a call with a keyword for each field
        made.sip_item_number = sip_item_number
        made.sip_authentication_scheme = sip_authentication_scheme
        made.sip_authenticate = sip_authenticate
        made.sip_authorization = sip_authorization
        made.confidentiality_key = confidentiality_key
        made.integrity_key = integrity_key
        made.others = others
        made.order = keys_at(octets, first, end) if others else ()
        return made


@dataclass(slots=True, kw_only=True)
class MAR:
    """The command MAR."""

    COMMAND: ClassVar[int] = 303
    APPLICATION: ClassVar[int] = 16777221
    FLAGS: ClassVar[int] = 0xc0

    session_id: str
    vendor_specific_application_id: VendorSpecificApplicationId
    auth_session_state: int
    origin_host: str
    origin_realm: str
    destination_realm: str
    destination_host: str | None = None
    user_name: str | None = None
    public_identity: str | None = None
    sip_auth_data_item: SIPAuthDataItem | None = None
    guss_timestamp: int | None = None
    supported_features: list[SupportedFeatures] = field(default_factory=list)
    proxy_info: list[bytes] = field(default_factory=list)
    route_record: list[str] = field(default_factory=list)
    others: list[Avp] = field(default_factory=list)
    order: tuple[int, ...] = field(default=(), repr=False, compare=False)

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        session_id = self.session_id
        if session_id is None:
            raise missing("MAR", "Session-Id")
        out.append(encode_avp(0x10740000008, encode_utf8(session_id)))
        vendor_specific_application_id = self.vendor_specific_application_id
        if vendor_specific_application_id is None:
            raise missing("MAR", "Vendor-Specific-Application-Id")
        out.append(encode_avp(0x10440000008, vendor_specific_application_id.encode()))
        auth_session_state = self.auth_session_state
        if auth_session_state is None:
            raise missing("MAR", "Auth-Session-State")
        out.append(b'\x00\x00\x01\x15@\x00\x00\x0c' + encode_integer32(check_range(auth_session_state, 0, 1)))
        origin_host = self.origin_host
        if origin_host is None:
            raise missing("MAR", "Origin-Host")
        out.append(encode_avp(0x10840000008, encode_identity(origin_host)))
        origin_realm = self.origin_realm
        if origin_realm is None:
            raise missing("MAR", "Origin-Realm")
        out.append(encode_avp(0x12840000008, encode_identity(origin_realm)))
        destination_realm = self.destination_realm
        if destination_realm is None:
            raise missing("MAR", "Destination-Realm")
        out.append(encode_avp(0x11b40000008, encode_identity(destination_realm)))
        destination_host = self.destination_host
        if destination_host is not None:
            out.append(encode_avp(0x12540000008, encode_identity(destination_host)))
        user_name = self.user_name
        if user_name is not None:
            out.append(encode_avp(0x140000008, encode_utf8(user_name)))
        public_identity = self.public_identity
        if public_identity is not None:
            out.append(encode_vendor_avp(0x259c000000c, b'\x00\x00(\xaf', encode_utf8(public_identity)))
        sip_auth_data_item = self.sip_auth_data_item
        if sip_auth_data_item is not None:
            out.append(encode_vendor_avp(0x264c000000c, b'\x00\x00(\xaf', sip_auth_data_item.encode()))
        guss_timestamp = self.guss_timestamp
        if guss_timestamp is not None:
            out.append(b'\x00\x00\x01\x99\x80\x00\x00\x10\x00\x00(\xaf' + encode_time(guss_timestamp))
        for supported_features in self.supported_features:
            out.append(encode_vendor_avp(0x274c000000c, b'\x00\x00(\xaf', supported_features.encode()))
        for proxy_info in self.proxy_info:
            out.append(encode_avp(0x11c40000008, proxy_info))
        for route_record in self.route_record:
            out.append(encode_avp(0x11a40000008, encode_identity(route_record)))
        for other in self.others:
            out.append(other.encode())
        if self.order:
            return arranged(out, self.order)
        return b"".join(out)

    @classmethod
    def decode(cls, octets: bytes, start: int, end: int) -> MAR:
        """Decode the AVPs between two offsets; what breaks the grammar is refused."""
        session_id: str | None = None
        vendor_specific_application_id: VendorSpecificApplicationId | None = None
        auth_session_state: int | None = None
        origin_host: str | None = None
        origin_realm: str | None = None
        destination_realm: str | None = None
        destination_host: str | None = None
        user_name: str | None = None
        public_identity: str | None = None
        sip_auth_data_item: SIPAuthDataItem | None = None
        guss_timestamp: int | None = None
        supported_features: list[SupportedFeatures] = []
        proxy_info: list[bytes] = []
        route_record: list[str] = []
        others: list[Avp] = []
        first = stop = start
        try:
            while start < end:
                code, flags, high, low = header_at(octets, start)
                stop = start + (high << 16 | low)
                if flags & VENDOR_BIT:
                    (vendor,) = unsigned32_at(octets, start + 8)
                    data = start + 12
                else:
                    vendor = 0
                    data = start + 8
                if stop < data or stop > end:
                    raise wrong_length(octets, start, end)
                if vendor == 0:
                    if code == 263:
                        if session_id is not None:
                            raise too_many(1)
                        session_id = octets[data:stop].decode()
                    elif code == 260:
                        if vendor_specific_application_id is not None:
                            raise too_many(1)
                        vendor_specific_application_id = VendorSpecificApplicationId.decode(octets, data, stop)
                    elif code == 277:
                        if auth_session_state is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (auth_session_state,) = integer32_at(octets, data)
                        if not 0 <= auth_session_state <= 1:
                            raise out_of_range(auth_session_state, 0, 1)
                    elif code == 264:
                        if origin_host is not None:
                            raise too_many(1)
                        origin_host = decode_identity(octets[data:stop])
                    elif code == 296:
                        if origin_realm is not None:
                            raise too_many(1)
                        origin_realm = decode_identity(octets[data:stop])
                    elif code == 283:
                        if destination_realm is not None:
                            raise too_many(1)
                        destination_realm = decode_identity(octets[data:stop])
                    elif code == 293:
                        if destination_host is not None:
                            raise too_many(1)
                        destination_host = decode_identity(octets[data:stop])
                    elif code == 1:
                        if user_name is not None:
                            raise too_many(1)
                        user_name = octets[data:stop].decode()
                    elif code == 284:
                        one_proxy_info = octets[data:stop]
                        proxy_info.append(one_proxy_info)
                    elif code == 282:
                        one_route_record = decode_identity(octets[data:stop])
                        route_record.append(one_route_record)
                    else:
                        others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                elif vendor == 10415:
                    if code == 601:
                        if public_identity is not None:
                            raise too_many(1)
                        public_identity = octets[data:stop].decode()
                    elif code == 612:
                        if sip_auth_data_item is not None:
                            raise too_many(1)
                        sip_auth_data_item = SIPAuthDataItem.decode(octets, data, stop)
                    elif code == 409:
                        if guss_timestamp is not None:
                            raise too_many(1)
                        guss_timestamp = decode_time(octets, data, stop)
                    elif code == 628:
                        one_supported_features = SupportedFeatures.decode(octets, data, stop)
                        supported_features.append(one_supported_features)
                    else:
                        others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                else:
                    others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                start = stop + 3 & ~3
        except BROKEN as error:
            raise located(error, "MAR", octets, start, stop, end) from None
        if session_id is None:
            raise missing("MAR", "Session-Id")
        if vendor_specific_application_id is None:
            raise missing("MAR", "Vendor-Specific-Application-Id")
        if auth_session_state is None:
            raise missing("MAR", "Auth-Session-State")
        if origin_host is None:
            raise missing("MAR", "Origin-Host")
        if origin_realm is None:
            raise missing("MAR", "Origin-Realm")
        if destination_realm is None:
            raise missing("MAR", "Destination-Realm")
        made = cls.__new__(cls)  # half the cost of a call with a keyword for each field
        made.session_id = session_id
        made.vendor_specific_application_id = vendor_specific_application_id
        made.auth_session_state = auth_session_state
        made.origin_host = origin_host
        made.origin_realm = origin_realm
        made.destination_realm = destination_realm
        made.destination_host = destination_host
        made.user_name = user_name
        made.public_identity = public_identity
        made.sip_auth_data_item = sip_auth_data_item
        made.guss_timestamp = guss_timestamp
        made.supported_features = supported_features
        made.proxy_info = proxy_info
        made.route_record = route_record
        made.others = others
        made.order = keys_at(octets, first, end) if others else ()
        return made


@dataclass(slots=True, kw_only=True)
class MAA:
    """The command MAA."""

    COMMAND: ClassVar[int] = 303
    APPLICATION: ClassVar[int] = 16777221
    FLAGS: ClassVar[int] = 0x40

    session_id: str
    vendor_specific_application_id: VendorSpecificApplicationId
    result_code: int | None = None
    experimental_result: ExperimentalResult | None = None
    auth_session_state: int
    origin_host: str
    origin_realm: str
    user_name: str | None = None
    public_identity: str | None = None
    sip_auth_data_item: SIPAuthDataItem | None = None
    gba_usersecsettings: bytes | None = None
    supported_features: list[SupportedFeatures] = field(default_factory=list)
    proxy_info: list[bytes] = field(default_factory=list)
    route_record: list[str] = field(default_factory=list)
    others: list[Avp] = field(default_factory=list)
    order: tuple[int, ...] = field(default=(), repr=False, compare=False)

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        session_id = self.session_id
        if session_id is None:
            raise missing("MAA", "Session-Id")
        out.append(encode_avp(0x10740000008, encode_utf8(session_id)))
        vendor_specific_application_id = self.vendor_specific_application_id
        if vendor_specific_application_id is None:
            raise missing("MAA", "Vendor-Specific-Application-Id")
        out.append(encode_avp(0x10440000008, vendor_specific_application_id.encode()))
        result_code = self.result_code
        if result_code is not None:
            out.append(b'\x00\x00\x01\x0c@\x00\x00\x0c' + encode_unsigned32(result_code))
        experimental_result = self.experimental_result
        if experimental_result is not None:
            out.append(encode_avp(0x12940000008, experimental_result.encode()))
        auth_session_state = self.auth_session_state
        if auth_session_state is None:
            raise missing("MAA", "Auth-Session-State")
        out.append(b'\x00\x00\x01\x15@\x00\x00\x0c' + encode_integer32(check_range(auth_session_state, 0, 1)))
        origin_host = self.origin_host
        if origin_host is None:
            raise missing("MAA", "Origin-Host")
        out.append(encode_avp(0x10840000008, encode_identity(origin_host)))
        origin_realm = self.origin_realm
        if origin_realm is None:
            raise missing("MAA", "Origin-Realm")
        out.append(encode_avp(0x12840000008, encode_identity(origin_realm)))
        user_name = self.user_name
        if user_name is not None:
            out.append(encode_avp(0x140000008, encode_utf8(user_name)))
        public_identity = self.public_identity
        if public_identity is not None:
            out.append(encode_vendor_avp(0x259c000000c, b'\x00\x00(\xaf', encode_utf8(public_identity)))
        sip_auth_data_item = self.sip_auth_data_item
        if sip_auth_data_item is not None:
            out.append(encode_vendor_avp(0x264c000000c, b'\x00\x00(\xaf', sip_auth_data_item.encode()))
        gba_usersecsettings = self.gba_usersecsettings
        if gba_usersecsettings is not None:
            out.append(encode_vendor_avp(0x1908000000c, b'\x00\x00(\xaf', gba_usersecsettings))
        for supported_features in self.supported_features:
            out.append(encode_vendor_avp(0x274c000000c, b'\x00\x00(\xaf', supported_features.encode()))
        for proxy_info in self.proxy_info:
            out.append(encode_avp(0x11c40000008, proxy_info))
        for route_record in self.route_record:
            out.append(encode_avp(0x11a40000008, encode_identity(route_record)))
        for other in self.others:
            out.append(other.encode())
        if self.order:
            return arranged(out, self.order)
        return b"".join(out)

    @classmethod
    def decode(cls, octets: bytes, start: int, end: int) -> MAA:
        """Decode the AVPs between two offsets; what breaks the grammar is refused."""
        session_id: str | None = None
        vendor_specific_application_id: VendorSpecificApplicationId | None = None
        result_code: int | None = None
        experimental_result: ExperimentalResult | None = None
        auth_session_state: int | None = None
        origin_host: str | None = None
        origin_realm: str | None = None
        user_name: str | None = None
        public_identity: str | None = None
        sip_auth_data_item: SIPAuthDataItem | None = None
        gba_usersecsettings: bytes | None = None
        supported_features: list[SupportedFeatures] = []
        proxy_info: list[bytes] = []
        route_record: list[str] = []
        others: list[Avp] = []
        first = stop = start
        try:
            while start < end:
                code, flags, high, low = header_at(octets, start)
                stop = start + (high << 16 | low)
                if flags & VENDOR_BIT:
                    (vendor,) = unsigned32_at(octets, start + 8)
                    data = start + 12
                else:
                    vendor = 0
                    data = start + 8
                if stop < data or stop > end:
                    raise wrong_length(octets, start, end)
                if vendor == 0:
                    if code == 263:
                        if session_id is not None:
                            raise too_many(1)
                        session_id = octets[data:stop].decode()
                    elif code == 260:
                        if vendor_specific_application_id is not None:
                            raise too_many(1)
                        vendor_specific_application_id = VendorSpecificApplicationId.decode(octets, data, stop)
                    elif code == 268:
                        if result_code is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (result_code,) = unsigned32_at(octets, data)
                    elif code == 297:
                        if experimental_result is not None:
                            raise too_many(1)
                        experimental_result = ExperimentalResult.decode(octets, data, stop)
                    elif code == 277:
                        if auth_session_state is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (auth_session_state,) = integer32_at(octets, data)
                        if not 0 <= auth_session_state <= 1:
                            raise out_of_range(auth_session_state, 0, 1)
                    elif code == 264:
                        if origin_host is not None:
                            raise too_many(1)
                        origin_host = decode_identity(octets[data:stop])
                    elif code == 296:
                        if origin_realm is not None:
                            raise too_many(1)
                        origin_realm = decode_identity(octets[data:stop])
                    elif code == 1:
                        if user_name is not None:
                            raise too_many(1)
                        user_name = octets[data:stop].decode()
                    elif code == 284:
                        one_proxy_info = octets[data:stop]
                        proxy_info.append(one_proxy_info)
                    elif code == 282:
                        one_route_record = decode_identity(octets[data:stop])
                        route_record.append(one_route_record)
                    else:
                        others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                elif vendor == 10415:
                    if code == 601:
                        if public_identity is not None:
                            raise too_many(1)
                        public_identity = octets[data:stop].decode()
                    elif code == 612:
                        if sip_auth_data_item is not None:
                            raise too_many(1)
                        sip_auth_data_item = SIPAuthDataItem.decode(octets, data, stop)
                    elif code == 400:
                        if gba_usersecsettings is not None:
                            raise too_many(1)
                        gba_usersecsettings = octets[data:stop]
                    elif code == 628:
                        one_supported_features = SupportedFeatures.decode(octets, data, stop)
                        supported_features.append(one_supported_features)
                    else:
                        others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                else:
                    others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                start = stop + 3 & ~3
        except BROKEN as error:
            raise located(error, "MAA", octets, start, stop, end) from None
        if session_id is None:
            raise missing("MAA", "Session-Id")
        if vendor_specific_application_id is None:
            raise missing("MAA", "Vendor-Specific-Application-Id")
        if auth_session_state is None:
            raise missing("MAA", "Auth-Session-State")
        if origin_host is None:
            raise missing("MAA", "Origin-Host")
        if origin_realm is None:
            raise missing("MAA", "Origin-Realm")
        made = cls.__new__(cls)  # half the cost of a call with a keyword for each field
        made.session_id = session_id
        made.vendor_specific_application_id = vendor_specific_application_id
        made.result_code = result_code
        made.experimental_result = experimental_result
        made.auth_session_state = auth_session_state
        made.origin_host = origin_host
        made.origin_realm = origin_realm
        made.user_name = user_name
        made.public_identity = public_identity
        made.sip_auth_data_item = sip_auth_data_item
        made.gba_usersecsettings = gba_usersecsettings
        made.supported_features = supported_features
        made.proxy_info = proxy_info
        made.route_record = route_record
        made.others = others
        made.order = keys_at(octets, first, end) if others else ()
        return made


@dataclass(slots=True, kw_only=True)
class BIR:
    """The command BIR."""

    COMMAND: ClassVar[int] = 310
    APPLICATION: ClassVar[int] = 16777220
    FLAGS: ClassVar[int] = 0xc0

    session_id: str
    vendor_specific_application_id: VendorSpecificApplicationId
    origin_host: str
    origin_realm: str
    destination_realm: str
    destination_host: str | None = None
    gaa_service_identifier: list[bytes] = field(default_factory=list)
    transaction_identifier: bytes
    naf_hostname: bytes
    gba_u_awareness_indicator: int | None = None
    proxy_info: list[bytes] = field(default_factory=list)
    route_record: list[str] = field(default_factory=list)
    others: list[Avp] = field(default_factory=list)
    order: tuple[int, ...] = field(default=(), repr=False, compare=False)

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        session_id = self.session_id
        if session_id is None:
            raise missing("BIR", "Session-Id")
        out.append(encode_avp(0x10740000008, encode_utf8(session_id)))
        vendor_specific_application_id = self.vendor_specific_application_id
        if vendor_specific_application_id is None:
            raise missing("BIR", "Vendor-Specific-Application-Id")
        out.append(encode_avp(0x10440000008, vendor_specific_application_id.encode()))
        origin_host = self.origin_host
        if origin_host is None:
            raise missing("BIR", "Origin-Host")
        out.append(encode_avp(0x10840000008, encode_identity(origin_host)))
        origin_realm = self.origin_realm
        if origin_realm is None:
            raise missing("BIR", "Origin-Realm")
        out.append(encode_avp(0x12840000008, encode_identity(origin_realm)))
        destination_realm = self.destination_realm
        if destination_realm is None:
            raise missing("BIR", "Destination-Realm")
        out.append(encode_avp(0x11b40000008, encode_identity(destination_realm)))
        destination_host = self.destination_host
        if destination_host is not None:
            out.append(encode_avp(0x12540000008, encode_identity(destination_host)))
        for gaa_service_identifier in self.gaa_service_identifier:
            out.append(encode_vendor_avp(0x1938000000c, b'\x00\x00(\xaf', gaa_service_identifier))
        transaction_identifier = self.transaction_identifier
        if transaction_identifier is None:
            raise missing("BIR", "Transaction-Identifier")
        out.append(encode_vendor_avp(0x1918000000c, b'\x00\x00(\xaf', transaction_identifier))
        naf_hostname = self.naf_hostname
        if naf_hostname is None:
            raise missing("BIR", "NAF-Hostname")
        out.append(encode_vendor_avp(0x1928000000c, b'\x00\x00(\xaf', naf_hostname))
        gba_u_awareness_indicator = self.gba_u_awareness_indicator
        if gba_u_awareness_indicator is not None:
            out.append(b'\x00\x00\x01\x97\x80\x00\x00\x10\x00\x00(\xaf' + encode_integer32(gba_u_awareness_indicator))
        for proxy_info in self.proxy_info:
            out.append(encode_avp(0x11c40000008, proxy_info))
        for route_record in self.route_record:
            out.append(encode_avp(0x11a40000008, encode_identity(route_record)))
        for other in self.others:
            out.append(other.encode())
        if self.order:
            return arranged(out, self.order)
        return b"".join(out)

    @classmethod
    def decode(cls, octets: bytes, start: int, end: int) -> BIR:
        """Decode the AVPs between two offsets; what breaks the grammar is refused."""
        session_id: str | None = None
        vendor_specific_application_id: VendorSpecificApplicationId | None = None
        origin_host: str | None = None
        origin_realm: str | None = None
        destination_realm: str | None = None
        destination_host: str | None = None
        gaa_service_identifier: list[bytes] = []
        transaction_identifier: bytes | None = None
        naf_hostname: bytes | None = None
        gba_u_awareness_indicator: int | None = None
        proxy_info: list[bytes] = []
        route_record: list[str] = []
        others: list[Avp] = []
        first = stop = start
        try:
            while start < end:
                code, flags, high, low = header_at(octets, start)
                stop = start + (high << 16 | low)
                if flags & VENDOR_BIT:
                    (vendor,) = unsigned32_at(octets, start + 8)
                    data = start + 12
                else:
                    vendor = 0
                    data = start + 8
                if stop < data or stop > end:
                    raise wrong_length(octets, start, end)
                if vendor == 0:
                    if code == 263:
                        if session_id is not None:
                            raise too_many(1)
                        session_id = octets[data:stop].decode()
                    elif code == 260:
                        if vendor_specific_application_id is not None:
                            raise too_many(1)
                        vendor_specific_application_id = VendorSpecificApplicationId.decode(octets, data, stop)
                    elif code == 264:
                        if origin_host is not None:
                            raise too_many(1)
                        origin_host = decode_identity(octets[data:stop])
                    elif code == 296:
                        if origin_realm is not None:
                            raise too_many(1)
                        origin_realm = decode_identity(octets[data:stop])
                    elif code == 283:
                        if destination_realm is not None:
                            raise too_many(1)
                        destination_realm = decode_identity(octets[data:stop])
                    elif code == 293:
                        if destination_host is not None:
                            raise too_many(1)
                        destination_host = decode_identity(octets[data:stop])
                    elif code == 284:
                        one_proxy_info = octets[data:stop]
                        proxy_info.append(one_proxy_info)
                    elif code == 282:
                        one_route_record = decode_identity(octets[data:stop])
                        route_record.append(one_route_record)
                    else:
                        others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                elif vendor == 10415:
                    if code == 403:
                        one_gaa_service_identifier = octets[data:stop]
                        gaa_service_identifier.append(one_gaa_service_identifier)
                    elif code == 401:
                        if transaction_identifier is not None:
                            raise too_many(1)
                        transaction_identifier = octets[data:stop]
                    elif code == 402:
                        if naf_hostname is not None:
                            raise too_many(1)
                        naf_hostname = octets[data:stop]
                    elif code == 407:
                        if gba_u_awareness_indicator is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (gba_u_awareness_indicator,) = integer32_at(octets, data)
                    else:
                        others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                else:
                    others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                start = stop + 3 & ~3
        except BROKEN as error:
            raise located(error, "BIR", octets, start, stop, end) from None
        if session_id is None:
            raise missing("BIR", "Session-Id")
        if vendor_specific_application_id is None:
            raise missing("BIR", "Vendor-Specific-Application-Id")
        if origin_host is None:
            raise missing("BIR", "Origin-Host")
        if origin_realm is None:
            raise missing("BIR", "Origin-Realm")
        if destination_realm is None:
            raise missing("BIR", "Destination-Realm")
        if transaction_identifier is None:
            raise missing("BIR", "Transaction-Identifier")
        if naf_hostname is None:
            raise missing("BIR", "NAF-Hostname")
        made = cls.__new__(cls)  # half the cost of a call with a keyword for each field
        made.session_id = session_id
        made.vendor_specific_application_id = vendor_specific_application_id
        made.origin_host = origin_host
        made.origin_realm = origin_realm
        made.destination_realm = destination_realm
        made.destination_host = destination_host
        made.gaa_service_identifier = gaa_service_identifier
        made.transaction_identifier = transaction_identifier
        made.naf_hostname = naf_hostname
        made.gba_u_awareness_indicator = gba_u_awareness_indicator
        made.proxy_info = proxy_info
        made.route_record = route_record
        made.others = others
        made.order = keys_at(octets, first, end) if others else ()
        return made


@dataclass(slots=True, kw_only=True)
class BIA:
    """The command BIA."""

    COMMAND: ClassVar[int] = 310
    APPLICATION: ClassVar[int] = 16777220
    FLAGS: ClassVar[int] = 0x40

    session_id: str
    vendor_specific_application_id: VendorSpecificApplicationId
    result_code: int | None = None
    experimental_result: ExperimentalResult | None = None
    origin_host: str
    origin_realm: str
    user_name: str | None = None
    me_key_material: bytes | None = field(default=None, repr=False)
    uicc_key_material: bytes | None = field(default=None, repr=False)
    key_expirytime: int | None = None
    bootstrapinfocreationtime: int | None = None
    gba_usersecsettings: bytes | None = None
    gba_type: int | None = None
    proxy_info: list[bytes] = field(default_factory=list)
    route_record: list[str] = field(default_factory=list)
    others: list[Avp] = field(default_factory=list)
    order: tuple[int, ...] = field(default=(), repr=False, compare=False)

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        session_id = self.session_id
        if session_id is None:
            raise missing("BIA", "Session-Id")
        out.append(encode_avp(0x10740000008, encode_utf8(session_id)))
        vendor_specific_application_id = self.vendor_specific_application_id
        if vendor_specific_application_id is None:
            raise missing("BIA", "Vendor-Specific-Application-Id")
        out.append(encode_avp(0x10440000008, vendor_specific_application_id.encode()))
        result_code = self.result_code
        if result_code is not None:
            out.append(b'\x00\x00\x01\x0c@\x00\x00\x0c' + encode_unsigned32(result_code))
        experimental_result = self.experimental_result
        if experimental_result is not None:
            out.append(encode_avp(0x12940000008, experimental_result.encode()))
        origin_host = self.origin_host
        if origin_host is None:
            raise missing("BIA", "Origin-Host")
        out.append(encode_avp(0x10840000008, encode_identity(origin_host)))
        origin_realm = self.origin_realm
        if origin_realm is None:
            raise missing("BIA", "Origin-Realm")
        out.append(encode_avp(0x12840000008, encode_identity(origin_realm)))
        user_name = self.user_name
        if user_name is not None:
            out.append(encode_avp(0x140000008, encode_utf8(user_name)))
        me_key_material = self.me_key_material
        if me_key_material is not None:
            out.append(encode_vendor_avp(0x1958000000c, b'\x00\x00(\xaf', me_key_material))
        uicc_key_material = self.uicc_key_material
        if uicc_key_material is not None:
            out.append(encode_vendor_avp(0x1968000000c, b'\x00\x00(\xaf', uicc_key_material))
        key_expirytime = self.key_expirytime
        if key_expirytime is not None:
            out.append(b'\x00\x00\x01\x94\x80\x00\x00\x10\x00\x00(\xaf' + encode_time(key_expirytime))
        bootstrapinfocreationtime = self.bootstrapinfocreationtime
        if bootstrapinfocreationtime is not None:
            out.append(b'\x00\x00\x01\x98\x80\x00\x00\x10\x00\x00(\xaf' + encode_time(bootstrapinfocreationtime))
        gba_usersecsettings = self.gba_usersecsettings
        if gba_usersecsettings is not None:
            out.append(encode_vendor_avp(0x1908000000c, b'\x00\x00(\xaf', gba_usersecsettings))
        gba_type = self.gba_type
        if gba_type is not None:
            out.append(b'\x00\x00\x01\x9a\x80\x00\x00\x10\x00\x00(\xaf' + encode_integer32(gba_type))
        for proxy_info in self.proxy_info:
            out.append(encode_avp(0x11c40000008, proxy_info))
        for route_record in self.route_record:
            out.append(encode_avp(0x11a40000008, encode_identity(route_record)))
        for other in self.others:
            out.append(other.encode())
        if self.order:
            return arranged(out, self.order)
        return b"".join(out)

    @classmethod
    def decode(cls, octets: bytes, start: int, end: int) -> BIA:
        """Decode the AVPs between two offsets; what breaks the grammar is refused."""
        session_id: str | None = None
        vendor_specific_application_id: VendorSpecificApplicationId | None = None
        result_code: int | None = None
        experimental_result: ExperimentalResult | None = None
        origin_host: str | None = None
        origin_realm: str | None = None
        user_name: str | None = None
        me_key_material: bytes | None = None
        uicc_key_material: bytes | None = None
        key_expirytime: int | None = None
        bootstrapinfocreationtime: int | None = None
        gba_usersecsettings: bytes | None = None
        gba_type: int | None = None
        proxy_info: list[bytes] = []
        route_record: list[str] = []
        others: list[Avp] = []
        first = stop = start
        try:
            while start < end:
                code, flags, high, low = header_at(octets, start)
                stop = start + (high << 16 | low)
                if flags & VENDOR_BIT:
                    (vendor,) = unsigned32_at(octets, start + 8)
                    data = start + 12
                else:
                    vendor = 0
                    data = start + 8
                if stop < data or stop > end:
                    raise wrong_length(octets, start, end)
                if vendor == 0:
                    if code == 263:
                        if session_id is not None:
                            raise too_many(1)
                        session_id = octets[data:stop].decode()
                    elif code == 260:
                        if vendor_specific_application_id is not None:
                            raise too_many(1)
                        vendor_specific_application_id = VendorSpecificApplicationId.decode(octets, data, stop)
                    elif code == 268:
                        if result_code is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (result_code,) = unsigned32_at(octets, data)
                    elif code == 297:
                        if experimental_result is not None:
                            raise too_many(1)
                        experimental_result = ExperimentalResult.decode(octets, data, stop)
                    elif code == 264:
                        if origin_host is not None:
                            raise too_many(1)
                        origin_host = decode_identity(octets[data:stop])
                    elif code == 296:
                        if origin_realm is not None:
                            raise too_many(1)
                        origin_realm = decode_identity(octets[data:stop])
                    elif code == 1:
                        if user_name is not None:
                            raise too_many(1)
                        user_name = octets[data:stop].decode()
                    elif code == 284:
                        one_proxy_info = octets[data:stop]
                        proxy_info.append(one_proxy_info)
                    elif code == 282:
                        one_route_record = decode_identity(octets[data:stop])
                        route_record.append(one_route_record)
                    else:
                        others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                elif vendor == 10415:
                    if code == 405:
                        if me_key_material is not None:
                            raise too_many(1)
                        me_key_material = octets[data:stop]
                    elif code == 406:
                        if uicc_key_material is not None:
                            raise too_many(1)
                        uicc_key_material = octets[data:stop]
                    elif code == 404:
                        if key_expirytime is not None:
                            raise too_many(1)
                        key_expirytime = decode_time(octets, data, stop)
                    elif code == 408:
                        if bootstrapinfocreationtime is not None:
                            raise too_many(1)
                        bootstrapinfocreationtime = decode_time(octets, data, stop)
                    elif code == 400:
                        if gba_usersecsettings is not None:
                            raise too_many(1)
                        gba_usersecsettings = octets[data:stop]
                    elif code == 410:
                        if gba_type is not None:
                            raise too_many(1)
                        if stop - data != 4:
                            raise no_word()
                        (gba_type,) = integer32_at(octets, data)
                    else:
                        others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                else:
                    others.append(kept(Avp(code, vendor, flags, octets[data:stop]), closed=False))
                start = stop + 3 & ~3
        except BROKEN as error:
            raise located(error, "BIA", octets, start, stop, end) from None
        if session_id is None:
            raise missing("BIA", "Session-Id")
        if vendor_specific_application_id is None:
            raise missing("BIA", "Vendor-Specific-Application-Id")
        if origin_host is None:
            raise missing("BIA", "Origin-Host")
        if origin_realm is None:
            raise missing("BIA", "Origin-Realm")
        made = cls.__new__(cls)  # half the cost of a call with a keyword for each field
        made.session_id = session_id
        made.vendor_specific_application_id = vendor_specific_application_id
        made.result_code = result_code
        made.experimental_result = experimental_result
        made.origin_host = origin_host
        made.origin_realm = origin_realm
        made.user_name = user_name
        made.me_key_material = me_key_material
        made.uicc_key_material = uicc_key_material
        made.key_expirytime = key_expirytime
        made.bootstrapinfocreationtime = bootstrapinfocreationtime
        made.gba_usersecsettings = gba_usersecsettings
        made.gba_type = gba_type
        made.proxy_info = proxy_info
        made.route_record = route_record
        made.others = others
        made.order = keys_at(octets, first, end) if others else ()
        return made

REQUESTS: dict[int, type[CER] | type[DPR] | type[DWR] | type[MKR] | type[AIR] | type[RIR] | type[MAR] | type[BIR]] = {
    257: CER,
    282: DPR,
    280: DWR,
    16777214: MKR,
    318: AIR,
    16777215: RIR,
    303: MAR,
    310: BIR,
}

ANSWERS: dict[int, type[CEA] | type[DPA] | type[DWA] | type[MKA] | type[AIA] | type[RIA] | type[MAA] | type[BIA]] = {
    257: CEA,
    282: DPA,
    280: DWA,
    16777214: MKA,
    318: AIA,
    16777215: RIA,
    303: MAA,
    310: BIA,
}
