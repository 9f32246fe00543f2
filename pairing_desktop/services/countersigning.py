"""Where the joint sheets (联合体共有表) of a quarter stand with the partner: sent, answered, countersigned (会签).

The data file keeps the last joint part of each quarter. Whether it still says what the records say is asked anew each
time, so that a signature never stands for what was typed after it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pairing_desktop.services import naming, scope
from pairing_desktop.services.lookup import Entry, Snapshot
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from pairing_desktop.exchange.joint_parts import Difference
    from pairing_desktop.formspec.catalogue import Catalogue
    from pairing_desktop.formspec.definition import Form
    from pairing_desktop.formspec.rules import Finding

UNSIGNED, DISPUTED = "joint_unsigned", "joint_disputed"
"""Rules of the program's own (20a): not countersigned; the partner does not agree with a field."""
NUMBER = "20a"
WORDS = {
    "none": "没有共有表", "unsent": "还没有发核对稿", "sent": "等对方答复", "disputed": "对方有异议",
    "confirmed": "对方已确认，等会签", "signing": "等会签", "signed": "两县已会签", "changed": "发出后改动过",
    "outdated": "发出后表式换过",
}
"""A joint part's states, in the order in which they come."""


class Kept(Struct, frozen=True):
    """The last joint part of a quarter, as the data file remembers it."""

    identity: str
    records: str
    """Digest over what counts of its records."""
    sha256: str
    """Where its bytes are kept."""
    path: str
    answer: str
    disputes: tuple[Mapping[str, str], ...]
    signed: tuple[str, ...]
    """The counties whose head has signed."""
    complete: bool
    at: str
    forms: dict[str, str] = {}
    """The digests of the forms by which it was made, by their ids."""


class Standing(Struct, frozen=True):
    """Where the joint sheets of a quarter stand; ``code`` is a key of ``WORDS``."""

    code: str
    sheets: int
    kept: Kept | None = None

    @property
    def word(self) -> str:
        """Return the state in Chinese."""
        return WORDS[self.code]


def kept(ws: Workspace, quarter: str) -> Kept | None:
    """Return the quarter's last joint part, None when there was none; read once."""
    with ws.shared.lock:
        if ("joint", quarter) in ws.shared.kept:
            found: Kept | None = ws.shared.kept["joint", quarter]
            return found
    text = ws.store.meta(f"joint/{quarter}")
    said = json.loads(text) if text else None
    made = Kept(**{**said, "disputes": tuple(said["disputes"]), "signed": tuple(said["signed"])}) if said else None
    with ws.shared.lock:
        ws.shared.kept["joint", quarter] = made
    return made


def keep(ws: Workspace, quarter: str, made: Kept) -> None:
    """Remember a joint part; inside a writing transaction of this thread it joins that."""
    from msgspec import structs

    ws.store.set_meta(f"joint/{quarter}", json.dumps(structs.asdict(made), ensure_ascii=False))
    with ws.shared.lock:
        ws.shared.kept["joint", quarter] = made


def forms(ws: Workspace) -> list[Form]:
    """Return the forms that both counties agree on."""
    return [f for f in ws.catalogue.forms if f.joint]


def entries(ws: Workspace, snapshot: Snapshot, conn: Connection) -> dict[str, list[Entry]]:
    """Return the joint records that the quarter's packet would hold now."""
    return scope.of_forms(forms(ws), snapshot, scope.sent_before(conn, snapshot.quarter))


def record(form: Form, entry: Entry, snapshot: Snapshot) -> dict[str, Any]:
    """Return a record as a joint part holds it; what stays in the county is left out."""
    from pairing_desktop.services.freezing import public

    payload = public(form, entry.payload)
    natural = naming.natural_key(form, payload, subject=entry.subject, period=entry.period)
    return {"form": form.id, "key": entry.key, "subject": entry.subject, "period": entry.period,
            "natural_key": natural, "label": snapshot.name(form.id, entry), "payload": payload}


def records(ws: Workspace, held: Mapping[str, Iterable[Entry]], snapshot: Snapshot) -> list[dict[str, Any]]:
    """Return the joint records among a quarter's entries by form."""
    return [record(form, entry, snapshot) for form in forms(ws) for entry in held.get(form.id, ())]


def standing(ws: Workspace, quarter: str) -> Standing:
    """Return where the quarter's joint sheets stand now."""
    with ws.store.reading() as conn:
        snapshot = Snapshot(ws, quarter, conn, as_sent=True)
        return of_records(ws, quarter, records(ws, entries(ws, snapshot, conn), snapshot))


