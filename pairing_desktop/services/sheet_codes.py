"""表码: whether a code on a stamped sheet is that of the sheet's present data, of replaced data, or of none we know.

A code is the digest of one sheet's frozen data (``documents.surrounds``), so an unchanged sheet keeps its code in the
next submission and its stamp stays good.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct, structs

from pairing_desktop.errors import Trouble, trouble
from pairing_desktop.services import locking, papers
from pairing_desktop.services.standing import said_of
from pairing_desktop.services.workspace import ROLE_LABELS, Workspace

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from sqlalchemy import Connection

    from pairing_desktop.documents.model import Document
    from pairing_desktop.documents.views import LayoutContext
    from pairing_desktop.formspec.catalogue import Catalogue
    from pairing_desktop.store.submissions import Submission

Status = Literal["match", "replaced", "unknown"]
WORDS: dict[Status, str] = {"match": "相符", "replaced": "已被替代", "unknown": "查不到"}
NAMED = 4
"""Sheets to stamp again that are named."""
_QR = re.compile(r"JD1:[^:]*:(\d{6}):([^:]*):([0-9A-Z]{12})")
_CODE = re.compile(r"[0-9A-HJKMNP-TV-Z]{12}")
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})


class Sheet(Struct, frozen=True):
    """A stamped sheet as some data has it."""

    code: str
    form: str
    title: str
    label: str
    period: str
    """Quarter or year; blank for a register's card."""
    record: str
    submission: int
    """Number of the submission; 0: the data as it stands now."""
    quarter: str


class Looked(Struct, frozen=True):
    """What became of a code. ``now`` is the sheet's present code where it is another."""

    code: str
    status: Status
    text: str
    """The answer in words."""
    sheet: Sheet | None = None
    now: str = ""

    def to_json(self) -> dict[str, object]:
        """Return what ``verify --code --json`` prints."""
        sheet = self.sheet
        about = {"form": sheet.form, "record": sheet.record, "label": sheet.label, "period": sheet.period,
                 "quarter": sheet.quarter, "submission": sheet.submission} if sheet else {}
        return {"code": self.code, "status": self.status, "text": self.text, "now": self.now, **about}


def read(typed: str, county: str = "") -> str:
    """Return ``XXXX-XXXX-XXXX`` of what was typed or scanned. Trouble: no code, or that of another county."""
    text = _plain(typed)
    scanned = _scanned(typed)
    if scanned and county and scanned[1] != county:
        raise trouble("codes.other_county", county=scanned[1])
    letters = scanned[3] if scanned else re.sub(r"[\s\-—–－]|表码", "", text).translate(_MISREAD)
    if not _CODE.fullmatch(letters):
        raise trouble("codes.no_code", typed=typed.strip()[:30])
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def _plain(typed: str) -> str:
    return unicodedata.normalize("NFKC", typed).strip().upper()


def _scanned(typed: str) -> re.Match[str] | None:
    """Return what a QR says of itself besides the code: form, county, quarter or year."""
    return _QR.fullmatch(_plain(typed).replace(" ", ""))


def _says_else(typed: str, found: Sheet, county: str) -> bool:
    """Return whether a QR names another form or quarter than the sheet whose code it carries."""
    from pairing_desktop.documents.code import code_text

    scanned = _scanned(typed)
    own = code_text(form=found.form, county=county, period=found.period or "0", code=found.code).replace(" ", "")
    return scanned is not None and scanned[0] != own


