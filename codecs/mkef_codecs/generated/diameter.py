"""Commands and Grouped AVPs of `codecs/avp`. Written by `make codecs`."""

from __future__ import annotations

from typing import ClassVar

from mkef_codecs.diameter.avp import (
    Avp, arranged, check_length, check_lengths, decode_address, decode_identity, decode_time,
    encode_address, encode_avp, encode_fixed, encode_identity_avp, encode_integer32_avp,
    encode_time_avp, encode_unsigned32_avp, encode_vendor_avp, head_at, integer32_at, keys_at,
    no_word, out_of_range, short_head, signed, unsigned32_at, wrong_length, wrong_size,
)
from mkef_codecs.diameter.body import AvpBody
from mkef_codecs.diameter.failure import (
    BROKEN, UNWRITABLE, check_count, located, missing, too_few, too_many, unwritten,
)
from mkef_codecs.diameter.members import Members



class VendorSpecificApplicationId(AvpBody):
    """The Grouped AVP Vendor-Specific-Application-Id."""

    MEMBERS: ClassVar[Members] = Members(
        'Vendor-Id', 'Auth-Application-Id', 'Acct-Application-Id',
        closed=False, strict=False,
    )

    vendor_id: int
    auth_application_id: int | None = None
    acct_application_id: int | None = None
    others: list[Avp] = []
    order: tuple[int, ...] = ()

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        try:
            out += (
                encode_unsigned32_avp(b'\x00\x00\x01\n@\x00\x00\x0c', self.vendor_id),
                encode_unsigned32_avp(b'\x00\x00\x01\x02@\x00\x00\x0c', self.auth_application_id) if self.auth_application_id is not None else b"",
                encode_unsigned32_avp(b'\x00\x00\x01\x03@\x00\x00\x0c', self.acct_application_id) if self.acct_application_id is not None else b"",
            )
            for other in self.others:
                out.append(other.encode())
        except UNWRITABLE as error:
            raise unwritten(error, self, "Vendor-Specific-Application-Id", ('Vendor-Id',)) from None
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
        first, last, at = start, end - 12, -8
        try:
            while start < end:
                if start - at > 4:
                    at = start
                    if start > last:
                        head, size, word = short_head(octets, start, end)
                    else:
                        head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\n@\x00':
                    if vendor_id is not None:
                        raise too_many(1)
                    if size != 12:
                        raise no_word()
                    vendor_id = word
                    start += 12
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x02@\x00':
                    if auth_application_id is not None:
                        raise too_many(1)
                    if size != 12:
                        raise no_word()
                    auth_application_id = word
                    start += 12
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x03@\x00':
                    if acct_application_id is not None:
                        raise too_many(1)
                    if size != 12:
                        raise no_word()
                    acct_application_id = word
                    start += 12
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if start == at:
                    head = cls.MEMBERS.variants.get(head, b'')
                    if not head:
                        head, size, word, start = cls.MEMBERS.unusual(
                            octets, start, end, others
                        )
                elif start <= last:
                    at = start  # whose header is read already
            if start > end:
                check_lengths(octets, first, end)
        except BROKEN as error:
            raise located(error, "Vendor-Specific-Application-Id", octets, start, end, at) from None
        if vendor_id is None:
            raise missing("Vendor-Specific-Application-Id", "Vendor-Id")
        order = keys_at(octets, first, end) if others else ()
        return cls(vendor_id, auth_application_id, acct_application_id, others, order)


class ExperimentalResult(AvpBody):
    """The Grouped AVP Experimental-Result."""

    MEMBERS: ClassVar[Members] = Members(
        'Vendor-Id', 'Experimental-Result-Code',
        closed=False, strict=False,
    )

    vendor_id: int
    experimental_result_code: int
    others: list[Avp] = []
    order: tuple[int, ...] = ()

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        try:
            out += (
                encode_unsigned32_avp(b'\x00\x00\x01\n@\x00\x00\x0c', self.vendor_id),
                encode_unsigned32_avp(b'\x00\x00\x01*@\x00\x00\x0c', self.experimental_result_code),
            )
            for other in self.others:
                out.append(other.encode())
        except UNWRITABLE as error:
            raise unwritten(error, self, "Experimental-Result", ('Vendor-Id', 'Experimental-Result-Code')) from None
        if self.order:
            return arranged(out, self.order)
        return b"".join(out)

    @classmethod
    def decode(cls, octets: bytes, start: int, end: int) -> ExperimentalResult:
        """Decode the AVPs between two offsets; what breaks the grammar is refused."""
        vendor_id: int | None = None
        experimental_result_code: int | None = None
        others: list[Avp] = []
        first, last, at = start, end - 12, -8
        try:
            while start < end:
                if start - at > 4:
                    at = start
                    if start > last:
                        head, size, word = short_head(octets, start, end)
                    else:
                        head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\n@\x00':
                    if vendor_id is not None:
                        raise too_many(1)
                    if size != 12:
                        raise no_word()
                    vendor_id = word
                    start += 12
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01*@\x00':
                    if experimental_result_code is not None:
                        raise too_many(1)
                    if size != 12:
                        raise no_word()
                    experimental_result_code = word
                    start += 12
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if start == at:
                    head = cls.MEMBERS.variants.get(head, b'')
                    if not head:
                        head, size, word, start = cls.MEMBERS.unusual(
                            octets, start, end, others
                        )
                elif start <= last:
                    at = start  # whose header is read already
            if start > end:
                check_lengths(octets, first, end)
        except BROKEN as error:
            raise located(error, "Experimental-Result", octets, start, end, at) from None
        if vendor_id is None:
            raise missing("Experimental-Result", "Vendor-Id")
        if experimental_result_code is None:
            raise missing("Experimental-Result", "Experimental-Result-Code")
        order = keys_at(octets, first, end) if others else ()
        return cls(vendor_id, experimental_result_code, others, order)


