"""Where forms/, db/ and resources/ lie: source tree, wheel or frozen program. Nobody else knows."""

import sys
from functools import cache
from pathlib import Path


@cache
def data_root() -> Path:
    """Return the folder that holds ``forms``, ``db`` and ``resources``."""
    if getattr(sys, "frozen", False):
        return Path(sys._MEIPASS)  # type: ignore[attr-defined]  # noqa: SLF001  # PyInstaller's documented name
    package = Path(__file__).resolve().parent
    inside = package / "_data"
    return inside if inside.is_dir() else package.parent


def forms() -> Path:
    """Return the folder of shipped form definitions (``*.yaml``)."""
    return data_root() / "forms"


def migrations() -> Path:
    """Return the Alembic script folder."""
    return data_root() / "db" / "migrations"


def reference(name: str) -> Path:
    """Return a reference table, for example ``counties.csv``."""
    return data_root() / "db" / "reference" / name


def resource(*parts: str) -> Path:
    """Return a file under ``resources``, for example ``resource("fonts", "NotoSansSC-Regular.ttf")``."""
    return data_root() / "resources" / Path(*parts)
