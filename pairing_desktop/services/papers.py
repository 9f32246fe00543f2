"""A frozen quarter as documents: the cover, then every form; and those as PDF and workbook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from pairing_desktop.progress import Progress
from pairing_desktop.services import summarising
from pairing_desktop.services.freezing import Content, Frozen
from pairing_desktop.services.workspace import CHINA, ROLE_LABELS, Workspace

if TYPE_CHECKING:
    from pairing_desktop.documents.coordinates import Recorder
    from pairing_desktop.documents.layout import FormLine, LayoutContext, QueryLine, RecordView, WaiverLine
    from pairing_desktop.documents.model import Document, Placed, Rendered
    from pairing_desktop.formspec.catalogue import Catalogue
    from pairing_desktop.formspec.definition import Form

Target: TypeAlias = "Callable[[str, str], tuple[Form, Mapping[str, Any]] | None]"
DRAFT = "草稿，未定稿"
SAMPLE = "示例数据"
LAST = 999
"""Where a form without an annex number stands."""
KINDS = {"register": "台账", "event": "事项", "quarterly": "季报", "yearly": "年报"}


def documents(ws: Workspace, frozen: Frozen, content: Content, *, final: bool) -> list[Document]:
    """Lay out the cover and every form; an unfinished one names no identity and no time."""
    return laid_out(content.data, ws.catalogue, identity=frozen.identity if final else "")


def laid_out(data: Mapping[str, Any], catalogue: Catalogue, *, identity: str) -> list[Document]:
    """Lay out what a packet's data says, and nothing else: finalising and verifying draw the same documents.

    ``identity`` is blank for a draft.
    """
    from pairing_desktop.documents.layout import form_documents

    views = views_of(data)
    pages: list[Document] = []
    surrounding = context_of(data, catalogue)
    for form in by_annex(catalogue.forms):
        pages += form_documents(form, views.get(form.id, []), surrounding)
    pages.insert(0, _cover(data, catalogue, identity, stamping=_stamping(data, pages)))
    return pages + summarising.documents(summarising.of_data(data, catalogue).values(), surrounding)


def values(data: Mapping[str, Any], catalogue: Catalogue) -> list[Placed]:
    """Return the values that ``laid_out`` shows, for when nothing is to be drawn."""
    from pairing_desktop.documents import layout

    views, surrounding = views_of(data), context_of(data, catalogue)
    found: list[Placed] = []
    for form in by_annex(catalogue.forms):
        found += layout.form_values(form, views.get(form.id, []), surrounding)
    return found + layout.values(summarising.documents(summarising.of_data(data, catalogue).values(), surrounding))


def views_of(data: Mapping[str, Any]) -> dict[str, list[RecordView]]:
    """Return a packet's records as they go on paper, by form."""
    from pairing_desktop.documents.layout import RecordView

    labels = labels_of(data)
    earlier = {e["record"]: e for e in data["surroundings"]["earlier"]}
    found: dict[str, list[RecordView]] = {}
    for r in data["records"]:
        before = earlier.get(r["key"], {})
        found.setdefault(r["form"], []).append(RecordView(
            key=r["key"], form=r["form"], label=r["label"], payload=r["payload"],
            previous=before.get("previous"), year_ago=before.get("year_ago"),
            subject_label=labels.get(r["subject"], ("", ""))[1] if r["subject"] else "",
        ))
    return found


