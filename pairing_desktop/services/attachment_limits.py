"""How large attachments may be: shipped as data (``resources/attachments.toml``), changed for a data file in 设置."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from pairing_desktop import paths
from pairing_desktop.errors import BadContent, Problem, problem

if TYPE_CHECKING:
    from pairing_desktop.services.workspace import Workspace

META = "attachments/limits"
MEGA = 1_000_000
"""Bytes of what is called 1 MB here, as messengers and sticks count."""


class Limits(Struct, frozen=True):
    """Megabytes of one file, of a packet, and of what can be sent at once; pixels of a photo's longer side."""

    file_mb: int
    packet_mb: int
    send_mb: int
    photo_px: int


RANGES = {"file_mb": (1, 100), "packet_mb": (10, 300), "send_mb": (1, 300), "photo_px": (800, 8000)}
"""What may be set. A packet's container takes no more than 300 MB anywhere, the province's included."""

TITLES = {"file_mb": "一个附件", "packet_mb": "一个报送包", "send_mb": "传输工具一次能传", "photo_px": "照片长边"}
UNITS = {"file_mb": "MB", "packet_mb": "MB", "send_mb": "MB", "photo_px": "像素"}


@cache
def shipped() -> Limits:
    """Return the limits that come with the program."""
    import tomllib

    with paths.resource("attachments.toml").open("rb") as file:
        return Limits(**{name: int(value) for name, value in tomllib.load(file).items()})


def of(ws: Workspace) -> Limits:
    """Return a data file's limits: the shipped ones, and what was set instead."""
    said = json.loads(ws.store.meta(META) or "{}")
    known = {name: value for name, value in said.items() if name in RANGES and isinstance(value, int)}
    return structs.replace(shipped(), **known)


def change(ws: Workspace, limits: Limits) -> None:
    """Set a data file's limits. BadContent: every one that lies out of its range."""
    ws.writable()
    wrong = list(_wrong(limits))
    if wrong:
        raise BadContent(*wrong)
    ws.store.set_meta(META, json.dumps(structs.asdict(limits)))


def _wrong(limits: Limits) -> list[Problem]:
    given = structs.asdict(limits)
    return [problem("services.attachment_limit", what=TITLES[name], least=least, most=most, unit=UNITS[name])
            for name, (least, most) in RANGES.items() if not least <= given[name] <= most]