def look_up(ws: Workspace, typed: str) -> Looked:
    """Return whether a code is of the sheet's present data or last submission, of an earlier one, or unknown."""
    code = read(typed, ws.about.county)
    known = list(_known(ws))
    found = _having(known, code) or _formerly(ws, known, code)
    if found is None:
        return Looked(code, "unknown", "数据文件里没有这个表码：可能是别的数据文件打印的，或抄错了。")
    if _says_else(typed, structs.replace(found, code=code), ws.about.county):
        return Looked(code, "unknown", f"二维码里写的表或报告期，与表码对不上：表码是{_named(found)}的。"
                                       "二维码可能被改过，请核对盖章页，再按纸上印的表码查。")
    same = [s for s in known if (s.form, s.record, s.period) == (found.form, found.record, found.period)]
    now, sent = same[0], next((s for s in same if s.submission), None)
    if sent is not None and found.code == sent.code:
        as_sent = now.code == sent.code
        after = "数据没有改动，盖过章的不用重盖" if as_sent else "数据有改动，重新报送时要重新盖章"
        return Looked(code, "match", f"与{_sent(sent)}一致。此后{after}。", sent, "" if as_sent else now.code)
    if found.code == now.code:
        return Looked(code, "match", f"与现在数据里的{_named(now)}一致，还没有报送过。", now)
    text = f"这是{_sent(found)}，内容已改，现在的表码是 {now.code}，要重新盖章。"
    return Looked(code, "replaced", text, found, now.code)


def _having(known: Iterable[Sheet], code: str) -> Sheet | None:
    """Return the sheet of a code: as it was sent last, else as it is now."""
    having = [s for s in known if s.code == code]
    return next((s for s in having if s.submission), next(iter(having), None))


def _formerly(ws: Workspace, known: Iterable[Sheet], code: str) -> Sheet | None:
    """Return the sheet whose paper was stamped with a code made the former way, with that made the present way.

    The former way left out the names of other records: the paper is of the first submission that bore the code.
    """
    from pairing_desktop.documents.code import FORMER

    having = [s for s in _known(ws, FORMER) if s.code == code]
    was = next((s for s in reversed(having) if s.submission), next(iter(having), None))
    return was and next((s for s in known if structs.replace(s, code=code) == was), None)


def _sent(sheet: Sheet) -> str:
    which = f"第{sheet.submission}次报送" if sheet.submission else "数据里"
    return f"{_quarter(sheet.quarter)}{which}的{_named(sheet)}"


def _named(sheet: Sheet) -> str:
    """Return what a sheet is called; its period where the record's name is another."""
    period = _quarter(sheet.period) if sheet.period else ""
    return f"{sheet.title}“{sheet.label}”" + (f"（{period}）" if period not in ("", sheet.label) else "")


def _quarter(quarter: str) -> str:
    from pairing_desktop.formspec import period as periods

    return periods.title(quarter)


def _known(ws: Workspace, coded: int | None = None) -> Iterator[Sheet]:
    """Yield the sheets of the present data, then those of each submission, the latest first.

    ``coded``: how their codes are made, if not as they are now.
    """
    with ws.store.reading() as conn:
        done = [s for s in locking.all_submissions(conn) if s.state != "undone"]
        done.sort(key=lambda s: (s.period, s.number), reverse=True)
        for quarter in dict.fromkeys(s.period for s in done) or (_present(ws),):
            yield from _now(ws, quarter, conn, coded)
        for submission in done:
            data = data_of(ws, submission, conn)
            if data is not None:
                yield from of_data(data, ws.catalogue, coded)
            yield from _approvals(ws, submission)


def _approvals(ws: Workspace, submission: Submission) -> Iterator[Sheet]:
    """Yield the approval sheets (报送签批单) of a submission, one for each role."""
    from pairing_desktop.documents.approval_slip import slip_code

    for role in ws.about.roles:
        yield Sheet(slip_code(submission.identity, role), "approval", "报送签批单", ROLE_LABELS.get(role, role),
                    submission.period, role, submission.number, submission.period)


def _present(ws: Workspace) -> str:
    from pairing_desktop.formspec.period import Quarter

    return str(Quarter.of(ws.today))


def _now(ws: Workspace, quarter: str, conn: Connection, coded: int | None) -> Iterator[Sheet]:
    from pairing_desktop.documents.layout import form_documents
    from pairing_desktop.services import freezing, naming
    from pairing_desktop.services.lookup import Snapshot

    snapshot = Snapshot(ws, quarter, conn, as_sent=True)

    def target(form: str, key: str) -> Any:  # noqa: ANN401  # a form and a payload, or None
        entry = snapshot.entry(key)
        return (ws.catalogue.form(form), freezing.public(ws.catalogue.form(form), entry.payload)) if entry else None

    around = _coded(papers.context(ws, quarter, snapshot.label, target=target), coded)
    for form in ws.catalogue.forms:
        if form.print.stamped:
            entries = snapshot.entries(form.id, naming.stored_period(form, quarter))
            views = [freezing.view(form, e, snapshot) for e in entries]
            documents = form_documents(form, views, around)
            yield from _sheets(documents, [e.key for e in entries], quarter=quarter, submission=0)