def labels_of(data: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Return (form, name) of every record that a packet's data names, by key."""
    return {r["key"]: (r["form"], r["label"]) for r in (*data["surroundings"]["others"], *data["records"])}


def context_of(data: Mapping[str, Any], catalogue: Catalogue) -> LayoutContext:
    """Return what surrounds the records on paper, as a packet's data says it."""
    from pairing_desktop.documents.layout import LayoutContext

    labels, around = labels_of(data), data["surroundings"]
    held = {r["key"]: r for r in data["records"]}
    waived = frozenset(f"{w['form']}/{w['record']}/{w['path']}" for w in data["waivers"])
    return LayoutContext(
        county=data["county"], county_name=data["county_name"], bureau=data["bureau"] or data["county_name"],
        period=data["period"], partner_name=data["partner_name"], partner_bureau=around["partner_bureau"],
        leads=around["leads"], resolve=lambda form, key: _label(labels, form, key),
        submission=data["submission"], people=_posts(around["people"]), waived=waived,
        target=lambda form, key: _target(held, catalogue, form, key))


def _target(
    held: Mapping[str, Mapping[str, Any]], catalogue: Catalogue, form: str, key: str
) -> tuple[Form, Mapping[str, Any]] | None:
    """Return the form and payload of a referenced record, if the packet holds it."""
    found = held.get(key)
    return (catalogue.form(form), found["payload"]) if found and found["form"] == form else None


def _label(labels: Mapping[str, tuple[str, str]], form: str, key: str) -> str:
    found = labels.get(key)
    return found[1] if found and found[0] == form else ""


def _posts(people: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Return post as printed → name, and the preparer's telephone."""
    people = list(people)
    posts = {ROLE_LABELS.get(p["role"], p["label"]): p["name"] for p in people}
    phones = [p["phone"] for p in people if p["role"] == "preparer" and p["phone"]]
    return {**posts, **({"联系电话": phones[0]} if phones else {})}


def by_annex(forms: Iterable[Form]) -> list[Form]:
    """Return forms in the order of paper, which is the programme's; the navigation has its own."""
    return sorted(forms, key=lambda form: int(form.head.annex) if form.head.annex.isdecimal() else LAST)


def title(ws: Workspace, frozen: Frozen) -> str:
    """Return what the PDF and the workbook are called."""
    return _titled(ws.about.county_name, frozen.quarter, frozen.number)


def title_of(data: Mapping[str, Any]) -> str:
    """Return what the PDF and the workbook of a packet's data are called."""
    return _titled(data["county_name"], data["period"], data["submission"])


def _titled(county: str, quarter: str, number: int) -> str:
    from pairing_desktop.formspec import period as periods

    return f"{county}{periods.title(quarter)}第{number}次报送"


def draw_pdf(ws: Workspace, frozen: Frozen, pages: Iterable[Document], *, final: bool, progress: Progress,
             places: Recorder | None = None) -> Rendered:
    """Draw the PDF; the sample's says so on every page, a draft's too. ``places`` takes where each value stands."""
    from pairing_desktop.documents.pdf import write_pdf

    watermark = (SAMPLE if ws.about.sample else "") if final else DRAFT
    return write_pdf(pages, title=title(ws, frozen), watermark=watermark, progress=progress, places=places)


def draw_workbook(ws: Workspace, frozen: Frozen, pages: list[Document], progress: Progress,
                  places: Recorder | None = None) -> bytes:
    """Write the workbook. ``places`` takes where each value stands."""
    from pairing_desktop.documents.workbook import write_workbook

    return write_workbook(pages, title=title(ws, frozen), progress=progress, places=places)


def context(ws: Workspace, quarter: str, resolve: Any, *, number: int = 1,  # noqa: ANN401  # a lookup's method
            waived: frozenset[str] = frozenset(), target: Target | None = None, blank: bool = False) -> LayoutContext:
    """Return what surrounds the records on paper; ``number`` 0 names no submission, ``blank`` no people."""
    from pairing_desktop.documents.layout import LayoutContext

    about = ws.about
    people = {} if blank else {ROLE_LABELS.get(p.role, p.label): p.name for p in ws.people}
    phones = [p.phone for p in ws.people if p.role == "preparer" and p.phone and not blank]
    if phones:
        people["联系电话"] = phones[0]
    return LayoutContext(county=about.county, county_name=about.county_name, bureau=about.bureau or about.county_name,
                         period=quarter, partner_name=about.partner_name, partner_bureau=about.partner_bureau,
                         leads=about.leads, resolve=resolve, submission=number, people=people, waived=waived,
                         target=target or _no_target, blank=blank)


def _no_target(form: str, key: str) -> None:  # noqa: ARG001  # knows no records
    return None


def _stamping(data: Mapping[str, Any], pages: Iterable[Document]) -> str:
    """Return which stamped sheets a resubmission leaves as they were, in a sentence for the cover."""
    codes, before = [page.code for page in pages if page.code], set(data["surroundings"].get("codes", ()))
    kept = sum(code in before for code in codes)
    if not codes or not data["replaces"]:
        return ""
    if kept == len(codes):
        return f"要盖章的表 {kept} 张内容都没有变，已盖过章的不用重盖"
    left = f"{kept} 张内容未变，已盖过章的不用重盖；" if kept else ""
    return f"要盖章的表 {len(codes)} 张：{left}{len(codes) - kept} 张要重新盖章"


def _cover(data: Mapping[str, Any], catalogue: Catalogue, identity: str, *, stamping: str) -> Document:
    from pairing_desktop.documents.layout import CoverData, RoleLine, cover

    around, replaces = data["surroundings"], data["replaces"] or {}
    shown = _shown(data, catalogue)
    names = {f.id: f"{_number(f)} {f.title}" for f in shown}
    labels = {p["role"]: p["label"] for p in around["people"] if p["label"]}
    return cover(CoverData(
        county=data["county"], county_name=data["county_name"], bureau=data["bureau"] or data["county_name"],
        period=data["period"], partner_name=data["partner_name"], partner_bureau=around["partner_bureau"],
        submission=data["submission"], identity=identity,
        finalised_at=_china(datetime.fromisoformat(data["finalised_at"])) if identity else None,
        forms=_lines(data, shown), queries=_queries(data, shown, names), waivers=_waivers(data, names),
        roles=tuple(RoleLine(role=r, label=labels.get(r, ROLE_LABELS.get(r, r))) for r in data["roles"]),
        stamping=stamping, reason=data["reason"],
        replaces=replaces.get("identity", ""), replaces_number=replaces.get("submission", 0),
        remark="示例数据：除新闻报道的数字外均为示例，不代表实际情况" if data["sample"] else "",
    ))


def _china(at: datetime) -> datetime:
    return at.astimezone(CHINA)


def _shown(data: Mapping[str, Any], catalogue: Catalogue) -> list[Form]:
    """Return the forms that the cover lists: those with records, and those this county should fill in the quarter."""
    held, own = {r["form"] for r in data["records"]}, set(data["surroundings"]["forms"])
    return [f for f in by_annex(catalogue.forms) if f.id in held or (f.id in own and f.kind != "yearly")]


def _lines(data: Mapping[str, Any], shown: Iterable[Form]) -> list[FormLine]:
    from pairing_desktop.documents.layout import FormLine

    changes = data["surroundings"]["changes"]
    records = Counter(r["form"] for r in data["records"])
    levels = Counter((f["form"], f["level"]) for f in data["findings"])
    return [
        FormLine(number=_number(form), title=form.title, kind=KINDS[form.kind], records=records[form.id],
                 change=changes.get(form.id, "未变") if data["replaces"] else "—",
                 countersigned=_countersigned(data, form), errors=levels[form.id, "error"],
                 queries=levels[form.id, "query"])
        for form in shown
    ]


def _number(form: Form) -> str:
    """Return a form's number on paper, which is its annex's."""
    return f"{int(form.head.annex):02d}" if form.head.annex.isdecimal() else "—"


def _countersigned(data: Mapping[str, Any], form: Form) -> str:
    """Return how a joint form stands with the partner: 已会签, 未会签; — for a form of the county's own."""
    state = (data.get("joint") or {}).get("state", "none")
    held = any(r["form"] == form.id for r in data["records"])
    return {"signed": "已会签", "missing": "未会签"}.get(state, "—") if form.joint and held else "—"


def _queries(data: Mapping[str, Any], shown: Iterable[Form], names: Mapping[str, str]) -> list[QueryLine]:
    from pairing_desktop.documents.layout import QueryLine
    from pairing_desktop.formspec.fieldtypes.dates import printed

    said = {_place(e): e["text"] for e in data["explanations"]}
    rules = {(form.id, rule.id): rule.message for form in shown for rule in form.rules}
    return [QueryLine(form=names.get(f["form"], f["form"]), place=f["place"], message=printed(f["message"]),
                      left=printed(_with_sign(f, "left", rules)), right=printed(_with_sign(f, "right", rules)),
                      explanation=said.get(_place(f), "待说明"))
            for f in data["findings"] if f["level"] == "query"]


def _with_sign(finding: Mapping[str, str], side: str, rules: Mapping[tuple[str, str], str]) -> str:
    """Return a value of a finding with the % that its rule says it in: +111.3%."""
    value, message = finding[side], rules.get((finding["form"], finding["rule"]), "")
    percent = f"{{{side}}}%" in message or "{change}" in message  # a growth and its limit
    return f"{value}%" if percent and value[-1:].isdigit() else value


def _place(said: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(said[name] for name in ("form", "record", "path", "rule"))


def _waivers(data: Mapping[str, Any], names: Mapping[str, str]) -> list[WaiverLine]:
    from pairing_desktop.documents.layout import WaiverLine
    from pairing_desktop.formspec.fieldtypes.dates import printed

    return [
        WaiverLine(form=names.get(w["form"], w["form"]), place=w["place"], message=printed(w["message"]),
                   reason=w["reason"],
                   consent=printed(f"{w['consent_by']}，{_china(datetime.fromisoformat(w['at'])):%Y-%m-%d}"))
        for w in data["waivers"]
    ]