def of_records(ws: Workspace, quarter: str, now: list[dict[str, Any]]) -> Standing:
    """Return where joint records that are at hand stand."""
    if not now or not ws.about.partner:
        return Standing("none", len(now))
    last = kept(ws, quarter)
    if last is None:
        return Standing("unsent", len(now))
    from pairing_desktop.exchange.joint_parts import records_digest

    same = last.records == records_digest(now)
    if last.disputes and not last.complete:
        code = "disputed"
    elif not same:
        code = "changed"
    elif not by_our_forms(ws, last.forms):
        code = "outdated"
    elif last.complete:
        code = "signed"
    else:
        code = "signing" if last.signed else "confirmed" if last.answer == "confirmed" else "sent"
    return Standing(code, len(now), last)


def by_our_forms(ws: Workspace, made: Mapping[str, str]) -> bool:
    """Tell whether a joint part of forms with these digests can be compared with records by the forms at hand."""
    own = {form.id: form.digest for form in forms(ws)}
    return all(own.get(name) == digest for name, digest in made.items())


# Rule 20a

def findings(ws: Workspace, within: scope.Scope, snapshot: Snapshot) -> Iterator[Finding]:
    """Yield the query that the joint sheets are not countersigned; it takes the reason as its explanation."""
    stand = of_records(ws, within.quarter, records(ws, within.entries, snapshot))
    if stand.code not in ("none", "signed"):
        yield unsigned(ws, within.quarter, stand)


def unsigned(ws: Workspace, quarter: str, stand: Standing) -> Finding:
    """Return the query for joint sheets that are not countersigned; a reason for one state is none for another."""
    from pairing_desktop.formspec.rules import Finding

    partner = ws.about.partner_name
    disputes = f"{len(stand.kept.disputes)} 处" if stand.kept and stand.code == "disputed" else ""
    said = {"unsent": f"还没有发{partner}核对", "sent": f"{partner}还没有答复",
            "disputed": f"{partner}有异议 {disputes}",
            "confirmed": f"{partner}已确认，还没有会签", "signing": "两县还没有签齐", "changed": "核对稿发出以后改动过",
            "outdated": "核对稿发出以后换过表式"}
    return Finding(form=forms(ws)[0].id, record="", path="", rule=UNSIGNED, number=NUMBER, level="query",
                   message=f"两县共有表（{stand.sheets} 份）没有会签：{said[stand.code]}", place="两县会签",
                   left=stand.word, right=disputes, period=quarter,
                   remedy=f"到“会签”发核对稿、回收会签件；{partner}未会签的，在这里写明原因")


def disputed(ws: Workspace, quarter: str, form: Form, entry: Entry) -> Iterator[Finding]:
    """Yield what the partner said against fields of a record, at those fields."""
    last = kept(ws, quarter) if form.joint and quarter else None
    if last is None or not last.disputes:
        return
    from pairing_desktop.formspec.rules import Finding

    for each in last.disputes:
        if (each["form"], each["key"]) == (form.id, entry.key):
            name = field_name(form, each["path"])
            yield Finding(form=form.id, record=entry.key, path=each["path"], rule=DISPUTED, number=NUMBER,
                          level="query", place=f"{entry.label or form.short} · {name or '整张表'}",
                          message=f"{ws.about.partner_name}有异议：{each['words']}", right=each["words"],
                          remedy="改正后重新发核对稿；不同意的写明理由，随报送包上报")


def sides(finding: Finding) -> tuple[str, str]:
    """Return the two values that a finding compares; of rule 20a they only bind the answer, its message says them."""
    return ("", "") if finding.number == NUMBER else (finding.left, finding.right)


def field_name(form: Form, path: str) -> str:
    """Return what a field is called: of a table, the table and its column."""
    table, _, rest = path.partition("/")
    field = form.by_id.get(table)
    if field is None:
        return path
    column = field.column_by_id.get(rest.rpartition("/")[2]) if rest else None
    return field.plain_label + (f" · {column.plain_label}" if column else "")


def difference_words(catalogue: Catalogue, found: Iterable[Difference]) -> list[str]:
    """Return differences as sentences name them: the record, then the field."""
    titles = {f.id: f for f in catalogue.forms}
    words = []
    for each in found:
        form = titles.get(each.form)
        name = field_name(form, each.path) if form and each.path else ""
        words.append(f"{form.short if form else each.form}“{each.label}”" + (f"的{name}" if name else ""))
    return list(dict.fromkeys(words))


# What a packet says

def member(stand: Standing, reason: str) -> dict[str, Any]:
    """Return what a packet's data says of its joint part."""
    if stand.code == "none":
        return {"state": "none"}
    if stand.code == "signed" and stand.kept:
        return {"state": "signed", "identity": stand.kept.identity, "records": stand.kept.records}
    said = stand.kept if stand.code not in ("changed", "outdated") else None
    return {"state": "missing", "reason": reason, "answer": said.answer if said else "", "sheets": stand.sheets,
            "disputes": len(said.disputes) if said else 0}


def file_of(stand: Standing) -> str:
    """Return the SHA-256 of a countersigned joint part that still says what the records say; "" without one."""
    return stand.kept.sha256 if stand.code == "signed" and stand.kept else ""