def _sheets(documents: Iterable[Document], keys: list[str], *, quarter: str, submission: int) -> Iterator[Sheet]:
    for document, key in zip((d for d in documents if d.code), keys, strict=True):
        period = document.code_text.split(":")[3]
        yield Sheet(document.code, document.form, document.title, document.label, period if period != "0" else "", key,
                    submission, quarter)


def _coded(around: LayoutContext, coded: int | None) -> LayoutContext:
    return around if coded is None else structs.replace(around, coded=coded)


def of_data(data: Mapping[str, Any], catalogue: Catalogue, coded: int | None = None) -> list[Sheet]:
    """Return the stamped sheets of a packet's data."""
    from pairing_desktop.documents.layout import form_documents

    views, around = papers.views_of(data), _coded(papers.context_of(data, catalogue), coded)
    found: list[Sheet] = []
    for form in catalogue.forms:
        if form.print.stamped and form.id in views:
            documents = form_documents(form, views[form.id], around)
            found += _sheets(documents, [v.key for v in views[form.id]], quarter=data["period"],
                             submission=data["submission"])
    return found


def data_of(ws: Workspace, submission: Submission, conn: Connection) -> Mapping[str, Any] | None:
    """Return the data of a submission's packet: kept in the data file, or where it was written; None if gone."""
    from pairing_desktop.exchange import packet_parts
    from pairing_desktop.services import writing
    from pairing_desktop.signing import container
    from pairing_desktop.store import attachments

    kept = said_of(submission).get("sha256")
    where = ws.store.meta(f"packet/{submission.id}")
    try:
        source: bytes | Path
        if kept:
            source = attachments.content(conn, kept)
        elif where:
            source = writing.place(where)
        else:
            return None
        data = packet_parts.parse_data(container.read(source, name=submission.packet_name).files[packet_parts.DATA])
    except (Trouble, KeyError):
        return None
    return data if "surroundings" in data else None


class Stamping(Struct, frozen=True):
    """The stamped sheets of a packet: which are as in the submission it replaces, and which need a new stamp."""

    unchanged: tuple[Sheet, ...]
    changed: tuple[Sheet, ...]


def stamping(ws: Workspace, data: Mapping[str, Any]) -> Stamping:
    """Return which sheets of a packet keep the code that an earlier submission's had (内容未变，无需重新盖章)."""
    sheets = of_data(data, ws.catalogue)
    with ws.store.reading() as conn:
        done = [s for s in locking.all_submissions(conn) if s.state == "submitted"]
        before = {sheet.code for s in done if (said := data_of(ws, s, conn)) is not None and s.identity
                  for sheet in of_data(said, ws.catalogue)
                  if (said["period"], said["submission"]) != (data["period"], data["submission"])}
    return Stamping(tuple(s for s in sheets if s.code in before), tuple(s for s in sheets if s.code not in before))


def stamping_text(ws: Workspace, packet: Path) -> str:
    """Return which sheets of a finalised packet want a stamp, in a sentence; "" where none is stamped."""
    from pairing_desktop.exchange.packet import open_packet

    data = open_packet(packet).data
    found = stamping(ws, data)
    total = len(found.unchanged) + len(found.changed)
    if not total:
        return ""
    if not found.unchanged:
        return f"要盖章的表 {total} 张，盖章页右下角有表码。"
    if not found.changed:
        return f"要盖章的表 {total} 张内容都没有变，已盖过章的不用重盖。"
    named = "、".join(f"{s.title}“{s.label}”" for s in found.changed[:NAMED])
    more = f" 等 {len(found.changed)} 张" if len(found.changed) > NAMED else ""
    return (f"要盖章的表 {total} 张：{len(found.unchanged)} 张内容未变，已盖过章的不用重盖；"
            f"要重新盖章的是{named}{more}。")
