"""What stands already where a packet or a joint part is to be written: it goes only where nothing is lost with it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING

from pairing_desktop.errors import Trouble, trouble
from pairing_desktop.services import writing
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from sqlalchemy import Connection


def joint_part(ws: Workspace, path: Path, made: bytes) -> None:
    """Raise Trouble where the joint part ``made`` would take away an answer or signature that was not taken in."""
    from pairing_desktop.exchange import joint
    from pairing_desktop.store import attachments

    if not path.is_file():
        return
    content = path.read_bytes()
    try:
        there = joint.open_joint(content, name=path.name)
    except Trouble:
        writing.must_spare(path)
        return
    kept = _own_words(there.files)
    if kept.items() <= _own_words(joint.open_joint(made).files).items():
        return
    with ws.store.reading() as conn:
        if attachments.size(conn, hashlib.sha256(content).hexdigest()) is None:
            what = "签名" if there.signed else "答复"
            raise trouble("joining.not_taken_in", file=path.name, what=what, partner=ws.about.partner_name)


def _own_words(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return what others put into a joint part: the answer, and who signed."""
    from pairing_desktop.exchange.joint import ANSWER

    return {name: content for name, content in files.items() if name == ANSWER or name.startswith("META-INF/")}


def packet(conn: Connection, path: Path, quarter: str) -> dict[str, str]:
    """Return what to call the files that make way for a packet finalised anew at ``path``, .xlsx and .pdf beside it.

    What stands there may be this data file's own earlier try: signed and taken back since, it is kept by another name;
    signed by nobody, it is written over. Nothing else makes way, for a data file put back from a backup counts the
    submissions that came after it once more: Trouble.
    """
    from pairing_desktop.exchange.packet import open_packet
    from pairing_desktop.store import submissions as table

    beside = [path.with_suffix(ending) for ending in (".pdf", ".xlsx")]
    if not path.is_file():
        for each in beside:
            if writing.signed(each):
                raise trouble("services.signed_there", file=each.name, folder=path.parent)
        return {}
    try:
        there = open_packet(path)
    except Trouble:
        writing.must_spare(path)
        return {}
    state = {s.identity: s.state for s in table.submissions(conn, quarter)}.get(there.identity)
    if there.signed and state == "undone":
        return _withdrawn([each for each in (path, *beside) if each.is_file()])
    if there.signed:
        raise trouble("services.signed_there", file=path.name, folder=path.parent)
    if state is None:
        raise trouble("services.another_there", file=path.name, folder=path.parent)
    return {}


def _withdrawn(files: Sequence[Path]) -> dict[str, str]:
    """Return names for files whose 定稿 was taken back, alike for all, that nothing has yet."""
    numbered = ({f.name: f"{f.stem}（已撤销{number}）{f.suffix}" for f in files} for number in chain(("",), count(2)))
    return next(names for names in numbered if not any(f.with_name(names[f.name]).exists() for f in files))
