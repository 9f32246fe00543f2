"""Make ``resources/fonts/coverage.bin`` from the faces: ``python -m tests.formspec.coverage_tool``."""

from pairing_desktop import paths

FACES = ("NotoSansSC-Regular.ttf", "NotoSerifSC-Bold.ttf")


def bitmap() -> bytes:
    """Return the bitmap of the characters that all faces have."""
    from fontTools.ttLib import TTFont

    maps = []
    for face in FACES:
        with TTFont(paths.resource("fonts", face), lazy=True) as font:
            maps.append(set(font.getBestCmap()))
    shared = set.intersection(*maps)
    bits = bytearray(max(shared) // 8 + 1)
    for point in shared:
        if point >= 32:
            bits[point // 8] |= 1 << point % 8
    return bytes(bits)


if __name__ == "__main__":
    paths.resource("fonts", "coverage.bin").write_bytes(bitmap())
