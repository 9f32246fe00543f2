"""Just enough DER to write a CMS signature in one form and to read that form back."""

from collections.abc import Iterator

INTEGER, OCTETS, OID, UTC_TIME, SEQUENCE, SET = 0x02, 0x04, 0x06, 0x17, 0x30, 0x31


def tlv(tag: int, *parts: bytes) -> bytes:
    """Return an element: tag, shortest length, the parts joined."""
    body = b"".join(parts)
    size = len(body)
    if size < 0x80:
        return bytes((tag, size)) + body
    octets = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes((tag, 0x80 | len(octets))) + octets + body


def set_of(*elements: bytes) -> bytes:
    """Return a SET OF in DER's order."""
    return tlv(SET, *sorted(elements))


def integer(value: int) -> bytes:
    """Return a non-negative INTEGER."""
    return tlv(INTEGER, value.to_bytes(value.bit_length() // 8 + 1))


def oid(dotted: str) -> bytes:
    """Return an OBJECT IDENTIFIER."""
    first, second, *rest = (int(part) for part in dotted.split("."))
    body = bytearray()
    for arc in (first * 40 + second, *rest):
        septets = [arc & 0x7F]
        while arc := arc >> 7:
            septets.append(arc & 0x7F | 0x80)
        body += bytes(reversed(septets))
    return tlv(OID, bytes(body))


def size_of(data: bytes) -> int:
    """Return how many bytes the first element of ``data`` takes, header included. Raises ``ValueError``."""
    if len(data) < 2:
        raise ValueError("cut short")
    if data[1] < 0x80:
        size, header = data[1], 2
    else:
        octets = data[1] & 0x7F
        if not 1 <= octets <= 4 or len(data) < 2 + octets:
            raise ValueError("length")
        size, header = int.from_bytes(data[2 : 2 + octets]), 2 + octets
    if header + size > len(data):
        raise ValueError("cut short")
    return header + size


def elements(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Yield (tag, body, whole element) of the elements that ``data`` consists of. Raises ``ValueError``."""
    while data:
        size = size_of(data)
        header = 2 if data[1] < 0x80 else 2 + (data[1] & 0x7F)
        yield data[0], data[header:size], data[:size]
        data = data[size:]


def only(data: bytes, tag: int) -> bytes:
    """Return the body of the single element, of that tag, that ``data`` consists of. Raises ``ValueError``."""
    ((found, body, _),) = elements(data)
    if found != tag:
        raise ValueError("tag")
    return body
