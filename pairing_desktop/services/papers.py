"""A frozen quarter as documents: the cover, then every form; and those as PDF and workbook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from pairing_desktop.progress import Progress
from pairing_desktop.services.freezing import Content, Frozen
from pairing_desktop.services.workspace import CHINA, ROLE_LABELS, Workspace

if TYPE_CHECKING:
    from datetime import datetime

    from pairing_desktop.documents.layout import FormLine, LayoutContext, QueryLine, WaiverLine
    from pairing_desktop.documents.model import Document, Rendered
    from pairing_desktop.formspec.definition import Form

DRAFT = "草稿，未定稿"
SAMPLE = "示例数据"
LAST = 999
"""Where a form without an annex number stands."""
KINDS = {"register": "台账", "event": "事项", "quarterly": "季报", "yearly": "年报"}


def documents(ws: Workspace, frozen: Frozen, content: Content, *, final: bool) -> list[Document]:
    """Lay out the cover and every form; an unfinished one names no identity and no time."""
    from pairing_desktop.documents.layout import form_documents

    surrounding = context(ws, frozen.quarter, content.snapshot.label, number=frozen.number, waived=_waived(frozen))
    pages = [_cover(ws, frozen, content, final=final)]
    for form in by_annex(ws.catalogue.forms):
        pages += form_documents(form, content.views[form.id], surrounding)
    return pages


def by_annex(forms: Iterable[Form]) -> list[Form]:
    """Return forms in the order of paper, which is the programme's; the navigation has its own."""
    return sorted(forms, key=lambda form: int(form.head.annex) if form.head.annex.isdecimal() else LAST)


def title(ws: Workspace, frozen: Frozen) -> str:
    """Return what the PDF and the workbook are called."""
    from pairing_desktop.formspec import period as periods

    return f"{ws.about.county_name}{periods.title(frozen.quarter)}第{frozen.number}次报送"


def draw_pdf(ws: Workspace, frozen: Frozen, pages: Iterable[Document], *, final: bool, progress: Progress) -> Rendered:
    """Draw the PDF; the sample's says so on every page, a draft's too."""
    from pairing_desktop.documents.pdf import write_pdf

    watermark = (SAMPLE if ws.about.sample else "") if final else DRAFT
    return write_pdf(pages, title=title(ws, frozen), watermark=watermark, progress=progress)


def draw_workbook(ws: Workspace, frozen: Frozen, pages: list[Document], progress: Progress) -> bytes:
    """Write the workbook."""
    from pairing_desktop.documents.workbook import write_workbook

    return write_workbook(pages, title=title(ws, frozen), progress=progress)


def context(ws: Workspace, quarter: str, resolve: Any, *, number: int = 1,  # noqa: ANN401  # a lookup's method
            waived: frozenset[str] = frozenset()) -> LayoutContext:
    """Return what surrounds the records on paper."""
    from pairing_desktop.documents.layout import LayoutContext

    about = ws.about
    people = {ROLE_LABELS.get(p.role, p.label): p.name for p in ws.people}
    phones = [p.phone for p in ws.people if p.role == "preparer" and p.phone]
    if phones:
        people["联系电话"] = phones[0]
    return LayoutContext(county=about.county, county_name=about.county_name, bureau=about.bureau or about.county_name,
                         period=quarter, partner_name=about.partner_name, partner_bureau=about.partner_bureau,
                         leads=about.leads, resolve=resolve, submission=number, people=people, waived=waived)


def _waived(frozen: Frozen) -> frozenset[str]:
    return frozenset(f"{f.form}/{f.record}/{f.path}" for f in frozen.report.findings if f.waiver)


def _cover(ws: Workspace, frozen: Frozen, content: Content, *, final: bool) -> Document:
    from pairing_desktop.documents.layout import CoverData, RoleLine, cover

    about = ws.about
    names = {f.id: f"{n:02d} {f.title}" for n, f in enumerate(_shown(ws, content), start=1)}
    return cover(CoverData(
        county=about.county, county_name=about.county_name, bureau=about.bureau or about.county_name,
        period=frozen.quarter, partner_name=about.partner_name, partner_bureau=about.partner_bureau,
        submission=frozen.number,
        identity=frozen.identity if final else "", finalised_at=_china(frozen.at) if final else None,
        forms=_lines(ws, frozen, content), queries=_queries(frozen, names), waivers=_waivers(frozen, names),
        roles=tuple(RoleLine(role=r, label=_role_label(ws, r)) for r in about.roles), reason=frozen.reason,
        replaces=frozen.replaced.identity if frozen.replaced else "",
        replaces_number=frozen.replaced.number if frozen.replaced else 0,
        remark="示例数据：除新闻报道的数字外均为示例，不代表实际情况" if about.sample else "",
    ))


def _role_label(ws: Workspace, role: str) -> str:
    return next((p.label for p in ws.people if p.role == role and p.label), ROLE_LABELS.get(role, role))


def _china(at: datetime) -> datetime:
    return at.astimezone(CHINA)


def _shown(ws: Workspace, content: Content) -> list[Form]:
    """Return the forms that the cover lists: those with records, and those this county should fill in the quarter."""
    return [f for f in by_annex(ws.catalogue.forms) if content.views[f.id] or (f in ws.forms and f.kind != "yearly")]


def _lines(ws: Workspace, frozen: Frozen, content: Content) -> list[FormLine]:
    from pairing_desktop.documents.layout import FormLine

    before = dict(frozen.replaced.pinned) if frozen.replaced else None
    errors = Counter(f.form for f in frozen.report.findings if f.level == "error")
    queries = Counter(f.form for f in frozen.report.findings if f.level == "query")
    return [
        FormLine(number=f"{n:02d}", title=form.title, kind=KINDS[form.kind], records=len(content.views[form.id]),
                 change=_change(content, form.id, before), errors=errors[form.id], queries=queries[form.id])
        for n, form in enumerate(_shown(ws, content), start=1)
    ]


def _change(content: Content, form: str, before: Mapping[str, int] | None) -> str:
    """Return what differs from the replaced submission: 未变, 新增4 修改7."""
    if before is None:
        return "—"
    entries = content.within.entries[form]
    new = sum(e.key not in before for e in entries)
    changed = sum(before.get(e.key, e.revision) != e.revision for e in entries)
    said = [f"{word}{count}" for word, count in (("新增", new), ("修改", changed)) if count]
    return " ".join(said) or "未变"


def _queries(frozen: Frozen, names: Mapping[str, str]) -> list[QueryLine]:
    from pairing_desktop.documents.layout import QueryLine

    return [QueryLine(form=names.get(f.form, f.form), place=f.place, message=f.message, left=f.left, right=f.right,
                      explanation=f.explanation or "待说明")
            for f in frozen.report.findings if f.level == "query"]


def _waivers(frozen: Frozen, names: Mapping[str, str]) -> list[WaiverLine]:
    from datetime import datetime

    from pairing_desktop.documents.layout import WaiverLine

    return [
        WaiverLine(form=names.get(w["form"], w["form"]), place=w["place"], message=w["message"], reason=w["reason"],
                   consent=f"{w['consent_by']}，{_china(datetime.fromisoformat(w['at'])):%Y-%m-%d}")
        for w in frozen.waivers
    ]