class CER(AvpBody):
    """The command CER."""

    COMMAND: ClassVar[int] = 257
    APPLICATION: ClassVar[int] = 0
    FLAGS: ClassVar[int] = 0x80
    MEMBERS: ClassVar[Members] = Members(
        'Origin-Host', 'Origin-Realm', 'Host-IP-Address', 'Vendor-Id', 'Product-Name', 'Origin-State-Id', 'Supported-Vendor-Id', 'Auth-Application-Id', 'Inband-Security-Id', 'Acct-Application-Id', 'Vendor-Specific-Application-Id', 'Firmware-Revision',
        closed=False, strict=True,
    )

    origin_host: str
    origin_realm: str
    vendor_id: int
    product_name: str
    host_ip_address: list[str] = []
    origin_state_id: int | None = None
    supported_vendor_id: list[int] = []
    auth_application_id: list[int] = []
    inband_security_id: list[int] = []
    acct_application_id: list[int] = []
    vendor_specific_application_id: list[VendorSpecificApplicationId] = []
    firmware_revision: int | None = None
    others: list[Avp] = []
    order: tuple[int, ...] = ()

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        try:
            out += (
                encode_identity_avp(0x10840000008, self.origin_host),
                encode_identity_avp(0x12840000008, self.origin_realm),
            )
            check_count("CER", "Host-IP-Address", len(self.host_ip_address), 1, 0)
            for host_ip_address in self.host_ip_address:
                out.append(encode_avp(0x10140000008, encode_address(host_ip_address)))
            out += (
                encode_unsigned32_avp(b'\x00\x00\x01\n@\x00\x00\x0c', self.vendor_id),
                encode_avp(0x10d00000008, self.product_name.encode()),
                encode_unsigned32_avp(b'\x00\x00\x01\x16@\x00\x00\x0c', self.origin_state_id) if self.origin_state_id is not None else b"",
            )
            for supported_vendor_id in self.supported_vendor_id:
                out.append(encode_unsigned32_avp(b'\x00\x00\x01\t@\x00\x00\x0c', supported_vendor_id))
            for auth_application_id in self.auth_application_id:
                out.append(encode_unsigned32_avp(b'\x00\x00\x01\x02@\x00\x00\x0c', auth_application_id))
            for inband_security_id in self.inband_security_id:
                out.append(encode_unsigned32_avp(b'\x00\x00\x01+@\x00\x00\x0c', inband_security_id))
            for acct_application_id in self.acct_application_id:
                out.append(encode_unsigned32_avp(b'\x00\x00\x01\x03@\x00\x00\x0c', acct_application_id))
            for vendor_specific_application_id in self.vendor_specific_application_id:
                out.append(encode_avp(0x10440000008, vendor_specific_application_id.encode()))
            out += (
                encode_unsigned32_avp(b'\x00\x00\x01\x0b\x00\x00\x00\x0c', self.firmware_revision) if self.firmware_revision is not None else b"",
            )
            for other in self.others:
                out.append(other.encode())
        except UNWRITABLE as error:
            raise unwritten(error, self, "CER", ('Origin-Host', 'Origin-Realm', 'Vendor-Id', 'Product-Name')) from None
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
        first, last, at = start, end - 12, -8
        try:
            while start < end:
                if start - at > 4:
                    at = start
                    if start > last:
                        head, size, word = short_head(octets, start, end)
                    else:
                        head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x08@\x00':
                    if origin_host is not None:
                        raise too_many(1)
                    stop = start + size
                    origin_host = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01(@\x00':
                    if origin_realm is not None:
                        raise too_many(1)
                    stop = start + size
                    origin_realm = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                while head == b'\x00\x00\x01\x01@\x00':
                    stop = start + size
                    one_host_ip_address = decode_address(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    host_ip_address.append(one_host_ip_address)
                    if start > last:
                        break
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\n@\x00':
                    if vendor_id is not None:
                        raise too_many(1)
                    if size != 12:
                        raise no_word()
                    vendor_id = word
                    start += 12
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\r\x00\x00':
                    if product_name is not None:
                        raise too_many(1)
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    product_name = octets[start + 8 : stop].decode()
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x16@\x00':
                    if origin_state_id is not None:
                        raise too_many(1)
                    if size != 12:
                        raise no_word()
                    origin_state_id = word
                    start += 12
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                while head == b'\x00\x00\x01\t@\x00':
                    if size != 12:
                        raise no_word()
                    one_supported_vendor_id = word
                    start += 12
                    supported_vendor_id.append(one_supported_vendor_id)
                    if start > last:
                        break
                    head, size, word = head_at(octets, start)
                while head == b'\x00\x00\x01\x02@\x00':
                    if size != 12:
                        raise no_word()
                    one_auth_application_id = word
                    start += 12
                    auth_application_id.append(one_auth_application_id)
                    if start > last:
                        break
                    head, size, word = head_at(octets, start)
                while head == b'\x00\x00\x01+@\x00':
                    if size != 12:
                        raise no_word()
                    one_inband_security_id = word
                    start += 12
                    inband_security_id.append(one_inband_security_id)
                    if start > last:
                        break
                    head, size, word = head_at(octets, start)
                while head == b'\x00\x00\x01\x03@\x00':
                    if size != 12:
                        raise no_word()
                    one_acct_application_id = word
                    start += 12
                    acct_application_id.append(one_acct_application_id)
                    if start > last:
                        break
                    head, size, word = head_at(octets, start)
                while head == b'\x00\x00\x01\x04@\x00':
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    one_vendor_specific_application_id = VendorSpecificApplicationId.decode(octets, start + 8, stop)
                    start = stop + 3 & ~3
                    vendor_specific_application_id.append(one_vendor_specific_application_id)
                    if start > last:
                        break
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x0b\x00\x00':
                    if firmware_revision is not None:
                        raise too_many(1)
                    if size != 12:
                        raise no_word()
                    firmware_revision = word
                    start += 12
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if start == at:
                    head = cls.MEMBERS.variants.get(head, b'')
                    if not head:
                        head, size, word, start = cls.MEMBERS.unusual(
                            octets, start, end, others
                        )
                elif start <= last:
                    at = start  # whose header is read already
            if start > end:
                check_lengths(octets, first, end)
        except BROKEN as error:
            raise located(error, "CER", octets, start, end, at) from None
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
        order = keys_at(octets, first, end) if others else ()
        return cls(origin_host, origin_realm, vendor_id, product_name, host_ip_address, origin_state_id, supported_vendor_id, auth_application_id, inband_security_id, acct_application_id, vendor_specific_application_id, firmware_revision, others, order)


class CEA(AvpBody):
    """The command CEA."""

    COMMAND: ClassVar[int] = 257
    APPLICATION: ClassVar[int] = 0
    FLAGS: ClassVar[int] = 0x00
    MEMBERS: ClassVar[Members] = Members(
        'Result-Code', 'Origin-Host', 'Origin-Realm', 'Host-IP-Address', 'Vendor-Id', 'Product-Name', 'Origin-State-Id', 'Error-Message', 'Failed-AVP', 'Supported-Vendor-Id', 'Auth-Application-Id', 'Inband-Security-Id', 'Acct-Application-Id', 'Vendor-Specific-Application-Id', 'Firmware-Revision',
        closed=False, strict=False,
    )
    SECRET: ClassVar[frozenset[str]] = frozenset(['failed_avp'])

    result_code: int
    origin_host: str
    origin_realm: str
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
    order: tuple[int, ...] = ()

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        try:
            out += (
                encode_unsigned32_avp(b'\x00\x00\x01\x0c@\x00\x00\x0c', self.result_code),
                encode_identity_avp(0x10840000008, self.origin_host),
                encode_identity_avp(0x12840000008, self.origin_realm),
            )
            for host_ip_address in self.host_ip_address:
                out.append(encode_avp(0x10140000008, encode_address(host_ip_address)))
            out += (
                encode_unsigned32_avp(b'\x00\x00\x01\n@\x00\x00\x0c', self.vendor_id) if self.vendor_id is not None else b"",
                encode_avp(0x10d00000008, self.product_name.encode()) if self.product_name is not None else b"",
                encode_unsigned32_avp(b'\x00\x00\x01\x16@\x00\x00\x0c', self.origin_state_id) if self.origin_state_id is not None else b"",
                encode_avp(0x11900000008, self.error_message.encode()) if self.error_message is not None else b"",
                encode_avp(0x11740000008, self.failed_avp) if self.failed_avp is not None else b"",
            )
            for supported_vendor_id in self.supported_vendor_id:
                out.append(encode_unsigned32_avp(b'\x00\x00\x01\t@\x00\x00\x0c', supported_vendor_id))
            for auth_application_id in self.auth_application_id:
                out.append(encode_unsigned32_avp(b'\x00\x00\x01\x02@\x00\x00\x0c', auth_application_id))
            for inband_security_id in self.inband_security_id:
                out.append(encode_unsigned32_avp(b'\x00\x00\x01+@\x00\x00\x0c', inband_security_id))
            for acct_application_id in self.acct_application_id:
                out.append(encode_unsigned32_avp(b'\x00\x00\x01\x03@\x00\x00\x0c', acct_application_id))
            for vendor_specific_application_id in self.vendor_specific_application_id:
                out.append(encode_avp(0x10440000008, vendor_specific_application_id.encode()))
            out += (
                encode_unsigned32_avp(b'\x00\x00\x01\x0b\x00\x00\x00\x0c', self.firmware_revision) if self.firmware_revision is not None else b"",
            )
            for other in self.others:
                out.append(other.encode())
        except UNWRITABLE as error:
            raise unwritten(error, self, "CEA", ('Result-Code', 'Origin-Host', 'Origin-Realm')) from None
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
        first, last, at = start, end - 12, -8
        try:
            while start < end:
                if start - at > 4:
                    at = start
                    if start > last:
                        head, size, word = short_head(octets, start, end)
                    else:
                        head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x0c@\x00':
                    if result_code is not None:
                        raise too_many(1)
                    if size != 12:
                        raise no_word()
                    result_code = word
                    start += 12
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x08@\x00':
                    if origin_host is not None:
                        raise too_many(1)
                    stop = start + size
                    origin_host = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01(@\x00':
                    if origin_realm is not None:
                        raise too_many(1)
                    stop = start + size
                    origin_realm = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                while head == b'\x00\x00\x01\x01@\x00':
                    stop = start + size
                    one_host_ip_address = decode_address(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    host_ip_address.append(one_host_ip_address)
                    if start > last:
                        break
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\n@\x00':
                    if vendor_id is not None:
                        raise too_many(1)
                    if size != 12:
                        raise no_word()
                    vendor_id = word
                    start += 12
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\r\x00\x00':
                    if product_name is not None:
                        raise too_many(1)
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    product_name = octets[start + 8 : stop].decode()
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x16@\x00':
                    if origin_state_id is not None:
                        raise too_many(1)
                    if size != 12:
                        raise no_word()
                    origin_state_id = word
                    start += 12
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x19\x00\x00':
                    if error_message is not None:
                        raise too_many(1)
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    error_message = octets[start + 8 : stop].decode()
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x17@\x00':
                    if failed_avp is not None:
                        raise too_many(1)
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    failed_avp = octets[start + 8 : stop]
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                while head == b'\x00\x00\x01\t@\x00':
                    if size != 12:
                        raise no_word()
                    one_supported_vendor_id = word
                    start += 12
                    supported_vendor_id.append(one_supported_vendor_id)
                    if start > last:
                        break
                    head, size, word = head_at(octets, start)
                while head == b'\x00\x00\x01\x02@\x00':
                    if size != 12:
                        raise no_word()
                    one_auth_application_id = word
                    start += 12
                    auth_application_id.append(one_auth_application_id)
                    if start > last:
                        break
                    head, size, word = head_at(octets, start)
                while head == b'\x00\x00\x01+@\x00':
                    if size != 12:
                        raise no_word()
                    one_inband_security_id = word
                    start += 12
                    inband_security_id.append(one_inband_security_id)
                    if start > last:
                        break
                    head, size, word = head_at(octets, start)
                while head == b'\x00\x00\x01\x03@\x00':
                    if size != 12:
                        raise no_word()
                    one_acct_application_id = word
                    start += 12
                    acct_application_id.append(one_acct_application_id)
                    if start > last:
                        break
                    head, size, word = head_at(octets, start)
                while head == b'\x00\x00\x01\x04@\x00':
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    one_vendor_specific_application_id = VendorSpecificApplicationId.decode(octets, start + 8, stop)
                    start = stop + 3 & ~3
                    vendor_specific_application_id.append(one_vendor_specific_application_id)
                    if start > last:
                        break
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x0b\x00\x00':
                    if firmware_revision is not None:
                        raise too_many(1)
                    if size != 12:
                        raise no_word()
                    firmware_revision = word
                    start += 12
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if start == at:
                    head = cls.MEMBERS.variants.get(head, b'')
                    if not head:
                        head, size, word, start = cls.MEMBERS.unusual(
                            octets, start, end, others
                        )
                elif start <= last:
                    at = start  # whose header is read already
            if start > end:
                check_lengths(octets, first, end)
        except BROKEN as error:
            raise located(error, "CEA", octets, start, end, at) from None
        if result_code is None:
            raise missing("CEA", "Result-Code")
        if origin_host is None:
            raise missing("CEA", "Origin-Host")
        if origin_realm is None:
            raise missing("CEA", "Origin-Realm")
        order = keys_at(octets, first, end) if others else ()
        return cls(result_code, origin_host, origin_realm, host_ip_address, vendor_id, product_name, origin_state_id, error_message, failed_avp, supported_vendor_id, auth_application_id, inband_security_id, acct_application_id, vendor_specific_application_id, firmware_revision, others, order)


class DPR(AvpBody):
    """The command DPR."""

    COMMAND: ClassVar[int] = 282
    APPLICATION: ClassVar[int] = 0
    FLAGS: ClassVar[int] = 0x80
    MEMBERS: ClassVar[Members] = Members(
        'Origin-Host', 'Origin-Realm', 'Disconnect-Cause',
        closed=False, strict=True,
    )

    origin_host: str
    origin_realm: str
    disconnect_cause: int
    others: list[Avp] = []
    order: tuple[int, ...] = ()

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        try:
            out += (
                encode_identity_avp(0x10840000008, self.origin_host),
                encode_identity_avp(0x12840000008, self.origin_realm),
                encode_integer32_avp(b'\x00\x00\x01\x11@\x00\x00\x0c', self.disconnect_cause, 0, 2),
            )
            for other in self.others:
                out.append(other.encode())
        except UNWRITABLE as error:
            raise unwritten(error, self, "DPR", ('Origin-Host', 'Origin-Realm', 'Disconnect-Cause')) from None
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
        first, last, at = start, end - 12, -8
        try:
            while start < end:
                if start - at > 4:
                    at = start
                    if start > last:
                        head, size, word = short_head(octets, start, end)
                    else:
                        head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x08@\x00':
                    if origin_host is not None:
                        raise too_many(1)
                    stop = start + size
                    origin_host = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01(@\x00':
                    if origin_realm is not None:
                        raise too_many(1)
                    stop = start + size
                    origin_realm = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x11@\x00':
                    if disconnect_cause is not None:
                        raise too_many(1)
                    if size != 12:
                        raise no_word()
                    disconnect_cause = word
                    if not 0 <= disconnect_cause <= 2:
                        raise out_of_range(signed(disconnect_cause), 0, 2)
                    start += 12
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if start == at:
                    head = cls.MEMBERS.variants.get(head, b'')
                    if not head:
                        head, size, word, start = cls.MEMBERS.unusual(
                            octets, start, end, others
                        )
                elif start <= last:
                    at = start  # whose header is read already
            if start > end:
                check_lengths(octets, first, end)
        except BROKEN as error:
            raise located(error, "DPR", octets, start, end, at) from None
        if origin_host is None:
            raise missing("DPR", "Origin-Host")
        if origin_realm is None:
            raise missing("DPR", "Origin-Realm")
        if disconnect_cause is None:
            raise missing("DPR", "Disconnect-Cause")
        order = keys_at(octets, first, end) if others else ()
        return cls(origin_host, origin_realm, disconnect_cause, others, order)


class DPA(AvpBody):
    """The command DPA."""

    COMMAND: ClassVar[int] = 282
    APPLICATION: ClassVar[int] = 0
    FLAGS: ClassVar[int] = 0x00
    MEMBERS: ClassVar[Members] = Members(
        'Result-Code', 'Origin-Host', 'Origin-Realm', 'Error-Message', 'Failed-AVP',
        closed=False, strict=False,
    )
    SECRET: ClassVar[frozenset[str]] = frozenset(['failed_avp'])

    result_code: int
    origin_host: str
    origin_realm: str
    error_message: str | None = None
    failed_avp: bytes | None = None
    others: list[Avp] = []
    order: tuple[int, ...] = ()

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        try:
            out += (
                encode_unsigned32_avp(b'\x00\x00\x01\x0c@\x00\x00\x0c', self.result_code),
                encode_identity_avp(0x10840000008, self.origin_host),
                encode_identity_avp(0x12840000008, self.origin_realm),
                encode_avp(0x11900000008, self.error_message.encode()) if self.error_message is not None else b"",
                encode_avp(0x11740000008, self.failed_avp) if self.failed_avp is not None else b"",
            )
            for other in self.others:
                out.append(other.encode())
        except UNWRITABLE as error:
            raise unwritten(error, self, "DPA", ('Result-Code', 'Origin-Host', 'Origin-Realm')) from None
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
        first, last, at = start, end - 12, -8
        try:
            while start < end:
                if start - at > 4:
                    at = start
                    if start > last:
                        head, size, word = short_head(octets, start, end)
                    else:
                        head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x0c@\x00':
                    if result_code is not None:
                        raise too_many(1)
                    if size != 12:
                        raise no_word()
                    result_code = word
                    start += 12
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x08@\x00':
                    if origin_host is not None:
                        raise too_many(1)
                    stop = start + size
                    origin_host = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01(@\x00':
                    if origin_realm is not None:
                        raise too_many(1)
                    stop = start + size
                    origin_realm = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x19\x00\x00':
                    if error_message is not None:
                        raise too_many(1)
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    error_message = octets[start + 8 : stop].decode()
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x17@\x00':
                    if failed_avp is not None:
                        raise too_many(1)
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    failed_avp = octets[start + 8 : stop]
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if start == at:
                    head = cls.MEMBERS.variants.get(head, b'')
                    if not head:
                        head, size, word, start = cls.MEMBERS.unusual(
                            octets, start, end, others
                        )
                elif start <= last:
                    at = start  # whose header is read already
            if start > end:
                check_lengths(octets, first, end)
        except BROKEN as error:
            raise located(error, "DPA", octets, start, end, at) from None
        if result_code is None:
            raise missing("DPA", "Result-Code")
        if origin_host is None:
            raise missing("DPA", "Origin-Host")
        if origin_realm is None:
            raise missing("DPA", "Origin-Realm")
        order = keys_at(octets, first, end) if others else ()
        return cls(result_code, origin_host, origin_realm, error_message, failed_avp, others, order)


class DWR(AvpBody):
    """The command DWR."""

    COMMAND: ClassVar[int] = 280
    APPLICATION: ClassVar[int] = 0
    FLAGS: ClassVar[int] = 0x80
    MEMBERS: ClassVar[Members] = Members(
        'Origin-Host', 'Origin-Realm', 'Origin-State-Id',
        closed=False, strict=True,
    )

    origin_host: str
    origin_realm: str
    origin_state_id: int | None = None
    others: list[Avp] = []
    order: tuple[int, ...] = ()

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        try:
            out += (
                encode_identity_avp(0x10840000008, self.origin_host),
                encode_identity_avp(0x12840000008, self.origin_realm),
                encode_unsigned32_avp(b'\x00\x00\x01\x16@\x00\x00\x0c', self.origin_state_id) if self.origin_state_id is not None else b"",
            )
            for other in self.others:
                out.append(other.encode())
        except UNWRITABLE as error:
            raise unwritten(error, self, "DWR", ('Origin-Host', 'Origin-Realm')) from None
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
        first, last, at = start, end - 12, -8
        try:
            while start < end:
                if start - at > 4:
                    at = start
                    if start > last:
                        head, size, word = short_head(octets, start, end)
                    else:
                        head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x08@\x00':
                    if origin_host is not None:
                        raise too_many(1)
                    stop = start + size
                    origin_host = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01(@\x00':
                    if origin_realm is not None:
                        raise too_many(1)
                    stop = start + size
                    origin_realm = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x16@\x00':
                    if origin_state_id is not None:
                        raise too_many(1)
                    if size != 12:
                        raise no_word()
                    origin_state_id = word
                    start += 12
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if start == at:
                    head = cls.MEMBERS.variants.get(head, b'')
                    if not head:
                        head, size, word, start = cls.MEMBERS.unusual(
                            octets, start, end, others
                        )
                elif start <= last:
                    at = start  # whose header is read already
            if start > end:
                check_lengths(octets, first, end)
        except BROKEN as error:
            raise located(error, "DWR", octets, start, end, at) from None
        if origin_host is None:
            raise missing("DWR", "Origin-Host")
        if origin_realm is None:
            raise missing("DWR", "Origin-Realm")
        order = keys_at(octets, first, end) if others else ()
        return cls(origin_host, origin_realm, origin_state_id, others, order)


class DWA(AvpBody):
    """The command DWA."""

    COMMAND: ClassVar[int] = 280
    APPLICATION: ClassVar[int] = 0
    FLAGS: ClassVar[int] = 0x00
    MEMBERS: ClassVar[Members] = Members(
        'Result-Code', 'Origin-Host', 'Origin-Realm', 'Error-Message', 'Failed-AVP', 'Origin-State-Id',
        closed=False, strict=False,
    )
    SECRET: ClassVar[frozenset[str]] = frozenset(['failed_avp'])

    result_code: int
    origin_host: str
    origin_realm: str
    error_message: str | None = None
    failed_avp: bytes | None = None
    origin_state_id: int | None = None
    others: list[Avp] = []
    order: tuple[int, ...] = ()

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        try:
            out += (
                encode_unsigned32_avp(b'\x00\x00\x01\x0c@\x00\x00\x0c', self.result_code),
                encode_identity_avp(0x10840000008, self.origin_host),
                encode_identity_avp(0x12840000008, self.origin_realm),
                encode_avp(0x11900000008, self.error_message.encode()) if self.error_message is not None else b"",
                encode_avp(0x11740000008, self.failed_avp) if self.failed_avp is not None else b"",
                encode_unsigned32_avp(b'\x00\x00\x01\x16@\x00\x00\x0c', self.origin_state_id) if self.origin_state_id is not None else b"",
            )
            for other in self.others:
                out.append(other.encode())
        except UNWRITABLE as error:
            raise unwritten(error, self, "DWA", ('Result-Code', 'Origin-Host', 'Origin-Realm')) from None
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
        first, last, at = start, end - 12, -8
        try:
            while start < end:
                if start - at > 4:
                    at = start
                    if start > last:
                        head, size, word = short_head(octets, start, end)
                    else:
                        head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x0c@\x00':
                    if result_code is not None:
                        raise too_many(1)
                    if size != 12:
                        raise no_word()
                    result_code = word
                    start += 12
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x08@\x00':
                    if origin_host is not None:
                        raise too_many(1)
                    stop = start + size
                    origin_host = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01(@\x00':
                    if origin_realm is not None:
                        raise too_many(1)
                    stop = start + size
                    origin_realm = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x19\x00\x00':
                    if error_message is not None:
                        raise too_many(1)
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    error_message = octets[start + 8 : stop].decode()
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x17@\x00':
                    if failed_avp is not None:
                        raise too_many(1)
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    failed_avp = octets[start + 8 : stop]
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x16@\x00':
                    if origin_state_id is not None:
                        raise too_many(1)
                    if size != 12:
                        raise no_word()
                    origin_state_id = word
                    start += 12
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if start == at:
                    head = cls.MEMBERS.variants.get(head, b'')
                    if not head:
                        head, size, word, start = cls.MEMBERS.unusual(
                            octets, start, end, others
                        )
                elif start <= last:
                    at = start  # whose header is read already
            if start > end:
                check_lengths(octets, first, end)
        except BROKEN as error:
            raise located(error, "DWA", octets, start, end, at) from None
        if result_code is None:
            raise missing("DWA", "Result-Code")
        if origin_host is None:
            raise missing("DWA", "Origin-Host")
        if origin_realm is None:
            raise missing("DWA", "Origin-Realm")
        order = keys_at(octets, first, end) if others else ()
        return cls(result_code, origin_host, origin_realm, error_message, failed_avp, origin_state_id, others, order)


class ANSWER(AvpBody):
    """The command ANSWER."""

    COMMAND: ClassVar[int] = 0
    APPLICATION: ClassVar[int] = 0
    FLAGS: ClassVar[int] = 0x00
    MEMBERS: ClassVar[Members] = Members(
        'Session-Id', 'Origin-Host', 'Origin-Realm', 'Result-Code', 'Origin-State-Id', 'Error-Message', 'Error-Reporting-Host', 'Failed-AVP', 'Experimental-Result', 'Redirect-Host', 'Redirect-Host-Usage', 'Redirect-Max-Cache-Time', 'Proxy-Info',
        closed=False, strict=False,
    )
    SECRET: ClassVar[frozenset[str]] = frozenset(['failed_avp'])

    origin_host: str
    origin_realm: str
    result_code: int
    session_id: str | None = None
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
    order: tuple[int, ...] = ()

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        try:
            out += (
                encode_avp(0x10740000008, self.session_id.encode()) if self.session_id is not None else b"",
                encode_identity_avp(0x10840000008, self.origin_host),
                encode_identity_avp(0x12840000008, self.origin_realm),
                encode_unsigned32_avp(b'\x00\x00\x01\x0c@\x00\x00\x0c', self.result_code),
                encode_unsigned32_avp(b'\x00\x00\x01\x16@\x00\x00\x0c', self.origin_state_id) if self.origin_state_id is not None else b"",
                encode_avp(0x11900000008, self.error_message.encode()) if self.error_message is not None else b"",
                encode_identity_avp(0x12600000008, self.error_reporting_host) if self.error_reporting_host is not None else b"",
                encode_avp(0x11740000008, self.failed_avp) if self.failed_avp is not None else b"",
                encode_avp(0x12940000008, self.experimental_result.encode()) if self.experimental_result is not None else b"",
            )
            for redirect_host in self.redirect_host:
                out.append(encode_avp(0x12440000008, redirect_host.encode()))
            out += (
                encode_integer32_avp(b'\x00\x00\x01\x05@\x00\x00\x0c', self.redirect_host_usage, 0, 6) if self.redirect_host_usage is not None else b"",
                encode_unsigned32_avp(b'\x00\x00\x01\x06@\x00\x00\x0c', self.redirect_max_cache_time) if self.redirect_max_cache_time is not None else b"",
            )
            for proxy_info in self.proxy_info:
                out.append(encode_avp(0x11c40000008, proxy_info))
            for other in self.others:
                out.append(other.encode())
        except UNWRITABLE as error:
            raise unwritten(error, self, "ANSWER", ('Origin-Host', 'Origin-Realm', 'Result-Code')) from None
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
        first, last, at = start, end - 12, -8
        try:
            while start < end:
                if start - at > 4:
                    at = start
                    if start > last:
                        head, size, word = short_head(octets, start, end)
                    else:
                        head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x07@\x00':
                    if session_id is not None:
                        raise too_many(1)
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    session_id = octets[start + 8 : stop].decode()
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x08@\x00':
                    if origin_host is not None:
                        raise too_many(1)
                    stop = start + size
                    origin_host = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01(@\x00':
                    if origin_realm is not None:
                        raise too_many(1)
                    stop = start + size
                    origin_realm = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x0c@\x00':
                    if result_code is not None:
                        raise too_many(1)
                    if size != 12:
                        raise no_word()
                    result_code = word
                    start += 12
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x16@\x00':
                    if origin_state_id is not None:
                        raise too_many(1)
                    if size != 12:
                        raise no_word()
                    origin_state_id = word
                    start += 12
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x19\x00\x00':
                    if error_message is not None:
                        raise too_many(1)
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    error_message = octets[start + 8 : stop].decode()
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01&\x00\x00':
                    if error_reporting_host is not None:
                        raise too_many(1)
                    stop = start + size
                    error_reporting_host = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x17@\x00':
                    if failed_avp is not None:
                        raise too_many(1)
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    failed_avp = octets[start + 8 : stop]
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01)@\x00':
                    if experimental_result is not None:
                        raise too_many(1)
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    experimental_result = ExperimentalResult.decode(octets, start + 8, stop)
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                while head == b'\x00\x00\x01$@\x00':
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    one_redirect_host = octets[start + 8 : stop].decode()
                    start = stop + 3 & ~3
                    redirect_host.append(one_redirect_host)
                    if start > last:
                        break
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x05@\x00':
                    if redirect_host_usage is not None:
                        raise too_many(1)
                    if size != 12:
                        raise no_word()
                    redirect_host_usage = word
                    if not 0 <= redirect_host_usage <= 6:
                        raise out_of_range(signed(redirect_host_usage), 0, 6)
                    start += 12
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x06@\x00':
                    if redirect_max_cache_time is not None:
                        raise too_many(1)
                    if size != 12:
                        raise no_word()
                    redirect_max_cache_time = word
                    start += 12
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                while head == b'\x00\x00\x01\x1c@\x00':
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    one_proxy_info = octets[start + 8 : stop]
                    start = stop + 3 & ~3
                    proxy_info.append(one_proxy_info)
                    if start > last:
                        break
                    head, size, word = head_at(octets, start)
                if start == at:
                    head = cls.MEMBERS.variants.get(head, b'')
                    if not head:
                        head, size, word, start = cls.MEMBERS.unusual(
                            octets, start, end, others
                        )
                elif start <= last:
                    at = start  # whose header is read already
            if start > end:
                check_lengths(octets, first, end)
        except BROKEN as error:
            raise located(error, "ANSWER", octets, start, end, at) from None
        if origin_host is None:
            raise missing("ANSWER", "Origin-Host")
        if origin_realm is None:
            raise missing("ANSWER", "Origin-Realm")
        if result_code is None:
            raise missing("ANSWER", "Result-Code")
        order = keys_at(octets, first, end) if others else ()
        return cls(origin_host, origin_realm, result_code, session_id, origin_state_id, error_message, error_reporting_host, failed_avp, experimental_result, redirect_host, redirect_host_usage, redirect_max_cache_time, proxy_info, others, order)


class MTCKeyInfo(AvpBody):
    """The Grouped AVP MTC-Key-Info."""

    MEMBERS: ClassVar[Members] = Members(
        'MTC-Key-Material', 'MTC-Server-Id', 'Key-ExpiryTime', 'MTC-Key-Strength',
        closed=False, strict=False,
    )
    SECRET: ClassVar[frozenset[str]] = frozenset(['mtc_key_material'])

    mtc_key_material: bytes
    mtc_server_id: str
    key_expirytime: int
    mtc_key_strength: int | None = None
    others: list[Avp] = []
    order: tuple[int, ...] = ()

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        try:
            out += (
                encode_fixed(b'\x00\x00\x00\x06\xc0\x00\x00,\x00\x00~\xd9', self.mtc_key_material, 32),
                encode_vendor_avp(0x5c000000c, b'\x00\x00~\xd9', self.mtc_server_id.encode()),
                encode_time_avp(b'\x00\x00\x01\x94\x80\x00\x00\x10\x00\x00(\xaf', self.key_expirytime),
                encode_unsigned32_avp(b'\x00\x00\x00\x07\x80\x00\x00\x10\x00\x00~\xd9', self.mtc_key_strength) if self.mtc_key_strength is not None else b"",
            )
            for other in self.others:
                out.append(other.encode())
        except UNWRITABLE as error:
            raise unwritten(error, self, "MTC-Key-Info", ('MTC-Key-Material', 'MTC-Server-Id', 'Key-ExpiryTime')) from None
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
        first, last, at = start, end - 12, -8
        try:
            while start < end:
                if start - at > 4:
                    at = start
                    if start > last:
                        head, size, word = short_head(octets, start, end)
                    else:
                        head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x00\x06\xc0\x00' and word == 32473:
                    if mtc_key_material is not None:
                        raise too_many(1)
                    if size != 44:
                        raise wrong_size(size - 12, 32, 32)
                    stop = start + size
                    mtc_key_material = octets[start + 12 : stop]
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x00\x05\xc0\x00' and word == 32473:
                    if mtc_server_id is not None:
                        raise too_many(1)
                    if size < 12:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    mtc_server_id = octets[start + 12 : stop].decode()
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x94\x80\x00' and word == 10415:
                    if key_expirytime is not None:
                        raise too_many(1)
                    if size != 16:
                        raise no_word()
                    (key_expirytime,) = unsigned32_at(octets, start + 12)
                    key_expirytime = decode_time(key_expirytime)
                    start += 16
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x00\x07\x80\x00' and word == 32473:
                    if mtc_key_strength is not None:
                        raise too_many(1)
                    if size != 16:
                        raise no_word()
                    (mtc_key_strength,) = unsigned32_at(octets, start + 12)
                    start += 16
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if start == at:
                    head = cls.MEMBERS.variants.get(head, b'')
                    if not head:
                        head, size, word, start = cls.MEMBERS.unusual(
                            octets, start, end, others
                        )
                elif start <= last:
                    at = start  # whose header is read already
            if start > end:
                check_lengths(octets, first, end)
        except BROKEN as error:
            raise located(error, "MTC-Key-Info", octets, start, end, at) from None
        if mtc_key_material is None:
            raise missing("MTC-Key-Info", "MTC-Key-Material")
        if mtc_server_id is None:
            raise missing("MTC-Key-Info", "MTC-Server-Id")
        if key_expirytime is None:
            raise missing("MTC-Key-Info", "Key-ExpiryTime")
        order = keys_at(octets, first, end) if others else ()
        return cls(mtc_key_material, mtc_server_id, key_expirytime, mtc_key_strength, others, order)


class MKR(AvpBody):
    """The command MKR."""

    COMMAND: ClassVar[int] = 16777214
    APPLICATION: ClassVar[int] = 16781313
    FLAGS: ClassVar[int] = 0xc0
    MEMBERS: ClassVar[Members] = Members(
        'Session-Id', 'Vendor-Specific-Application-Id', 'Auth-Session-State', 'Origin-Host', 'Origin-Realm', 'Destination-Realm', 'Destination-Host', 'User-Name', 'MTC-Key-Profile', 'MTC-Device-RAND', 'MTC-Encrypted-RES', 'MTC-Server-Id', 'Requested-Key-Lifetime', 'Proxy-Info', 'Route-Record',
        closed=False, strict=True,
    )

    session_id: str
    auth_session_state: int
    origin_host: str
    origin_realm: str
    destination_realm: str
    user_name: str
    mtc_key_profile: int
    mtc_device_rand: bytes
    mtc_encrypted_res: bytes
    vendor_specific_application_id: VendorSpecificApplicationId | None = None
    destination_host: str | None = None
    mtc_server_id: str | None = None
    requested_key_lifetime: int | None = None
    proxy_info: list[bytes] = []
    route_record: list[str] = []
    others: list[Avp] = []
    order: tuple[int, ...] = ()

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        try:
            out += (
                encode_avp(0x10740000008, self.session_id.encode()),
                encode_avp(0x10440000008, self.vendor_specific_application_id.encode()) if self.vendor_specific_application_id is not None else b"",
                encode_integer32_avp(b'\x00\x00\x01\x15@\x00\x00\x0c', self.auth_session_state, 0, 1),
                encode_identity_avp(0x10840000008, self.origin_host),
                encode_identity_avp(0x12840000008, self.origin_realm),
                encode_identity_avp(0x11b40000008, self.destination_realm),
                encode_identity_avp(0x12540000008, self.destination_host) if self.destination_host is not None else b"",
                encode_avp(0x140000008, self.user_name.encode()),
                encode_unsigned32_avp(b'\x00\x00\x00\x02\xc0\x00\x00\x10\x00\x00~\xd9', self.mtc_key_profile, 0, 255),
                encode_fixed(b'\x00\x00\x00\x03\xc0\x00\x00\x1c\x00\x00~\xd9', self.mtc_device_rand, 16),
                encode_vendor_avp(0x4c000000c, b'\x00\x00~\xd9', self.mtc_encrypted_res),
                encode_vendor_avp(0x5c000000c, b'\x00\x00~\xd9', self.mtc_server_id.encode()) if self.mtc_server_id is not None else b"",
                encode_time_avp(b'\x00\x00\x01\x9f\x80\x00\x00\x10\x00\x00(\xaf', self.requested_key_lifetime) if self.requested_key_lifetime is not None else b"",
            )
            for proxy_info in self.proxy_info:
                out.append(encode_avp(0x11c40000008, proxy_info))
            for route_record in self.route_record:
                out.append(encode_identity_avp(0x11a40000008, route_record))
            for other in self.others:
                out.append(other.encode())
        except UNWRITABLE as error:
            raise unwritten(error, self, "MKR", ('Session-Id', 'Auth-Session-State', 'Origin-Host', 'Origin-Realm', 'Destination-Realm', 'User-Name', 'MTC-Key-Profile', 'MTC-Device-RAND', 'MTC-Encrypted-RES')) from None
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
        first, last, at = start, end - 12, -8
        try:
            while start < end:
                if start - at > 4:
                    at = start
                    if start > last:
                        head, size, word = short_head(octets, start, end)
                    else:
                        head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x07@\x00':
                    if session_id is not None:
                        raise too_many(1)
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    session_id = octets[start + 8 : stop].decode()
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x04@\x00':
                    if vendor_specific_application_id is not None:
                        raise too_many(1)
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    vendor_specific_application_id = VendorSpecificApplicationId.decode(octets, start + 8, stop)
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x15@\x00':
                    if auth_session_state is not None:
                        raise too_many(1)
                    if size != 12:
                        raise no_word()
                    auth_session_state = word
                    if not 0 <= auth_session_state <= 1:
                        raise out_of_range(signed(auth_session_state), 0, 1)
                    start += 12
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x08@\x00':
                    if origin_host is not None:
                        raise too_many(1)
                    stop = start + size
                    origin_host = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01(@\x00':
                    if origin_realm is not None:
                        raise too_many(1)
                    stop = start + size
                    origin_realm = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x1b@\x00':
                    if destination_realm is not None:
                        raise too_many(1)
                    stop = start + size
                    destination_realm = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01%@\x00':
                    if destination_host is not None:
                        raise too_many(1)
                    stop = start + size
                    destination_host = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x00\x01@\x00':
                    if user_name is not None:
                        raise too_many(1)
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    user_name = octets[start + 8 : stop].decode()
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x00\x02\xc0\x00' and word == 32473:
                    if mtc_key_profile is not None:
                        raise too_many(1)
                    if size != 16:
                        raise no_word()
                    (mtc_key_profile,) = unsigned32_at(octets, start + 12)
                    if not 0 <= mtc_key_profile <= 255:
                        raise out_of_range(mtc_key_profile, 0, 255)
                    start += 16
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x00\x03\xc0\x00' and word == 32473:
                    if mtc_device_rand is not None:
                        raise too_many(1)
                    if size != 28:
                        raise wrong_size(size - 12, 16, 16)
                    stop = start + size
                    mtc_device_rand = octets[start + 12 : stop]
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x00\x04\xc0\x00' and word == 32473:
                    if mtc_encrypted_res is not None:
                        raise too_many(1)
                    if size < 12:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    mtc_encrypted_res = octets[start + 12 : stop]
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x00\x05\xc0\x00' and word == 32473:
                    if mtc_server_id is not None:
                        raise too_many(1)
                    if size < 12:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    mtc_server_id = octets[start + 12 : stop].decode()
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x9f\x80\x00' and word == 10415:
                    if requested_key_lifetime is not None:
                        raise too_many(1)
                    if size != 16:
                        raise no_word()
                    (requested_key_lifetime,) = unsigned32_at(octets, start + 12)
                    requested_key_lifetime = decode_time(requested_key_lifetime)
                    start += 16
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                while head == b'\x00\x00\x01\x1c@\x00':
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    one_proxy_info = octets[start + 8 : stop]
                    start = stop + 3 & ~3
                    proxy_info.append(one_proxy_info)
                    if start > last:
                        break
                    head, size, word = head_at(octets, start)
                while head == b'\x00\x00\x01\x1a@\x00':
                    stop = start + size
                    one_route_record = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    route_record.append(one_route_record)
                    if start > last:
                        break
                    head, size, word = head_at(octets, start)
                if start == at:
                    head = cls.MEMBERS.variants.get(head, b'')
                    if not head:
                        head, size, word, start = cls.MEMBERS.unusual(
                            octets, start, end, others
                        )
                elif start <= last:
                    at = start  # whose header is read already
            if start > end:
                check_lengths(octets, first, end)
        except BROKEN as error:
            raise located(error, "MKR", octets, start, end, at) from None
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
        order = keys_at(octets, first, end) if others else ()
        return cls(session_id, auth_session_state, origin_host, origin_realm, destination_realm, user_name, mtc_key_profile, mtc_device_rand, mtc_encrypted_res, vendor_specific_application_id, destination_host, mtc_server_id, requested_key_lifetime, proxy_info, route_record, others, order)


class MKA(AvpBody):
    """The command MKA."""

    COMMAND: ClassVar[int] = 16777214
    APPLICATION: ClassVar[int] = 16781313
    FLAGS: ClassVar[int] = 0x40
    MEMBERS: ClassVar[Members] = Members(
        'Session-Id', 'Vendor-Specific-Application-Id', 'Auth-Session-State', 'Origin-Host', 'Origin-Realm', 'Result-Code', 'Experimental-Result', 'MTC-Key-Info', 'Failed-AVP', 'Proxy-Info',
        closed=False, strict=False,
    )
    SECRET: ClassVar[frozenset[str]] = frozenset(['failed_avp'])

    session_id: str
    auth_session_state: int
    origin_host: str
    origin_realm: str
    vendor_specific_application_id: VendorSpecificApplicationId | None = None
    result_code: int | None = None
    experimental_result: ExperimentalResult | None = None
    mtc_key_info: MTCKeyInfo | None = None
    failed_avp: list[bytes] = []
    proxy_info: list[bytes] = []
    others: list[Avp] = []
    order: tuple[int, ...] = ()

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        try:
            out += (
                encode_avp(0x10740000008, self.session_id.encode()),
                encode_avp(0x10440000008, self.vendor_specific_application_id.encode()) if self.vendor_specific_application_id is not None else b"",
                encode_integer32_avp(b'\x00\x00\x01\x15@\x00\x00\x0c', self.auth_session_state, 0, 1),
                encode_identity_avp(0x10840000008, self.origin_host),
                encode_identity_avp(0x12840000008, self.origin_realm),
                encode_unsigned32_avp(b'\x00\x00\x01\x0c@\x00\x00\x0c', self.result_code) if self.result_code is not None else b"",
                encode_avp(0x12940000008, self.experimental_result.encode()) if self.experimental_result is not None else b"",
                encode_vendor_avp(0x1c000000c, b'\x00\x00~\xd9', self.mtc_key_info.encode()) if self.mtc_key_info is not None else b"",
            )
            for failed_avp in self.failed_avp:
                out.append(encode_avp(0x11740000008, failed_avp))
            for proxy_info in self.proxy_info:
                out.append(encode_avp(0x11c40000008, proxy_info))
            for other in self.others:
                out.append(other.encode())
        except UNWRITABLE as error:
            raise unwritten(error, self, "MKA", ('Session-Id', 'Auth-Session-State', 'Origin-Host', 'Origin-Realm')) from None
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
        first, last, at = start, end - 12, -8
        try:
            while start < end:
                if start - at > 4:
                    at = start
                    if start > last:
                        head, size, word = short_head(octets, start, end)
                    else:
                        head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x07@\x00':
                    if session_id is not None:
                        raise too_many(1)
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    session_id = octets[start + 8 : stop].decode()
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x04@\x00':
                    if vendor_specific_application_id is not None:
                        raise too_many(1)
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    vendor_specific_application_id = VendorSpecificApplicationId.decode(octets, start + 8, stop)
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x15@\x00':
                    if auth_session_state is not None:
                        raise too_many(1)
                    if size != 12:
                        raise no_word()
                    auth_session_state = word
                    if not 0 <= auth_session_state <= 1:
                        raise out_of_range(signed(auth_session_state), 0, 1)
                    start += 12
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x08@\x00':
                    if origin_host is not None:
                        raise too_many(1)
                    stop = start + size
                    origin_host = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01(@\x00':
                    if origin_realm is not None:
                        raise too_many(1)
                    stop = start + size
                    origin_realm = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x0c@\x00':
                    if result_code is not None:
                        raise too_many(1)
                    if size != 12:
                        raise no_word()
                    result_code = word
                    start += 12
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01)@\x00':
                    if experimental_result is not None:
                        raise too_many(1)
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    experimental_result = ExperimentalResult.decode(octets, start + 8, stop)
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x00\x01\xc0\x00' and word == 32473:
                    if mtc_key_info is not None:
                        raise too_many(1)
                    if size < 12:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    mtc_key_info = MTCKeyInfo.decode(octets, start + 12, stop)
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                while head == b'\x00\x00\x01\x17@\x00':
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    one_failed_avp = octets[start + 8 : stop]
                    start = stop + 3 & ~3
                    failed_avp.append(one_failed_avp)
                    if start > last:
                        break
                    head, size, word = head_at(octets, start)
                while head == b'\x00\x00\x01\x1c@\x00':
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    one_proxy_info = octets[start + 8 : stop]
                    start = stop + 3 & ~3
                    proxy_info.append(one_proxy_info)
                    if start > last:
                        break
                    head, size, word = head_at(octets, start)
                if start == at:
                    head = cls.MEMBERS.variants.get(head, b'')
                    if not head:
                        head, size, word, start = cls.MEMBERS.unusual(
                            octets, start, end, others
                        )
                elif start <= last:
                    at = start  # whose header is read already
            if start > end:
                check_lengths(octets, first, end)
        except BROKEN as error:
            raise located(error, "MKA", octets, start, end, at) from None
        if session_id is None:
            raise missing("MKA", "Session-Id")
        if auth_session_state is None:
            raise missing("MKA", "Auth-Session-State")
        if origin_host is None:
            raise missing("MKA", "Origin-Host")
        if origin_realm is None:
            raise missing("MKA", "Origin-Realm")
        order = keys_at(octets, first, end) if others else ()
        return cls(session_id, auth_session_state, origin_host, origin_realm, vendor_specific_application_id, result_code, experimental_result, mtc_key_info, failed_avp, proxy_info, others, order)


class SupportedFeatures(AvpBody):
    """The Grouped AVP Supported-Features."""

    MEMBERS: ClassVar[Members] = Members(
        'Vendor-Id', 'Feature-List-ID', 'Feature-List',
        closed=False, strict=False,
    )

    vendor_id: int
    feature_list_id: int
    feature_list: int
    others: list[Avp] = []
    order: tuple[int, ...] = ()

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        try:
            out += (
                encode_unsigned32_avp(b'\x00\x00\x01\n@\x00\x00\x0c', self.vendor_id),
                encode_unsigned32_avp(b'\x00\x00\x02u\xc0\x00\x00\x10\x00\x00(\xaf', self.feature_list_id),
                encode_unsigned32_avp(b'\x00\x00\x02v\xc0\x00\x00\x10\x00\x00(\xaf', self.feature_list),
            )
            for other in self.others:
                out.append(other.encode())
        except UNWRITABLE as error:
            raise unwritten(error, self, "Supported-Features", ('Vendor-Id', 'Feature-List-ID', 'Feature-List')) from None
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
        first, last, at = start, end - 12, -8
        try:
            while start < end:
                if start - at > 4:
                    at = start
                    if start > last:
                        head, size, word = short_head(octets, start, end)
                    else:
                        head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\n@\x00':
                    if vendor_id is not None:
                        raise too_many(1)
                    if size != 12:
                        raise no_word()
                    vendor_id = word
                    start += 12
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x02u\xc0\x00' and word == 10415:
                    if feature_list_id is not None:
                        raise too_many(1)
                    if size != 16:
                        raise no_word()
                    (feature_list_id,) = unsigned32_at(octets, start + 12)
                    start += 16
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x02v\xc0\x00' and word == 10415:
                    if feature_list is not None:
                        raise too_many(1)
                    if size != 16:
                        raise no_word()
                    (feature_list,) = unsigned32_at(octets, start + 12)
                    start += 16
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if start == at:
                    head = cls.MEMBERS.variants.get(head, b'')
                    if not head:
                        head, size, word, start = cls.MEMBERS.unusual(
                            octets, start, end, others
                        )
                elif start <= last:
                    at = start  # whose header is read already
            if start > end:
                check_lengths(octets, first, end)
        except BROKEN as error:
            raise located(error, "Supported-Features", octets, start, end, at) from None
        if vendor_id is None:
            raise missing("Supported-Features", "Vendor-Id")
        if feature_list_id is None:
            raise missing("Supported-Features", "Feature-List-ID")
        if feature_list is None:
            raise missing("Supported-Features", "Feature-List")
        order = keys_at(octets, first, end) if others else ()
        return cls(vendor_id, feature_list_id, feature_list, others, order)


class RequestedEUTRANAuthenticationInfo(AvpBody):
    """The Grouped AVP Requested-EUTRAN-Authentication-Info."""

    MEMBERS: ClassVar[Members] = Members(
        'Number-Of-Requested-Vectors', 'Immediate-Response-Preferred', 'Re-Synchronization-Info',
        closed=False, strict=False,
    )

    number_of_requested_vectors: int | None = None
    immediate_response_preferred: int | None = None
    re_synchronization_info: bytes | None = None
    others: list[Avp] = []
    order: tuple[int, ...] = ()

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        try:
            out += (
                encode_unsigned32_avp(b'\x00\x00\x05\x82\xc0\x00\x00\x10\x00\x00(\xaf', self.number_of_requested_vectors) if self.number_of_requested_vectors is not None else b"",
                encode_unsigned32_avp(b'\x00\x00\x05\x84\xc0\x00\x00\x10\x00\x00(\xaf', self.immediate_response_preferred) if self.immediate_response_preferred is not None else b"",
                encode_fixed(b'\x00\x00\x05\x83\xc0\x00\x00*\x00\x00(\xaf', self.re_synchronization_info, 30) if self.re_synchronization_info is not None else b"",
            )
            for other in self.others:
                out.append(other.encode())
        except UNWRITABLE as error:
            raise unwritten(error, self, "Requested-EUTRAN-Authentication-Info", ()) from None
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
        first, last, at = start, end - 12, -8
        try:
            while start < end:
                if start - at > 4:
                    at = start
                    if start > last:
                        head, size, word = short_head(octets, start, end)
                    else:
                        head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x05\x82\xc0\x00' and word == 10415:
                    if number_of_requested_vectors is not None:
                        raise too_many(1)
                    if size != 16:
                        raise no_word()
                    (number_of_requested_vectors,) = unsigned32_at(octets, start + 12)
                    start += 16
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x05\x84\xc0\x00' and word == 10415:
                    if immediate_response_preferred is not None:
                        raise too_many(1)
                    if size != 16:
                        raise no_word()
                    (immediate_response_preferred,) = unsigned32_at(octets, start + 12)
                    start += 16
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x05\x83\xc0\x00' and word == 10415:
                    if re_synchronization_info is not None:
                        raise too_many(1)
                    if size != 42:
                        raise wrong_size(size - 12, 30, 30)
                    stop = start + size
                    re_synchronization_info = octets[start + 12 : stop]
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if start == at:
                    head = cls.MEMBERS.variants.get(head, b'')
                    if not head:
                        head, size, word, start = cls.MEMBERS.unusual(
                            octets, start, end, others
                        )
                elif start <= last:
                    at = start  # whose header is read already
            if start > end:
                check_lengths(octets, first, end)
        except BROKEN as error:
            raise located(error, "Requested-EUTRAN-Authentication-Info", octets, start, end, at) from None
        order = keys_at(octets, first, end) if others else ()
        return cls(number_of_requested_vectors, immediate_response_preferred, re_synchronization_info, others, order)


class RequestedUTRANGERANAuthenticationInfo(AvpBody):
    """The Grouped AVP Requested-UTRAN-GERAN-Authentication-Info."""

    MEMBERS: ClassVar[Members] = Members(
        'Number-Of-Requested-Vectors', 'Immediate-Response-Preferred', 'Re-Synchronization-Info',
        closed=False, strict=False,
    )

    number_of_requested_vectors: int | None = None
    immediate_response_preferred: int | None = None
    re_synchronization_info: bytes | None = None
    others: list[Avp] = []
    order: tuple[int, ...] = ()

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        try:
            out += (
                encode_unsigned32_avp(b'\x00\x00\x05\x82\xc0\x00\x00\x10\x00\x00(\xaf', self.number_of_requested_vectors) if self.number_of_requested_vectors is not None else b"",
                encode_unsigned32_avp(b'\x00\x00\x05\x84\xc0\x00\x00\x10\x00\x00(\xaf', self.immediate_response_preferred) if self.immediate_response_preferred is not None else b"",
                encode_fixed(b'\x00\x00\x05\x83\xc0\x00\x00*\x00\x00(\xaf', self.re_synchronization_info, 30) if self.re_synchronization_info is not None else b"",
            )
            for other in self.others:
                out.append(other.encode())
        except UNWRITABLE as error:
            raise unwritten(error, self, "Requested-UTRAN-GERAN-Authentication-Info", ()) from None
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
        first, last, at = start, end - 12, -8
        try:
            while start < end:
                if start - at > 4:
                    at = start
                    if start > last:
                        head, size, word = short_head(octets, start, end)
                    else:
                        head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x05\x82\xc0\x00' and word == 10415:
                    if number_of_requested_vectors is not None:
                        raise too_many(1)
                    if size != 16:
                        raise no_word()
                    (number_of_requested_vectors,) = unsigned32_at(octets, start + 12)
                    start += 16
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x05\x84\xc0\x00' and word == 10415:
                    if immediate_response_preferred is not None:
                        raise too_many(1)
                    if size != 16:
                        raise no_word()
                    (immediate_response_preferred,) = unsigned32_at(octets, start + 12)
                    start += 16
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x05\x83\xc0\x00' and word == 10415:
                    if re_synchronization_info is not None:
                        raise too_many(1)
                    if size != 42:
                        raise wrong_size(size - 12, 30, 30)
                    stop = start + size
                    re_synchronization_info = octets[start + 12 : stop]
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if start == at:
                    head = cls.MEMBERS.variants.get(head, b'')
                    if not head:
                        head, size, word, start = cls.MEMBERS.unusual(
                            octets, start, end, others
                        )
                elif start <= last:
                    at = start  # whose header is read already
            if start > end:
                check_lengths(octets, first, end)
        except BROKEN as error:
            raise located(error, "Requested-UTRAN-GERAN-Authentication-Info", octets, start, end, at) from None
        order = keys_at(octets, first, end) if others else ()
        return cls(number_of_requested_vectors, immediate_response_preferred, re_synchronization_info, others, order)


class EUTRANVector(AvpBody):
    """The Grouped AVP E-UTRAN-Vector."""

    MEMBERS: ClassVar[Members] = Members(
        'Item-Number', 'RAND', 'XRES', 'AUTN', 'KASME',
        closed=False, strict=False,
    )
    SECRET: ClassVar[frozenset[str]] = frozenset(['kasme', 'xres'])

    rand: bytes
    xres: bytes
    autn: bytes
    kasme: bytes
    item_number: int | None = None
    others: list[Avp] = []
    order: tuple[int, ...] = ()

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        try:
            out += (
                encode_unsigned32_avp(b'\x00\x00\x05\x8b\xc0\x00\x00\x10\x00\x00(\xaf', self.item_number) if self.item_number is not None else b"",
                encode_fixed(b'\x00\x00\x05\xa7\xc0\x00\x00\x1c\x00\x00(\xaf', self.rand, 16),
                encode_vendor_avp(0x5a8c000000c, b'\x00\x00(\xaf', check_length(self.xres, 4, 16)),
                encode_fixed(b'\x00\x00\x05\xa9\xc0\x00\x00\x1c\x00\x00(\xaf', self.autn, 16),
                encode_fixed(b'\x00\x00\x05\xaa\xc0\x00\x00,\x00\x00(\xaf', self.kasme, 32),
            )
            for other in self.others:
                out.append(other.encode())
        except UNWRITABLE as error:
            raise unwritten(error, self, "E-UTRAN-Vector", ('RAND', 'XRES', 'AUTN', 'KASME')) from None
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
        first, last, at = start, end - 12, -8
        try:
            while start < end:
                if start - at > 4:
                    at = start
                    if start > last:
                        head, size, word = short_head(octets, start, end)
                    else:
                        head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x05\x8b\xc0\x00' and word == 10415:
                    if item_number is not None:
                        raise too_many(1)
                    if size != 16:
                        raise no_word()
                    (item_number,) = unsigned32_at(octets, start + 12)
                    start += 16
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x05\xa7\xc0\x00' and word == 10415:
                    if rand is not None:
                        raise too_many(1)
                    if size != 28:
                        raise wrong_size(size - 12, 16, 16)
                    stop = start + size
                    rand = octets[start + 12 : stop]
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x05\xa8\xc0\x00' and word == 10415:
                    if xres is not None:
                        raise too_many(1)
                    if not 16 <= size <= 28:
                        raise wrong_size(size - 12, 4, 16)
                    stop = start + size
                    xres = octets[start + 12 : stop]
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x05\xa9\xc0\x00' and word == 10415:
                    if autn is not None:
                        raise too_many(1)
                    if size != 28:
                        raise wrong_size(size - 12, 16, 16)
                    stop = start + size
                    autn = octets[start + 12 : stop]
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x05\xaa\xc0\x00' and word == 10415:
                    if kasme is not None:
                        raise too_many(1)
                    if size != 44:
                        raise wrong_size(size - 12, 32, 32)
                    stop = start + size
                    kasme = octets[start + 12 : stop]
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if start == at:
                    head = cls.MEMBERS.variants.get(head, b'')
                    if not head:
                        head, size, word, start = cls.MEMBERS.unusual(
                            octets, start, end, others
                        )
                elif start <= last:
                    at = start  # whose header is read already
            if start > end:
                check_lengths(octets, first, end)
        except BROKEN as error:
            raise located(error, "E-UTRAN-Vector", octets, start, end, at) from None
        if rand is None:
            raise missing("E-UTRAN-Vector", "RAND")
        if xres is None:
            raise missing("E-UTRAN-Vector", "XRES")
        if autn is None:
            raise missing("E-UTRAN-Vector", "AUTN")
        if kasme is None:
            raise missing("E-UTRAN-Vector", "KASME")
        order = keys_at(octets, first, end) if others else ()
        return cls(rand, xres, autn, kasme, item_number, others, order)


class UTRANVector(AvpBody):
    """The Grouped AVP UTRAN-Vector."""

    MEMBERS: ClassVar[Members] = Members(
        'Item-Number', 'RAND', 'XRES', 'AUTN', 'Confidentiality-Key', 'Integrity-Key',
        closed=False, strict=False,
    )
    SECRET: ClassVar[frozenset[str]] = frozenset(['confidentiality_key', 'integrity_key', 'xres'])

    rand: bytes
    xres: bytes
    autn: bytes
    confidentiality_key: bytes
    integrity_key: bytes
    item_number: int | None = None
    others: list[Avp] = []
    order: tuple[int, ...] = ()

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        try:
            out += (
                encode_unsigned32_avp(b'\x00\x00\x05\x8b\xc0\x00\x00\x10\x00\x00(\xaf', self.item_number) if self.item_number is not None else b"",
                encode_fixed(b'\x00\x00\x05\xa7\xc0\x00\x00\x1c\x00\x00(\xaf', self.rand, 16),
                encode_vendor_avp(0x5a8c000000c, b'\x00\x00(\xaf', check_length(self.xres, 4, 16)),
                encode_fixed(b'\x00\x00\x05\xa9\xc0\x00\x00\x1c\x00\x00(\xaf', self.autn, 16),
                encode_fixed(b'\x00\x00\x02q\xc0\x00\x00\x1c\x00\x00(\xaf', self.confidentiality_key, 16),
                encode_fixed(b'\x00\x00\x02r\xc0\x00\x00\x1c\x00\x00(\xaf', self.integrity_key, 16),
            )
            for other in self.others:
                out.append(other.encode())
        except UNWRITABLE as error:
            raise unwritten(error, self, "UTRAN-Vector", ('RAND', 'XRES', 'AUTN', 'Confidentiality-Key', 'Integrity-Key')) from None
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
        first, last, at = start, end - 12, -8
        try:
            while start < end:
                if start - at > 4:
                    at = start
                    if start > last:
                        head, size, word = short_head(octets, start, end)
                    else:
                        head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x05\x8b\xc0\x00' and word == 10415:
                    if item_number is not None:
                        raise too_many(1)
                    if size != 16:
                        raise no_word()
                    (item_number,) = unsigned32_at(octets, start + 12)
                    start += 16
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x05\xa7\xc0\x00' and word == 10415:
                    if rand is not None:
                        raise too_many(1)
                    if size != 28:
                        raise wrong_size(size - 12, 16, 16)
                    stop = start + size
                    rand = octets[start + 12 : stop]
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x05\xa8\xc0\x00' and word == 10415:
                    if xres is not None:
                        raise too_many(1)
                    if not 16 <= size <= 28:
                        raise wrong_size(size - 12, 4, 16)
                    stop = start + size
                    xres = octets[start + 12 : stop]
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x05\xa9\xc0\x00' and word == 10415:
                    if autn is not None:
                        raise too_many(1)
                    if size != 28:
                        raise wrong_size(size - 12, 16, 16)
                    stop = start + size
                    autn = octets[start + 12 : stop]
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x02q\xc0\x00' and word == 10415:
                    if confidentiality_key is not None:
                        raise too_many(1)
                    if size != 28:
                        raise wrong_size(size - 12, 16, 16)
                    stop = start + size
                    confidentiality_key = octets[start + 12 : stop]
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x02r\xc0\x00' and word == 10415:
                    if integrity_key is not None:
                        raise too_many(1)
                    if size != 28:
                        raise wrong_size(size - 12, 16, 16)
                    stop = start + size
                    integrity_key = octets[start + 12 : stop]
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if start == at:
                    head = cls.MEMBERS.variants.get(head, b'')
                    if not head:
                        head, size, word, start = cls.MEMBERS.unusual(
                            octets, start, end, others
                        )
                elif start <= last:
                    at = start  # whose header is read already
            if start > end:
                check_lengths(octets, first, end)
        except BROKEN as error:
            raise located(error, "UTRAN-Vector", octets, start, end, at) from None
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
        order = keys_at(octets, first, end) if others else ()
        return cls(rand, xres, autn, confidentiality_key, integrity_key, item_number, others, order)


class GERANVector(AvpBody):
    """The Grouped AVP GERAN-Vector."""

    MEMBERS: ClassVar[Members] = Members(
        'Item-Number', 'RAND', 'SRES', 'Kc',
        closed=False, strict=False,
    )
    SECRET: ClassVar[frozenset[str]] = frozenset(['kc', 'sres'])

    rand: bytes
    sres: bytes
    kc: bytes
    item_number: int | None = None
    others: list[Avp] = []
    order: tuple[int, ...] = ()

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        try:
            out += (
                encode_unsigned32_avp(b'\x00\x00\x05\x8b\xc0\x00\x00\x10\x00\x00(\xaf', self.item_number) if self.item_number is not None else b"",
                encode_fixed(b'\x00\x00\x05\xa7\xc0\x00\x00\x1c\x00\x00(\xaf', self.rand, 16),
                encode_fixed(b'\x00\x00\x05\xae\xc0\x00\x00\x10\x00\x00(\xaf', self.sres, 4),
                encode_fixed(b'\x00\x00\x05\xad\xc0\x00\x00\x14\x00\x00(\xaf', self.kc, 8),
            )
            for other in self.others:
                out.append(other.encode())
        except UNWRITABLE as error:
            raise unwritten(error, self, "GERAN-Vector", ('RAND', 'SRES', 'Kc')) from None
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
        first, last, at = start, end - 12, -8
        try:
            while start < end:
                if start - at > 4:
                    at = start
                    if start > last:
                        head, size, word = short_head(octets, start, end)
                    else:
                        head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x05\x8b\xc0\x00' and word == 10415:
                    if item_number is not None:
                        raise too_many(1)
                    if size != 16:
                        raise no_word()
                    (item_number,) = unsigned32_at(octets, start + 12)
                    start += 16
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x05\xa7\xc0\x00' and word == 10415:
                    if rand is not None:
                        raise too_many(1)
                    if size != 28:
                        raise wrong_size(size - 12, 16, 16)
                    stop = start + size
                    rand = octets[start + 12 : stop]
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x05\xae\xc0\x00' and word == 10415:
                    if sres is not None:
                        raise too_many(1)
                    if size != 16:
                        raise wrong_size(size - 12, 4, 4)
                    stop = start + size
                    sres = octets[start + 12 : stop]
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x05\xad\xc0\x00' and word == 10415:
                    if kc is not None:
                        raise too_many(1)
                    if size != 20:
                        raise wrong_size(size - 12, 8, 8)
                    stop = start + size
                    kc = octets[start + 12 : stop]
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if start == at:
                    head = cls.MEMBERS.variants.get(head, b'')
                    if not head:
                        head, size, word, start = cls.MEMBERS.unusual(
                            octets, start, end, others
                        )
                elif start <= last:
                    at = start  # whose header is read already
            if start > end:
                check_lengths(octets, first, end)
        except BROKEN as error:
            raise located(error, "GERAN-Vector", octets, start, end, at) from None
        if rand is None:
            raise missing("GERAN-Vector", "RAND")
        if sres is None:
            raise missing("GERAN-Vector", "SRES")
        if kc is None:
            raise missing("GERAN-Vector", "Kc")
        order = keys_at(octets, first, end) if others else ()
        return cls(rand, sres, kc, item_number, others, order)


class AuthenticationInfo(AvpBody):
    """The Grouped AVP Authentication-Info."""

    MEMBERS: ClassVar[Members] = Members(
        'E-UTRAN-Vector', 'UTRAN-Vector', 'GERAN-Vector',
        closed=False, strict=False,
    )

    e_utran_vector: list[EUTRANVector] = []
    utran_vector: list[UTRANVector] = []
    geran_vector: list[GERANVector] = []
    others: list[Avp] = []
    order: tuple[int, ...] = ()

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        try:
            for e_utran_vector in self.e_utran_vector:
                out.append(encode_vendor_avp(0x586c000000c, b'\x00\x00(\xaf', e_utran_vector.encode()))
            for utran_vector in self.utran_vector:
                out.append(encode_vendor_avp(0x587c000000c, b'\x00\x00(\xaf', utran_vector.encode()))
            for geran_vector in self.geran_vector:
                out.append(encode_vendor_avp(0x588c000000c, b'\x00\x00(\xaf', geran_vector.encode()))
            for other in self.others:
                out.append(other.encode())
        except UNWRITABLE as error:
            raise unwritten(error, self, "Authentication-Info", ()) from None
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
        first, last, at = start, end - 12, -8
        try:
            while start < end:
                if start - at > 4:
                    at = start
                    if start > last:
                        head, size, word = short_head(octets, start, end)
                    else:
                        head, size, word = head_at(octets, start)
                while head == b'\x00\x00\x05\x86\xc0\x00' and word == 10415:
                    if size < 12:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    one_e_utran_vector = EUTRANVector.decode(octets, start + 12, stop)
                    start = stop + 3 & ~3
                    e_utran_vector.append(one_e_utran_vector)
                    if start > last:
                        break
                    head, size, word = head_at(octets, start)
                while head == b'\x00\x00\x05\x87\xc0\x00' and word == 10415:
                    if size < 12:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    one_utran_vector = UTRANVector.decode(octets, start + 12, stop)
                    start = stop + 3 & ~3
                    utran_vector.append(one_utran_vector)
                    if start > last:
                        break
                    head, size, word = head_at(octets, start)
                while head == b'\x00\x00\x05\x88\xc0\x00' and word == 10415:
                    if size < 12:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    one_geran_vector = GERANVector.decode(octets, start + 12, stop)
                    start = stop + 3 & ~3
                    geran_vector.append(one_geran_vector)
                    if start > last:
                        break
                    head, size, word = head_at(octets, start)
                if start == at:
                    head = cls.MEMBERS.variants.get(head, b'')
                    if not head:
                        head, size, word, start = cls.MEMBERS.unusual(
                            octets, start, end, others
                        )
                elif start <= last:
                    at = start  # whose header is read already
            if start > end:
                check_lengths(octets, first, end)
        except BROKEN as error:
            raise located(error, "Authentication-Info", octets, start, end, at) from None
        order = keys_at(octets, first, end) if others else ()
        return cls(e_utran_vector, utran_vector, geran_vector, others, order)


class AIR(AvpBody):
    """The command AIR."""

    COMMAND: ClassVar[int] = 318
    APPLICATION: ClassVar[int] = 16777251
    FLAGS: ClassVar[int] = 0xc0
    MEMBERS: ClassVar[Members] = Members(
        'Session-Id', 'Vendor-Specific-Application-Id', 'Auth-Session-State', 'Origin-Host', 'Origin-Realm', 'Destination-Host', 'Destination-Realm', 'User-Name', 'Supported-Features', 'Requested-EUTRAN-Authentication-Info', 'Requested-UTRAN-GERAN-Authentication-Info', 'Visited-PLMN-Id', 'AIR-Flags', 'Proxy-Info', 'Route-Record',
        closed=False, strict=True,
    )

    session_id: str
    auth_session_state: int
    origin_host: str
    origin_realm: str
    destination_realm: str
    user_name: str
    visited_plmn_id: bytes
    vendor_specific_application_id: VendorSpecificApplicationId | None = None
    destination_host: str | None = None
    supported_features: list[SupportedFeatures] = []
    requested_eutran_authentication_info: RequestedEUTRANAuthenticationInfo | None = None
    requested_utran_geran_authentication_info: RequestedUTRANGERANAuthenticationInfo | None = None
    air_flags: int | None = None
    proxy_info: list[bytes] = []
    route_record: list[str] = []
    others: list[Avp] = []
    order: tuple[int, ...] = ()

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        try:
            out += (
                encode_avp(0x10740000008, self.session_id.encode()),
                encode_avp(0x10440000008, self.vendor_specific_application_id.encode()) if self.vendor_specific_application_id is not None else b"",
                encode_integer32_avp(b'\x00\x00\x01\x15@\x00\x00\x0c', self.auth_session_state, 0, 1),
                encode_identity_avp(0x10840000008, self.origin_host),
                encode_identity_avp(0x12840000008, self.origin_realm),
                encode_identity_avp(0x12540000008, self.destination_host) if self.destination_host is not None else b"",
                encode_identity_avp(0x11b40000008, self.destination_realm),
                encode_avp(0x140000008, self.user_name.encode()),
            )
            for supported_features in self.supported_features:
                out.append(encode_vendor_avp(0x274c000000c, b'\x00\x00(\xaf', supported_features.encode()))
            out += (
                encode_vendor_avp(0x580c000000c, b'\x00\x00(\xaf', self.requested_eutran_authentication_info.encode()) if self.requested_eutran_authentication_info is not None else b"",
                encode_vendor_avp(0x581c000000c, b'\x00\x00(\xaf', self.requested_utran_geran_authentication_info.encode()) if self.requested_utran_geran_authentication_info is not None else b"",
                encode_fixed(b'\x00\x00\x05\x7f\xc0\x00\x00\x0f\x00\x00(\xaf', self.visited_plmn_id, 3),
                encode_unsigned32_avp(b'\x00\x00\x06\x8f\x80\x00\x00\x10\x00\x00(\xaf', self.air_flags) if self.air_flags is not None else b"",
            )
            for proxy_info in self.proxy_info:
                out.append(encode_avp(0x11c40000008, proxy_info))
            for route_record in self.route_record:
                out.append(encode_identity_avp(0x11a40000008, route_record))
            for other in self.others:
                out.append(other.encode())
        except UNWRITABLE as error:
            raise unwritten(error, self, "AIR", ('Session-Id', 'Auth-Session-State', 'Origin-Host', 'Origin-Realm', 'Destination-Realm', 'User-Name', 'Visited-PLMN-Id')) from None
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
        first, last, at = start, end - 12, -8
        try:
            while start < end:
                if start - at > 4:
                    at = start
                    if start > last:
                        head, size, word = short_head(octets, start, end)
                    else:
                        head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x07@\x00':
                    if session_id is not None:
                        raise too_many(1)
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    session_id = octets[start + 8 : stop].decode()
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x04@\x00':
                    if vendor_specific_application_id is not None:
                        raise too_many(1)
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    vendor_specific_application_id = VendorSpecificApplicationId.decode(octets, start + 8, stop)
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x15@\x00':
                    if auth_session_state is not None:
                        raise too_many(1)
                    if size != 12:
                        raise no_word()
                    auth_session_state = word
                    if not 0 <= auth_session_state <= 1:
                        raise out_of_range(signed(auth_session_state), 0, 1)
                    start += 12
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x08@\x00':
                    if origin_host is not None:
                        raise too_many(1)
                    stop = start + size
                    origin_host = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01(@\x00':
                    if origin_realm is not None:
                        raise too_many(1)
                    stop = start + size
                    origin_realm = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01%@\x00':
                    if destination_host is not None:
                        raise too_many(1)
                    stop = start + size
                    destination_host = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x1b@\x00':
                    if destination_realm is not None:
                        raise too_many(1)
                    stop = start + size
                    destination_realm = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x00\x01@\x00':
                    if user_name is not None:
                        raise too_many(1)
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    user_name = octets[start + 8 : stop].decode()
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                while head == b'\x00\x00\x02t\xc0\x00' and word == 10415:
                    if size < 12:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    one_supported_features = SupportedFeatures.decode(octets, start + 12, stop)
                    start = stop + 3 & ~3
                    supported_features.append(one_supported_features)
                    if start > last:
                        break
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x05\x80\xc0\x00' and word == 10415:
                    if requested_eutran_authentication_info is not None:
                        raise too_many(1)
                    if size < 12:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    requested_eutran_authentication_info = RequestedEUTRANAuthenticationInfo.decode(octets, start + 12, stop)
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x05\x81\xc0\x00' and word == 10415:
                    if requested_utran_geran_authentication_info is not None:
                        raise too_many(1)
                    if size < 12:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    requested_utran_geran_authentication_info = RequestedUTRANGERANAuthenticationInfo.decode(octets, start + 12, stop)
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x05\x7f\xc0\x00' and word == 10415:
                    if visited_plmn_id is not None:
                        raise too_many(1)
                    if size != 15:
                        raise wrong_size(size - 12, 3, 3)
                    stop = start + size
                    visited_plmn_id = octets[start + 12 : stop]
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x06\x8f\x80\x00' and word == 10415:
                    if air_flags is not None:
                        raise too_many(1)
                    if size != 16:
                        raise no_word()
                    (air_flags,) = unsigned32_at(octets, start + 12)
                    start += 16
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                while head == b'\x00\x00\x01\x1c@\x00':
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    one_proxy_info = octets[start + 8 : stop]
                    start = stop + 3 & ~3
                    proxy_info.append(one_proxy_info)
                    if start > last:
                        break
                    head, size, word = head_at(octets, start)
                while head == b'\x00\x00\x01\x1a@\x00':
                    stop = start + size
                    one_route_record = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    route_record.append(one_route_record)
                    if start > last:
                        break
                    head, size, word = head_at(octets, start)
                if start == at:
                    head = cls.MEMBERS.variants.get(head, b'')
                    if not head:
                        head, size, word, start = cls.MEMBERS.unusual(
                            octets, start, end, others
                        )
                elif start <= last:
                    at = start  # whose header is read already
            if start > end:
                check_lengths(octets, first, end)
        except BROKEN as error:
            raise located(error, "AIR", octets, start, end, at) from None
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
        order = keys_at(octets, first, end) if others else ()
        return cls(session_id, auth_session_state, origin_host, origin_realm, destination_realm, user_name, visited_plmn_id, vendor_specific_application_id, destination_host, supported_features, requested_eutran_authentication_info, requested_utran_geran_authentication_info, air_flags, proxy_info, route_record, others, order)


class AIA(AvpBody):
    """The command AIA."""

    COMMAND: ClassVar[int] = 318
    APPLICATION: ClassVar[int] = 16777251
    FLAGS: ClassVar[int] = 0x40
    MEMBERS: ClassVar[Members] = Members(
        'Session-Id', 'Vendor-Specific-Application-Id', 'Result-Code', 'Experimental-Result', 'Error-Diagnostic', 'Auth-Session-State', 'Origin-Host', 'Origin-Realm', 'Supported-Features', 'Authentication-Info', 'UE-Usage-Type', 'Failed-AVP', 'Proxy-Info', 'Route-Record',
        closed=False, strict=False,
    )
    SECRET: ClassVar[frozenset[str]] = frozenset(['failed_avp'])

    session_id: str
    auth_session_state: int
    origin_host: str
    origin_realm: str
    vendor_specific_application_id: VendorSpecificApplicationId | None = None
    result_code: int | None = None
    experimental_result: ExperimentalResult | None = None
    error_diagnostic: int | None = None
    supported_features: list[SupportedFeatures] = []
    authentication_info: AuthenticationInfo | None = None
    ue_usage_type: int | None = None
    failed_avp: list[bytes] = []
    proxy_info: list[bytes] = []
    route_record: list[str] = []
    others: list[Avp] = []
    order: tuple[int, ...] = ()

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        try:
            out += (
                encode_avp(0x10740000008, self.session_id.encode()),
                encode_avp(0x10440000008, self.vendor_specific_application_id.encode()) if self.vendor_specific_application_id is not None else b"",
                encode_unsigned32_avp(b'\x00\x00\x01\x0c@\x00\x00\x0c', self.result_code) if self.result_code is not None else b"",
                encode_avp(0x12940000008, self.experimental_result.encode()) if self.experimental_result is not None else b"",
                encode_integer32_avp(b'\x00\x00\x06N\xc0\x00\x00\x10\x00\x00(\xaf', self.error_diagnostic) if self.error_diagnostic is not None else b"",
                encode_integer32_avp(b'\x00\x00\x01\x15@\x00\x00\x0c', self.auth_session_state, 0, 1),
                encode_identity_avp(0x10840000008, self.origin_host),
                encode_identity_avp(0x12840000008, self.origin_realm),
            )
            for supported_features in self.supported_features:
                out.append(encode_vendor_avp(0x274c000000c, b'\x00\x00(\xaf', supported_features.encode()))
            out += (
                encode_vendor_avp(0x585c000000c, b'\x00\x00(\xaf', self.authentication_info.encode()) if self.authentication_info is not None else b"",
                encode_unsigned32_avp(b'\x00\x00\x06\x90\x80\x00\x00\x10\x00\x00(\xaf', self.ue_usage_type) if self.ue_usage_type is not None else b"",
            )
            for failed_avp in self.failed_avp:
                out.append(encode_avp(0x11740000008, failed_avp))
            for proxy_info in self.proxy_info:
                out.append(encode_avp(0x11c40000008, proxy_info))
            for route_record in self.route_record:
                out.append(encode_identity_avp(0x11a40000008, route_record))
            for other in self.others:
                out.append(other.encode())
        except UNWRITABLE as error:
            raise unwritten(error, self, "AIA", ('Session-Id', 'Auth-Session-State', 'Origin-Host', 'Origin-Realm')) from None
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
        first, last, at = start, end - 12, -8
        try:
            while start < end:
                if start - at > 4:
                    at = start
                    if start > last:
                        head, size, word = short_head(octets, start, end)
                    else:
                        head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x07@\x00':
                    if session_id is not None:
                        raise too_many(1)
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    session_id = octets[start + 8 : stop].decode()
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x04@\x00':
                    if vendor_specific_application_id is not None:
                        raise too_many(1)
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    vendor_specific_application_id = VendorSpecificApplicationId.decode(octets, start + 8, stop)
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x0c@\x00':
                    if result_code is not None:
                        raise too_many(1)
                    if size != 12:
                        raise no_word()
                    result_code = word
                    start += 12
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01)@\x00':
                    if experimental_result is not None:
                        raise too_many(1)
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    experimental_result = ExperimentalResult.decode(octets, start + 8, stop)
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x06N\xc0\x00' and word == 10415:
                    if error_diagnostic is not None:
                        raise too_many(1)
                    if size != 16:
                        raise no_word()
                    (error_diagnostic,) = integer32_at(octets, start + 12)
                    start += 16
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x15@\x00':
                    if auth_session_state is not None:
                        raise too_many(1)
                    if size != 12:
                        raise no_word()
                    auth_session_state = word
                    if not 0 <= auth_session_state <= 1:
                        raise out_of_range(signed(auth_session_state), 0, 1)
                    start += 12
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x08@\x00':
                    if origin_host is not None:
                        raise too_many(1)
                    stop = start + size
                    origin_host = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01(@\x00':
                    if origin_realm is not None:
                        raise too_many(1)
                    stop = start + size
                    origin_realm = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                while head == b'\x00\x00\x02t\xc0\x00' and word == 10415:
                    if size < 12:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    one_supported_features = SupportedFeatures.decode(octets, start + 12, stop)
                    start = stop + 3 & ~3
                    supported_features.append(one_supported_features)
                    if start > last:
                        break
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x05\x85\xc0\x00' and word == 10415:
                    if authentication_info is not None:
                        raise too_many(1)
                    if size < 12:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    authentication_info = AuthenticationInfo.decode(octets, start + 12, stop)
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x06\x90\x80\x00' and word == 10415:
                    if ue_usage_type is not None:
                        raise too_many(1)
                    if size != 16:
                        raise no_word()
                    (ue_usage_type,) = unsigned32_at(octets, start + 12)
                    start += 16
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                while head == b'\x00\x00\x01\x17@\x00':
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    one_failed_avp = octets[start + 8 : stop]
                    start = stop + 3 & ~3
                    failed_avp.append(one_failed_avp)
                    if start > last:
                        break
                    head, size, word = head_at(octets, start)
                while head == b'\x00\x00\x01\x1c@\x00':
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    one_proxy_info = octets[start + 8 : stop]
                    start = stop + 3 & ~3
                    proxy_info.append(one_proxy_info)
                    if start > last:
                        break
                    head, size, word = head_at(octets, start)
                while head == b'\x00\x00\x01\x1a@\x00':
                    stop = start + size
                    one_route_record = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    route_record.append(one_route_record)
                    if start > last:
                        break
                    head, size, word = head_at(octets, start)
                if start == at:
                    head = cls.MEMBERS.variants.get(head, b'')
                    if not head:
                        head, size, word, start = cls.MEMBERS.unusual(
                            octets, start, end, others
                        )
                elif start <= last:
                    at = start  # whose header is read already
            if start > end:
                check_lengths(octets, first, end)
        except BROKEN as error:
            raise located(error, "AIA", octets, start, end, at) from None
        if session_id is None:
            raise missing("AIA", "Session-Id")
        if auth_session_state is None:
            raise missing("AIA", "Auth-Session-State")
        if origin_host is None:
            raise missing("AIA", "Origin-Host")
        if origin_realm is None:
            raise missing("AIA", "Origin-Realm")
        order = keys_at(octets, first, end) if others else ()
        return cls(session_id, auth_session_state, origin_host, origin_realm, vendor_specific_application_id, result_code, experimental_result, error_diagnostic, supported_features, authentication_info, ue_usage_type, failed_avp, proxy_info, route_record, others, order)


class MTCRANDList(AvpBody):
    """The Grouped AVP MTC-RAND-List."""

    MEMBERS: ClassVar[Members] = Members(
        'MTC-Device-RAND',
        closed=True, strict=False,
    )

    mtc_device_rand: list[bytes] = []
    others: list[Avp] = []
    order: tuple[int, ...] = ()

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        try:
            check_count("MTC-RAND-List", "MTC-Device-RAND", len(self.mtc_device_rand), 1, 3)
            for mtc_device_rand in self.mtc_device_rand:
                out.append(encode_fixed(b'\x00\x00\x00\x03\xc0\x00\x00\x1c\x00\x00~\xd9', mtc_device_rand, 16))
            for other in self.others:
                out.append(other.encode())
        except UNWRITABLE as error:
            raise unwritten(error, self, "MTC-RAND-List", ()) from None
        if self.order:
            return arranged(out, self.order)
        return b"".join(out)

    @classmethod
    def decode(cls, octets: bytes, start: int, end: int) -> MTCRANDList:
        """Decode the AVPs between two offsets; what breaks the grammar is refused."""
        mtc_device_rand: list[bytes] = []
        others: list[Avp] = []
        first, last, at = start, end - 12, -8
        try:
            while start < end:
                if start - at > 4:
                    at = start
                    if start > last:
                        head, size, word = short_head(octets, start, end)
                    else:
                        head, size, word = head_at(octets, start)
                while head == b'\x00\x00\x00\x03\xc0\x00' and word == 32473:
                    if len(mtc_device_rand) == 3:
                        raise too_many(3)
                    if size != 28:
                        raise wrong_size(size - 12, 16, 16)
                    stop = start + size
                    one_mtc_device_rand = octets[start + 12 : stop]
                    start = stop + 3 & ~3
                    mtc_device_rand.append(one_mtc_device_rand)
                    if start > last:
                        break
                    head, size, word = head_at(octets, start)
                if start == at:
                    head = cls.MEMBERS.variants.get(head, b'')
                    if not head:
                        head, size, word, start = cls.MEMBERS.unusual(
                            octets, start, end, others
                        )
                elif start <= last:
                    at = start  # whose header is read already
            if start > end:
                check_lengths(octets, first, end)
        except BROKEN as error:
            raise located(error, "MTC-RAND-List", octets, start, end, at) from None
        if len(mtc_device_rand) < 1:
            raise too_few("MTC-RAND-List", "MTC-Device-RAND", len(mtc_device_rand), 1)
        order = keys_at(octets, first, end) if others else ()
        return cls(mtc_device_rand, others, order)


class RIR(AvpBody):
    """The command RIR."""

    COMMAND: ClassVar[int] = 16777215
    APPLICATION: ClassVar[int] = 16781314
    FLAGS: ClassVar[int] = 0xc0
    MEMBERS: ClassVar[Members] = Members(
        'Session-Id', 'Vendor-Specific-Application-Id', 'Auth-Session-State', 'Origin-Host', 'Origin-Realm', 'Destination-Realm', 'Destination-Host', 'User-Name', 'MTC-RAND-List', 'Proxy-Info', 'Route-Record',
        closed=False, strict=True,
    )

    session_id: str
    auth_session_state: int
    origin_host: str
    origin_realm: str
    destination_realm: str
    user_name: str
    mtc_rand_list: MTCRANDList
    vendor_specific_application_id: VendorSpecificApplicationId | None = None
    destination_host: str | None = None
    proxy_info: list[bytes] = []
    route_record: list[str] = []
    others: list[Avp] = []
    order: tuple[int, ...] = ()

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        try:
            out += (
                encode_avp(0x10740000008, self.session_id.encode()),
                encode_avp(0x10440000008, self.vendor_specific_application_id.encode()) if self.vendor_specific_application_id is not None else b"",
                encode_integer32_avp(b'\x00\x00\x01\x15@\x00\x00\x0c', self.auth_session_state, 0, 1),
                encode_identity_avp(0x10840000008, self.origin_host),
                encode_identity_avp(0x12840000008, self.origin_realm),
                encode_identity_avp(0x11b40000008, self.destination_realm),
                encode_identity_avp(0x12540000008, self.destination_host) if self.destination_host is not None else b"",
                encode_avp(0x140000008, self.user_name.encode()),
                encode_vendor_avp(0x8c000000c, b'\x00\x00~\xd9', self.mtc_rand_list.encode()),
            )
            for proxy_info in self.proxy_info:
                out.append(encode_avp(0x11c40000008, proxy_info))
            for route_record in self.route_record:
                out.append(encode_identity_avp(0x11a40000008, route_record))
            for other in self.others:
                out.append(other.encode())
        except UNWRITABLE as error:
            raise unwritten(error, self, "RIR", ('Session-Id', 'Auth-Session-State', 'Origin-Host', 'Origin-Realm', 'Destination-Realm', 'User-Name', 'MTC-RAND-List')) from None
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
        first, last, at = start, end - 12, -8
        try:
            while start < end:
                if start - at > 4:
                    at = start
                    if start > last:
                        head, size, word = short_head(octets, start, end)
                    else:
                        head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x07@\x00':
                    if session_id is not None:
                        raise too_many(1)
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    session_id = octets[start + 8 : stop].decode()
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x04@\x00':
                    if vendor_specific_application_id is not None:
                        raise too_many(1)
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    vendor_specific_application_id = VendorSpecificApplicationId.decode(octets, start + 8, stop)
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x15@\x00':
                    if auth_session_state is not None:
                        raise too_many(1)
                    if size != 12:
                        raise no_word()
                    auth_session_state = word
                    if not 0 <= auth_session_state <= 1:
                        raise out_of_range(signed(auth_session_state), 0, 1)
                    start += 12
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x08@\x00':
                    if origin_host is not None:
                        raise too_many(1)
                    stop = start + size
                    origin_host = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01(@\x00':
                    if origin_realm is not None:
                        raise too_many(1)
                    stop = start + size
                    origin_realm = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x1b@\x00':
                    if destination_realm is not None:
                        raise too_many(1)
                    stop = start + size
                    destination_realm = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01%@\x00':
                    if destination_host is not None:
                        raise too_many(1)
                    stop = start + size
                    destination_host = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x00\x01@\x00':
                    if user_name is not None:
                        raise too_many(1)
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    user_name = octets[start + 8 : stop].decode()
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x00\x08\xc0\x00' and word == 32473:
                    if mtc_rand_list is not None:
                        raise too_many(1)
                    if size < 12:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    mtc_rand_list = MTCRANDList.decode(octets, start + 12, stop)
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                while head == b'\x00\x00\x01\x1c@\x00':
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    one_proxy_info = octets[start + 8 : stop]
                    start = stop + 3 & ~3
                    proxy_info.append(one_proxy_info)
                    if start > last:
                        break
                    head, size, word = head_at(octets, start)
                while head == b'\x00\x00\x01\x1a@\x00':
                    stop = start + size
                    one_route_record = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    route_record.append(one_route_record)
                    if start > last:
                        break
                    head, size, word = head_at(octets, start)
                if start == at:
                    head = cls.MEMBERS.variants.get(head, b'')
                    if not head:
                        head, size, word, start = cls.MEMBERS.unusual(
                            octets, start, end, others
                        )
                elif start <= last:
                    at = start  # whose header is read already
            if start > end:
                check_lengths(octets, first, end)
        except BROKEN as error:
            raise located(error, "RIR", octets, start, end, at) from None
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
        order = keys_at(octets, first, end) if others else ()
        return cls(session_id, auth_session_state, origin_host, origin_realm, destination_realm, user_name, mtc_rand_list, vendor_specific_application_id, destination_host, proxy_info, route_record, others, order)


class RIA(AvpBody):
    """The command RIA."""

    COMMAND: ClassVar[int] = 16777215
    APPLICATION: ClassVar[int] = 16781314
    FLAGS: ClassVar[int] = 0x40
    MEMBERS: ClassVar[Members] = Members(
        'Session-Id', 'Vendor-Specific-Application-Id', 'Auth-Session-State', 'Origin-Host', 'Origin-Realm', 'Result-Code', 'Experimental-Result', 'Authentication-Info', 'Failed-AVP', 'Proxy-Info',
        closed=False, strict=False,
    )
    SECRET: ClassVar[frozenset[str]] = frozenset(['failed_avp'])

    session_id: str
    auth_session_state: int
    origin_host: str
    origin_realm: str
    vendor_specific_application_id: VendorSpecificApplicationId | None = None
    result_code: int | None = None
    experimental_result: ExperimentalResult | None = None
    authentication_info: AuthenticationInfo | None = None
    failed_avp: list[bytes] = []
    proxy_info: list[bytes] = []
    others: list[Avp] = []
    order: tuple[int, ...] = ()

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        try:
            out += (
                encode_avp(0x10740000008, self.session_id.encode()),
                encode_avp(0x10440000008, self.vendor_specific_application_id.encode()) if self.vendor_specific_application_id is not None else b"",
                encode_integer32_avp(b'\x00\x00\x01\x15@\x00\x00\x0c', self.auth_session_state, 0, 1),
                encode_identity_avp(0x10840000008, self.origin_host),
                encode_identity_avp(0x12840000008, self.origin_realm),
                encode_unsigned32_avp(b'\x00\x00\x01\x0c@\x00\x00\x0c', self.result_code) if self.result_code is not None else b"",
                encode_avp(0x12940000008, self.experimental_result.encode()) if self.experimental_result is not None else b"",
                encode_vendor_avp(0x585c000000c, b'\x00\x00(\xaf', self.authentication_info.encode()) if self.authentication_info is not None else b"",
            )
            for failed_avp in self.failed_avp:
                out.append(encode_avp(0x11740000008, failed_avp))
            for proxy_info in self.proxy_info:
                out.append(encode_avp(0x11c40000008, proxy_info))
            for other in self.others:
                out.append(other.encode())
        except UNWRITABLE as error:
            raise unwritten(error, self, "RIA", ('Session-Id', 'Auth-Session-State', 'Origin-Host', 'Origin-Realm')) from None
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
        first, last, at = start, end - 12, -8
        try:
            while start < end:
                if start - at > 4:
                    at = start
                    if start > last:
                        head, size, word = short_head(octets, start, end)
                    else:
                        head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x07@\x00':
                    if session_id is not None:
                        raise too_many(1)
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    session_id = octets[start + 8 : stop].decode()
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x04@\x00':
                    if vendor_specific_application_id is not None:
                        raise too_many(1)
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    vendor_specific_application_id = VendorSpecificApplicationId.decode(octets, start + 8, stop)
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x15@\x00':
                    if auth_session_state is not None:
                        raise too_many(1)
                    if size != 12:
                        raise no_word()
                    auth_session_state = word
                    if not 0 <= auth_session_state <= 1:
                        raise out_of_range(signed(auth_session_state), 0, 1)
                    start += 12
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x08@\x00':
                    if origin_host is not None:
                        raise too_many(1)
                    stop = start + size
                    origin_host = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01(@\x00':
                    if origin_realm is not None:
                        raise too_many(1)
                    stop = start + size
                    origin_realm = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x0c@\x00':
                    if result_code is not None:
                        raise too_many(1)
                    if size != 12:
                        raise no_word()
                    result_code = word
                    start += 12
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01)@\x00':
                    if experimental_result is not None:
                        raise too_many(1)
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    experimental_result = ExperimentalResult.decode(octets, start + 8, stop)
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x05\x85\xc0\x00' and word == 10415:
                    if authentication_info is not None:
                        raise too_many(1)
                    if size < 12:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    authentication_info = AuthenticationInfo.decode(octets, start + 12, stop)
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                while head == b'\x00\x00\x01\x17@\x00':
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    one_failed_avp = octets[start + 8 : stop]
                    start = stop + 3 & ~3
                    failed_avp.append(one_failed_avp)
                    if start > last:
                        break
                    head, size, word = head_at(octets, start)
                while head == b'\x00\x00\x01\x1c@\x00':
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    one_proxy_info = octets[start + 8 : stop]
                    start = stop + 3 & ~3
                    proxy_info.append(one_proxy_info)
                    if start > last:
                        break
                    head, size, word = head_at(octets, start)
                if start == at:
                    head = cls.MEMBERS.variants.get(head, b'')
                    if not head:
                        head, size, word, start = cls.MEMBERS.unusual(
                            octets, start, end, others
                        )
                elif start <= last:
                    at = start  # whose header is read already
            if start > end:
                check_lengths(octets, first, end)
        except BROKEN as error:
            raise located(error, "RIA", octets, start, end, at) from None
        if session_id is None:
            raise missing("RIA", "Session-Id")
        if auth_session_state is None:
            raise missing("RIA", "Auth-Session-State")
        if origin_host is None:
            raise missing("RIA", "Origin-Host")
        if origin_realm is None:
            raise missing("RIA", "Origin-Realm")
        order = keys_at(octets, first, end) if others else ()
        return cls(session_id, auth_session_state, origin_host, origin_realm, vendor_specific_application_id, result_code, experimental_result, authentication_info, failed_avp, proxy_info, others, order)


class SIPAuthDataItem(AvpBody):
    """The Grouped AVP SIP-Auth-Data-Item."""

    MEMBERS: ClassVar[Members] = Members(
        'SIP-Item-Number', 'SIP-Authentication-Scheme', 'SIP-Authenticate', 'SIP-Authorization', 'Confidentiality-Key', 'Integrity-Key',
        closed=False, strict=False,
    )
    SECRET: ClassVar[frozenset[str]] = frozenset(['confidentiality_key', 'integrity_key', 'sip_authorization'])

    sip_item_number: int | None = None
    sip_authentication_scheme: str | None = None
    sip_authenticate: bytes | None = None
    sip_authorization: bytes | None = None
    confidentiality_key: bytes | None = None
    integrity_key: bytes | None = None
    others: list[Avp] = []
    order: tuple[int, ...] = ()

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        try:
            out += (
                encode_unsigned32_avp(b'\x00\x00\x02e\xc0\x00\x00\x10\x00\x00(\xaf', self.sip_item_number) if self.sip_item_number is not None else b"",
                encode_vendor_avp(0x260c000000c, b'\x00\x00(\xaf', self.sip_authentication_scheme.encode()) if self.sip_authentication_scheme is not None else b"",
                encode_vendor_avp(0x261c000000c, b'\x00\x00(\xaf', self.sip_authenticate) if self.sip_authenticate is not None else b"",
                encode_vendor_avp(0x262c000000c, b'\x00\x00(\xaf', self.sip_authorization) if self.sip_authorization is not None else b"",
                encode_fixed(b'\x00\x00\x02q\xc0\x00\x00\x1c\x00\x00(\xaf', self.confidentiality_key, 16) if self.confidentiality_key is not None else b"",
                encode_fixed(b'\x00\x00\x02r\xc0\x00\x00\x1c\x00\x00(\xaf', self.integrity_key, 16) if self.integrity_key is not None else b"",
            )
            for other in self.others:
                out.append(other.encode())
        except UNWRITABLE as error:
            raise unwritten(error, self, "SIP-Auth-Data-Item", ()) from None
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
        first, last, at = start, end - 12, -8
        try:
            while start < end:
                if start - at > 4:
                    at = start
                    if start > last:
                        head, size, word = short_head(octets, start, end)
                    else:
                        head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x02e\xc0\x00' and word == 10415:
                    if sip_item_number is not None:
                        raise too_many(1)
                    if size != 16:
                        raise no_word()
                    (sip_item_number,) = unsigned32_at(octets, start + 12)
                    start += 16
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x02`\xc0\x00' and word == 10415:
                    if sip_authentication_scheme is not None:
                        raise too_many(1)
                    if size < 12:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    sip_authentication_scheme = octets[start + 12 : stop].decode()
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x02a\xc0\x00' and word == 10415:
                    if sip_authenticate is not None:
                        raise too_many(1)
                    if size < 12:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    sip_authenticate = octets[start + 12 : stop]
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x02b\xc0\x00' and word == 10415:
                    if sip_authorization is not None:
                        raise too_many(1)
                    if size < 12:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    sip_authorization = octets[start + 12 : stop]
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x02q\xc0\x00' and word == 10415:
                    if confidentiality_key is not None:
                        raise too_many(1)
                    if size != 28:
                        raise wrong_size(size - 12, 16, 16)
                    stop = start + size
                    confidentiality_key = octets[start + 12 : stop]
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x02r\xc0\x00' and word == 10415:
                    if integrity_key is not None:
                        raise too_many(1)
                    if size != 28:
                        raise wrong_size(size - 12, 16, 16)
                    stop = start + size
                    integrity_key = octets[start + 12 : stop]
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if start == at:
                    head = cls.MEMBERS.variants.get(head, b'')
                    if not head:
                        head, size, word, start = cls.MEMBERS.unusual(
                            octets, start, end, others
                        )
                elif start <= last:
                    at = start  # whose header is read already
            if start > end:
                check_lengths(octets, first, end)
        except BROKEN as error:
            raise located(error, "SIP-Auth-Data-Item", octets, start, end, at) from None
        order = keys_at(octets, first, end) if others else ()
        return cls(sip_item_number, sip_authentication_scheme, sip_authenticate, sip_authorization, confidentiality_key, integrity_key, others, order)


class MAR(AvpBody):
    """The command MAR."""

    COMMAND: ClassVar[int] = 303
    APPLICATION: ClassVar[int] = 16777221
    FLAGS: ClassVar[int] = 0xc0
    MEMBERS: ClassVar[Members] = Members(
        'Session-Id', 'Vendor-Specific-Application-Id', 'Auth-Session-State', 'Origin-Host', 'Origin-Realm', 'Destination-Realm', 'Destination-Host', 'User-Name', 'Public-Identity', 'SIP-Auth-Data-Item', 'GUSS-Timestamp', 'Supported-Features', 'Proxy-Info', 'Route-Record',
        closed=False, strict=True,
    )

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
    supported_features: list[SupportedFeatures] = []
    proxy_info: list[bytes] = []
    route_record: list[str] = []
    others: list[Avp] = []
    order: tuple[int, ...] = ()

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        try:
            out += (
                encode_avp(0x10740000008, self.session_id.encode()),
                encode_avp(0x10440000008, self.vendor_specific_application_id.encode()),
                encode_integer32_avp(b'\x00\x00\x01\x15@\x00\x00\x0c', self.auth_session_state, 0, 1),
                encode_identity_avp(0x10840000008, self.origin_host),
                encode_identity_avp(0x12840000008, self.origin_realm),
                encode_identity_avp(0x11b40000008, self.destination_realm),
                encode_identity_avp(0x12540000008, self.destination_host) if self.destination_host is not None else b"",
                encode_avp(0x140000008, self.user_name.encode()) if self.user_name is not None else b"",
                encode_vendor_avp(0x259c000000c, b'\x00\x00(\xaf', self.public_identity.encode()) if self.public_identity is not None else b"",
                encode_vendor_avp(0x264c000000c, b'\x00\x00(\xaf', self.sip_auth_data_item.encode()) if self.sip_auth_data_item is not None else b"",
                encode_time_avp(b'\x00\x00\x01\x99\x80\x00\x00\x10\x00\x00(\xaf', self.guss_timestamp) if self.guss_timestamp is not None else b"",
            )
            for supported_features in self.supported_features:
                out.append(encode_vendor_avp(0x274c000000c, b'\x00\x00(\xaf', supported_features.encode()))
            for proxy_info in self.proxy_info:
                out.append(encode_avp(0x11c40000008, proxy_info))
            for route_record in self.route_record:
                out.append(encode_identity_avp(0x11a40000008, route_record))
            for other in self.others:
                out.append(other.encode())
        except UNWRITABLE as error:
            raise unwritten(error, self, "MAR", ('Session-Id', 'Vendor-Specific-Application-Id', 'Auth-Session-State', 'Origin-Host', 'Origin-Realm', 'Destination-Realm')) from None
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
        first, last, at = start, end - 12, -8
        try:
            while start < end:
                if start - at > 4:
                    at = start
                    if start > last:
                        head, size, word = short_head(octets, start, end)
                    else:
                        head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x07@\x00':
                    if session_id is not None:
                        raise too_many(1)
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    session_id = octets[start + 8 : stop].decode()
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x04@\x00':
                    if vendor_specific_application_id is not None:
                        raise too_many(1)
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    vendor_specific_application_id = VendorSpecificApplicationId.decode(octets, start + 8, stop)
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x15@\x00':
                    if auth_session_state is not None:
                        raise too_many(1)
                    if size != 12:
                        raise no_word()
                    auth_session_state = word
                    if not 0 <= auth_session_state <= 1:
                        raise out_of_range(signed(auth_session_state), 0, 1)
                    start += 12
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x08@\x00':
                    if origin_host is not None:
                        raise too_many(1)
                    stop = start + size
                    origin_host = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01(@\x00':
                    if origin_realm is not None:
                        raise too_many(1)
                    stop = start + size
                    origin_realm = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x1b@\x00':
                    if destination_realm is not None:
                        raise too_many(1)
                    stop = start + size
                    destination_realm = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01%@\x00':
                    if destination_host is not None:
                        raise too_many(1)
                    stop = start + size
                    destination_host = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x00\x01@\x00':
                    if user_name is not None:
                        raise too_many(1)
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    user_name = octets[start + 8 : stop].decode()
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x02Y\xc0\x00' and word == 10415:
                    if public_identity is not None:
                        raise too_many(1)
                    if size < 12:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    public_identity = octets[start + 12 : stop].decode()
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x02d\xc0\x00' and word == 10415:
                    if sip_auth_data_item is not None:
                        raise too_many(1)
                    if size < 12:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    sip_auth_data_item = SIPAuthDataItem.decode(octets, start + 12, stop)
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x99\x80\x00' and word == 10415:
                    if guss_timestamp is not None:
                        raise too_many(1)
                    if size != 16:
                        raise no_word()
                    (guss_timestamp,) = unsigned32_at(octets, start + 12)
                    guss_timestamp = decode_time(guss_timestamp)
                    start += 16
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                while head == b'\x00\x00\x02t\xc0\x00' and word == 10415:
                    if size < 12:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    one_supported_features = SupportedFeatures.decode(octets, start + 12, stop)
                    start = stop + 3 & ~3
                    supported_features.append(one_supported_features)
                    if start > last:
                        break
                    head, size, word = head_at(octets, start)
                while head == b'\x00\x00\x01\x1c@\x00':
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    one_proxy_info = octets[start + 8 : stop]
                    start = stop + 3 & ~3
                    proxy_info.append(one_proxy_info)
                    if start > last:
                        break
                    head, size, word = head_at(octets, start)
                while head == b'\x00\x00\x01\x1a@\x00':
                    stop = start + size
                    one_route_record = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    route_record.append(one_route_record)
                    if start > last:
                        break
                    head, size, word = head_at(octets, start)
                if start == at:
                    head = cls.MEMBERS.variants.get(head, b'')
                    if not head:
                        head, size, word, start = cls.MEMBERS.unusual(
                            octets, start, end, others
                        )
                elif start <= last:
                    at = start  # whose header is read already
            if start > end:
                check_lengths(octets, first, end)
        except BROKEN as error:
            raise located(error, "MAR", octets, start, end, at) from None
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
        order = keys_at(octets, first, end) if others else ()
        return cls(session_id, vendor_specific_application_id, auth_session_state, origin_host, origin_realm, destination_realm, destination_host, user_name, public_identity, sip_auth_data_item, guss_timestamp, supported_features, proxy_info, route_record, others, order)


class MAA(AvpBody):
    """The command MAA."""

    COMMAND: ClassVar[int] = 303
    APPLICATION: ClassVar[int] = 16777221
    FLAGS: ClassVar[int] = 0x40
    MEMBERS: ClassVar[Members] = Members(
        'Session-Id', 'Vendor-Specific-Application-Id', 'Result-Code', 'Experimental-Result', 'Auth-Session-State', 'Origin-Host', 'Origin-Realm', 'User-Name', 'Public-Identity', 'SIP-Auth-Data-Item', 'GBA-UserSecSettings', 'Supported-Features', 'Proxy-Info', 'Route-Record',
        closed=False, strict=False,
    )

    session_id: str
    vendor_specific_application_id: VendorSpecificApplicationId
    auth_session_state: int
    origin_host: str
    origin_realm: str
    result_code: int | None = None
    experimental_result: ExperimentalResult | None = None
    user_name: str | None = None
    public_identity: str | None = None
    sip_auth_data_item: SIPAuthDataItem | None = None
    gba_usersecsettings: bytes | None = None
    supported_features: list[SupportedFeatures] = []
    proxy_info: list[bytes] = []
    route_record: list[str] = []
    others: list[Avp] = []
    order: tuple[int, ...] = ()

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        try:
            out += (
                encode_avp(0x10740000008, self.session_id.encode()),
                encode_avp(0x10440000008, self.vendor_specific_application_id.encode()),
                encode_unsigned32_avp(b'\x00\x00\x01\x0c@\x00\x00\x0c', self.result_code) if self.result_code is not None else b"",
                encode_avp(0x12940000008, self.experimental_result.encode()) if self.experimental_result is not None else b"",
                encode_integer32_avp(b'\x00\x00\x01\x15@\x00\x00\x0c', self.auth_session_state, 0, 1),
                encode_identity_avp(0x10840000008, self.origin_host),
                encode_identity_avp(0x12840000008, self.origin_realm),
                encode_avp(0x140000008, self.user_name.encode()) if self.user_name is not None else b"",
                encode_vendor_avp(0x259c000000c, b'\x00\x00(\xaf', self.public_identity.encode()) if self.public_identity is not None else b"",
                encode_vendor_avp(0x264c000000c, b'\x00\x00(\xaf', self.sip_auth_data_item.encode()) if self.sip_auth_data_item is not None else b"",
                encode_vendor_avp(0x1908000000c, b'\x00\x00(\xaf', self.gba_usersecsettings) if self.gba_usersecsettings is not None else b"",
            )
            for supported_features in self.supported_features:
                out.append(encode_vendor_avp(0x274c000000c, b'\x00\x00(\xaf', supported_features.encode()))
            for proxy_info in self.proxy_info:
                out.append(encode_avp(0x11c40000008, proxy_info))
            for route_record in self.route_record:
                out.append(encode_identity_avp(0x11a40000008, route_record))
            for other in self.others:
                out.append(other.encode())
        except UNWRITABLE as error:
            raise unwritten(error, self, "MAA", ('Session-Id', 'Vendor-Specific-Application-Id', 'Auth-Session-State', 'Origin-Host', 'Origin-Realm')) from None
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
        first, last, at = start, end - 12, -8
        try:
            while start < end:
                if start - at > 4:
                    at = start
                    if start > last:
                        head, size, word = short_head(octets, start, end)
                    else:
                        head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x07@\x00':
                    if session_id is not None:
                        raise too_many(1)
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    session_id = octets[start + 8 : stop].decode()
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x04@\x00':
                    if vendor_specific_application_id is not None:
                        raise too_many(1)
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    vendor_specific_application_id = VendorSpecificApplicationId.decode(octets, start + 8, stop)
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x0c@\x00':
                    if result_code is not None:
                        raise too_many(1)
                    if size != 12:
                        raise no_word()
                    result_code = word
                    start += 12
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01)@\x00':
                    if experimental_result is not None:
                        raise too_many(1)
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    experimental_result = ExperimentalResult.decode(octets, start + 8, stop)
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x15@\x00':
                    if auth_session_state is not None:
                        raise too_many(1)
                    if size != 12:
                        raise no_word()
                    auth_session_state = word
                    if not 0 <= auth_session_state <= 1:
                        raise out_of_range(signed(auth_session_state), 0, 1)
                    start += 12
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x08@\x00':
                    if origin_host is not None:
                        raise too_many(1)
                    stop = start + size
                    origin_host = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01(@\x00':
                    if origin_realm is not None:
                        raise too_many(1)
                    stop = start + size
                    origin_realm = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x00\x01@\x00':
                    if user_name is not None:
                        raise too_many(1)
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    user_name = octets[start + 8 : stop].decode()
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x02Y\xc0\x00' and word == 10415:
                    if public_identity is not None:
                        raise too_many(1)
                    if size < 12:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    public_identity = octets[start + 12 : stop].decode()
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x02d\xc0\x00' and word == 10415:
                    if sip_auth_data_item is not None:
                        raise too_many(1)
                    if size < 12:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    sip_auth_data_item = SIPAuthDataItem.decode(octets, start + 12, stop)
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x90\x80\x00' and word == 10415:
                    if gba_usersecsettings is not None:
                        raise too_many(1)
                    if size < 12:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    gba_usersecsettings = octets[start + 12 : stop]
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                while head == b'\x00\x00\x02t\xc0\x00' and word == 10415:
                    if size < 12:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    one_supported_features = SupportedFeatures.decode(octets, start + 12, stop)
                    start = stop + 3 & ~3
                    supported_features.append(one_supported_features)
                    if start > last:
                        break
                    head, size, word = head_at(octets, start)
                while head == b'\x00\x00\x01\x1c@\x00':
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    one_proxy_info = octets[start + 8 : stop]
                    start = stop + 3 & ~3
                    proxy_info.append(one_proxy_info)
                    if start > last:
                        break
                    head, size, word = head_at(octets, start)
                while head == b'\x00\x00\x01\x1a@\x00':
                    stop = start + size
                    one_route_record = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    route_record.append(one_route_record)
                    if start > last:
                        break
                    head, size, word = head_at(octets, start)
                if start == at:
                    head = cls.MEMBERS.variants.get(head, b'')
                    if not head:
                        head, size, word, start = cls.MEMBERS.unusual(
                            octets, start, end, others
                        )
                elif start <= last:
                    at = start  # whose header is read already
            if start > end:
                check_lengths(octets, first, end)
        except BROKEN as error:
            raise located(error, "MAA", octets, start, end, at) from None
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
        order = keys_at(octets, first, end) if others else ()
        return cls(session_id, vendor_specific_application_id, auth_session_state, origin_host, origin_realm, result_code, experimental_result, user_name, public_identity, sip_auth_data_item, gba_usersecsettings, supported_features, proxy_info, route_record, others, order)


class BIR(AvpBody):
    """The command BIR."""

    COMMAND: ClassVar[int] = 310
    APPLICATION: ClassVar[int] = 16777220
    FLAGS: ClassVar[int] = 0xc0
    MEMBERS: ClassVar[Members] = Members(
        'Session-Id', 'Vendor-Specific-Application-Id', 'Origin-Host', 'Origin-Realm', 'Destination-Realm', 'Destination-Host', 'GAA-Service-Identifier', 'Transaction-Identifier', 'NAF-Hostname', 'GBA_U-Awareness-Indicator', 'Proxy-Info', 'Route-Record',
        closed=False, strict=True,
    )

    session_id: str
    vendor_specific_application_id: VendorSpecificApplicationId
    origin_host: str
    origin_realm: str
    destination_realm: str
    transaction_identifier: bytes
    naf_hostname: bytes
    destination_host: str | None = None
    gaa_service_identifier: list[bytes] = []
    gba_u_awareness_indicator: int | None = None
    proxy_info: list[bytes] = []
    route_record: list[str] = []
    others: list[Avp] = []
    order: tuple[int, ...] = ()

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        try:
            out += (
                encode_avp(0x10740000008, self.session_id.encode()),
                encode_avp(0x10440000008, self.vendor_specific_application_id.encode()),
                encode_identity_avp(0x10840000008, self.origin_host),
                encode_identity_avp(0x12840000008, self.origin_realm),
                encode_identity_avp(0x11b40000008, self.destination_realm),
                encode_identity_avp(0x12540000008, self.destination_host) if self.destination_host is not None else b"",
            )
            for gaa_service_identifier in self.gaa_service_identifier:
                out.append(encode_vendor_avp(0x1938000000c, b'\x00\x00(\xaf', gaa_service_identifier))
            out += (
                encode_vendor_avp(0x1918000000c, b'\x00\x00(\xaf', self.transaction_identifier),
                encode_vendor_avp(0x1928000000c, b'\x00\x00(\xaf', self.naf_hostname),
                encode_integer32_avp(b'\x00\x00\x01\x97\x80\x00\x00\x10\x00\x00(\xaf', self.gba_u_awareness_indicator) if self.gba_u_awareness_indicator is not None else b"",
            )
            for proxy_info in self.proxy_info:
                out.append(encode_avp(0x11c40000008, proxy_info))
            for route_record in self.route_record:
                out.append(encode_identity_avp(0x11a40000008, route_record))
            for other in self.others:
                out.append(other.encode())
        except UNWRITABLE as error:
            raise unwritten(error, self, "BIR", ('Session-Id', 'Vendor-Specific-Application-Id', 'Origin-Host', 'Origin-Realm', 'Destination-Realm', 'Transaction-Identifier', 'NAF-Hostname')) from None
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
        first, last, at = start, end - 12, -8
        try:
            while start < end:
                if start - at > 4:
                    at = start
                    if start > last:
                        head, size, word = short_head(octets, start, end)
                    else:
                        head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x07@\x00':
                    if session_id is not None:
                        raise too_many(1)
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    session_id = octets[start + 8 : stop].decode()
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x04@\x00':
                    if vendor_specific_application_id is not None:
                        raise too_many(1)
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    vendor_specific_application_id = VendorSpecificApplicationId.decode(octets, start + 8, stop)
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x08@\x00':
                    if origin_host is not None:
                        raise too_many(1)
                    stop = start + size
                    origin_host = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01(@\x00':
                    if origin_realm is not None:
                        raise too_many(1)
                    stop = start + size
                    origin_realm = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x1b@\x00':
                    if destination_realm is not None:
                        raise too_many(1)
                    stop = start + size
                    destination_realm = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01%@\x00':
                    if destination_host is not None:
                        raise too_many(1)
                    stop = start + size
                    destination_host = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                while head == b'\x00\x00\x01\x93\x80\x00' and word == 10415:
                    if size < 12:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    one_gaa_service_identifier = octets[start + 12 : stop]
                    start = stop + 3 & ~3
                    gaa_service_identifier.append(one_gaa_service_identifier)
                    if start > last:
                        break
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x91\x80\x00' and word == 10415:
                    if transaction_identifier is not None:
                        raise too_many(1)
                    if size < 12:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    transaction_identifier = octets[start + 12 : stop]
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x92\x80\x00' and word == 10415:
                    if naf_hostname is not None:
                        raise too_many(1)
                    if size < 12:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    naf_hostname = octets[start + 12 : stop]
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x97\x80\x00' and word == 10415:
                    if gba_u_awareness_indicator is not None:
                        raise too_many(1)
                    if size != 16:
                        raise no_word()
                    (gba_u_awareness_indicator,) = integer32_at(octets, start + 12)
                    start += 16
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                while head == b'\x00\x00\x01\x1c@\x00':
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    one_proxy_info = octets[start + 8 : stop]
                    start = stop + 3 & ~3
                    proxy_info.append(one_proxy_info)
                    if start > last:
                        break
                    head, size, word = head_at(octets, start)
                while head == b'\x00\x00\x01\x1a@\x00':
                    stop = start + size
                    one_route_record = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    route_record.append(one_route_record)
                    if start > last:
                        break
                    head, size, word = head_at(octets, start)
                if start == at:
                    head = cls.MEMBERS.variants.get(head, b'')
                    if not head:
                        head, size, word, start = cls.MEMBERS.unusual(
                            octets, start, end, others
                        )
                elif start <= last:
                    at = start  # whose header is read already
            if start > end:
                check_lengths(octets, first, end)
        except BROKEN as error:
            raise located(error, "BIR", octets, start, end, at) from None
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
        order = keys_at(octets, first, end) if others else ()
        return cls(session_id, vendor_specific_application_id, origin_host, origin_realm, destination_realm, transaction_identifier, naf_hostname, destination_host, gaa_service_identifier, gba_u_awareness_indicator, proxy_info, route_record, others, order)


class BIA(AvpBody):
    """The command BIA."""

    COMMAND: ClassVar[int] = 310
    APPLICATION: ClassVar[int] = 16777220
    FLAGS: ClassVar[int] = 0x40
    MEMBERS: ClassVar[Members] = Members(
        'Session-Id', 'Vendor-Specific-Application-Id', 'Result-Code', 'Experimental-Result', 'Origin-Host', 'Origin-Realm', 'User-Name', 'ME-Key-Material', 'UICC-Key-Material', 'Key-ExpiryTime', 'BootstrapInfoCreationTime', 'GBA-UserSecSettings', 'GBA-Type', 'Proxy-Info', 'Route-Record',
        closed=False, strict=False,
    )
    SECRET: ClassVar[frozenset[str]] = frozenset(['me_key_material', 'uicc_key_material'])

    session_id: str
    vendor_specific_application_id: VendorSpecificApplicationId
    origin_host: str
    origin_realm: str
    result_code: int | None = None
    experimental_result: ExperimentalResult | None = None
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
    order: tuple[int, ...] = ()

    def encode(self) -> bytes:
        """The AVPs, in the order of the grammar, or in that of the AVPs received."""
        out: list[bytes] = []
        try:
            out += (
                encode_avp(0x10740000008, self.session_id.encode()),
                encode_avp(0x10440000008, self.vendor_specific_application_id.encode()),
                encode_unsigned32_avp(b'\x00\x00\x01\x0c@\x00\x00\x0c', self.result_code) if self.result_code is not None else b"",
                encode_avp(0x12940000008, self.experimental_result.encode()) if self.experimental_result is not None else b"",
                encode_identity_avp(0x10840000008, self.origin_host),
                encode_identity_avp(0x12840000008, self.origin_realm),
                encode_avp(0x140000008, self.user_name.encode()) if self.user_name is not None else b"",
                encode_vendor_avp(0x1958000000c, b'\x00\x00(\xaf', self.me_key_material) if self.me_key_material is not None else b"",
                encode_vendor_avp(0x1968000000c, b'\x00\x00(\xaf', self.uicc_key_material) if self.uicc_key_material is not None else b"",
                encode_time_avp(b'\x00\x00\x01\x94\x80\x00\x00\x10\x00\x00(\xaf', self.key_expirytime) if self.key_expirytime is not None else b"",
                encode_time_avp(b'\x00\x00\x01\x98\x80\x00\x00\x10\x00\x00(\xaf', self.bootstrapinfocreationtime) if self.bootstrapinfocreationtime is not None else b"",
                encode_vendor_avp(0x1908000000c, b'\x00\x00(\xaf', self.gba_usersecsettings) if self.gba_usersecsettings is not None else b"",
                encode_integer32_avp(b'\x00\x00\x01\x9a\x80\x00\x00\x10\x00\x00(\xaf', self.gba_type) if self.gba_type is not None else b"",
            )
            for proxy_info in self.proxy_info:
                out.append(encode_avp(0x11c40000008, proxy_info))
            for route_record in self.route_record:
                out.append(encode_identity_avp(0x11a40000008, route_record))
            for other in self.others:
                out.append(other.encode())
        except UNWRITABLE as error:
            raise unwritten(error, self, "BIA", ('Session-Id', 'Vendor-Specific-Application-Id', 'Origin-Host', 'Origin-Realm')) from None
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
        first, last, at = start, end - 12, -8
        try:
            while start < end:
                if start - at > 4:
                    at = start
                    if start > last:
                        head, size, word = short_head(octets, start, end)
                    else:
                        head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x07@\x00':
                    if session_id is not None:
                        raise too_many(1)
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    session_id = octets[start + 8 : stop].decode()
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x04@\x00':
                    if vendor_specific_application_id is not None:
                        raise too_many(1)
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    vendor_specific_application_id = VendorSpecificApplicationId.decode(octets, start + 8, stop)
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x0c@\x00':
                    if result_code is not None:
                        raise too_many(1)
                    if size != 12:
                        raise no_word()
                    result_code = word
                    start += 12
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01)@\x00':
                    if experimental_result is not None:
                        raise too_many(1)
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    experimental_result = ExperimentalResult.decode(octets, start + 8, stop)
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x08@\x00':
                    if origin_host is not None:
                        raise too_many(1)
                    stop = start + size
                    origin_host = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01(@\x00':
                    if origin_realm is not None:
                        raise too_many(1)
                    stop = start + size
                    origin_realm = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x00\x01@\x00':
                    if user_name is not None:
                        raise too_many(1)
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    user_name = octets[start + 8 : stop].decode()
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x95\x80\x00' and word == 10415:
                    if me_key_material is not None:
                        raise too_many(1)
                    if size < 12:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    me_key_material = octets[start + 12 : stop]
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x96\x80\x00' and word == 10415:
                    if uicc_key_material is not None:
                        raise too_many(1)
                    if size < 12:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    uicc_key_material = octets[start + 12 : stop]
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x94\x80\x00' and word == 10415:
                    if key_expirytime is not None:
                        raise too_many(1)
                    if size != 16:
                        raise no_word()
                    (key_expirytime,) = unsigned32_at(octets, start + 12)
                    key_expirytime = decode_time(key_expirytime)
                    start += 16
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x98\x80\x00' and word == 10415:
                    if bootstrapinfocreationtime is not None:
                        raise too_many(1)
                    if size != 16:
                        raise no_word()
                    (bootstrapinfocreationtime,) = unsigned32_at(octets, start + 12)
                    bootstrapinfocreationtime = decode_time(bootstrapinfocreationtime)
                    start += 16
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x90\x80\x00' and word == 10415:
                    if gba_usersecsettings is not None:
                        raise too_many(1)
                    if size < 12:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    gba_usersecsettings = octets[start + 12 : stop]
                    start = stop + 3 & ~3
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                if head == b'\x00\x00\x01\x9a\x80\x00' and word == 10415:
                    if gba_type is not None:
                        raise too_many(1)
                    if size != 16:
                        raise no_word()
                    (gba_type,) = integer32_at(octets, start + 12)
                    start += 16
                    if start > last:
                        continue
                    head, size, word = head_at(octets, start)
                while head == b'\x00\x00\x01\x1c@\x00':
                    if size < 8:
                        raise wrong_length(octets, start, end)
                    stop = start + size
                    one_proxy_info = octets[start + 8 : stop]
                    start = stop + 3 & ~3
                    proxy_info.append(one_proxy_info)
                    if start > last:
                        break
                    head, size, word = head_at(octets, start)
                while head == b'\x00\x00\x01\x1a@\x00':
                    stop = start + size
                    one_route_record = decode_identity(octets[start + 8 : stop])
                    start = stop + 3 & ~3
                    route_record.append(one_route_record)
                    if start > last:
                        break
                    head, size, word = head_at(octets, start)
                if start == at:
                    head = cls.MEMBERS.variants.get(head, b'')
                    if not head:
                        head, size, word, start = cls.MEMBERS.unusual(
                            octets, start, end, others
                        )
                elif start <= last:
                    at = start  # whose header is read already
            if start > end:
                check_lengths(octets, first, end)
        except BROKEN as error:
            raise located(error, "BIA", octets, start, end, at) from None
        if session_id is None:
            raise missing("BIA", "Session-Id")
        if vendor_specific_application_id is None:
            raise missing("BIA", "Vendor-Specific-Application-Id")
        if origin_host is None:
            raise missing("BIA", "Origin-Host")
        if origin_realm is None:
            raise missing("BIA", "Origin-Realm")
        order = keys_at(octets, first, end) if others else ()
        return cls(session_id, vendor_specific_application_id, origin_host, origin_realm, result_code, experimental_result, user_name, me_key_material, uicc_key_material, key_expirytime, bootstrapinfocreationtime, gba_usersecsettings, gba_type, proxy_info, route_record, others, order)

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
