"""The visible part of a digital signature."""


def signature_stamp(*, name: str, post: str, county: str, time: str, fingerprint: str) -> bytes:
    """Return a one-page PDF of 54 × 25.5 mm: blue, square-cornered, 数字签名 … 不是公章.

    ``county`` is name and code (遂昌县 331123), ``time`` as claimed (2024-07-11 16:58:20), ``fingerprint`` hexadecimal.
    """
    raise NotImplementedError
