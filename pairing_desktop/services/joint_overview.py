"""The joint sheets of a quarter as the clerk's window shows them: one question, one answer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from pairing_desktop.services import answers, checking, countersigning, joining, writing
from pairing_desktop.services.lookup import Snapshot
from pairing_desktop.services.workspace import Workspace, county_name

if TYPE_CHECKING:
    from pairing_desktop.services.countersigning import Kept, Standing

TITLES = {
    "none": "没有两县共有的表", "unsent": "把共有表发给{partner}核对", "sent": "等{partner}答复",
    "disputed": "{partner}有异议", "confirmed": "{partner}已确认，请会签", "signing": "等会签",
    "signed": "两县已会签", "changed": "核对稿发出以后改动过",
    "outdated": "核对稿发出以后换过表式",
}
TEXTS = {
    "none": "这个季度不用会签，直接定稿。",
    "unsent": "生成核对稿（一个文件），发给{partner}。对方用本程序打开，逐项确认或提出异议，不需要数据文件。",
    "sent": "对方答复后把文件发回来，点“收回会签件”。",
    "disputed": "改正后重新发核对稿；不同意对方意见的，在字段下写明理由，随报送包上报。",
    "confirmed": "两县单位负责人各用本人的密钥会签，谁先谁后都可以；签好的文件收回来。",
    "signing": "还差一方的签名；签好的文件收回来。",
    "signed": "会签件会随报送包上报。共有表没有改动，下一次报送不用重新会签。",
    "changed": "会签件与现在的数据不同，要重新发核对稿、会签，或改回原来的数据。",
    "outdated": "会签件是按旧表式做的，报送后无法逐格核对。请按现在的表式重新发核对稿、会签。",
}


class DisputeLine(Struct, frozen=True):
    """A field that the partner does not agree with."""

    form: str
    key: str
    path: str
    sheet: str
    place: str
    words: str


class JointOverview(Struct, frozen=True):
    """Where the joint sheets stand. ``heads``: (county, "已签" or "")."""

    quarter: str
    code: str
    word: str
    title: str
    text: str
    sheets: int
    file: Path | None
    heads: tuple[tuple[str, str], ...]
    disputes: tuple[DisputeLine, ...]
    changed: tuple[str, ...]
    reason: str

    @property
    def settled(self) -> bool:
        """Whether nothing is left to do: countersigned, nothing to countersign, or a reason given."""
        return self.code in ("none", "signed") or bool(self.reason)


def of(ws: Workspace, quarter: str) -> JointOverview:
    """Return where the quarter's joint sheets stand now."""
    with ws.store.reading() as conn:
        snapshot = Snapshot(ws, quarter, conn, as_sent=True)
        now = countersigning.records(ws, countersigning.entries(ws, snapshot, conn), snapshot)
        stand = countersigning.of_records(ws, quarter, now)
        lines = tuple(_disputes(ws, stand.kept, snapshot)) if stand.kept else ()
    changed = joining.changed_since(ws, stand, now) if stand.code == "changed" else ()
    partner = ws.about.partner_name
    return JointOverview(
        quarter, stand.code, stand.word, TITLES[stand.code].format(partner=partner),
        TEXTS[stand.code].format(partner=partner), stand.sheets, _file(stand.kept), _heads(ws, stand), lines,
        changed, _reason(ws, quarter, stand),
    )


def _file(kept: Kept | None) -> Path | None:
    path = writing.place(kept.path) if kept else None
    return path if path and path.exists() else None


def _heads(ws: Workspace, stand: Standing) -> tuple[tuple[str, str], ...]:
    if not ws.about.partner or stand.code == "none":
        return ()
    signed = stand.kept.signed if stand.kept else ()
    return tuple((f"{county_name(c)}单位负责人", "已签" if c in signed else "") for c in
                 (ws.about.county, ws.about.partner))


def _disputes(ws: Workspace, kept: Kept, snapshot: Snapshot) -> list[DisputeLine]:
    found = []
    for each in kept.disputes:
        form, entry = ws.catalogue.form(each["form"]), snapshot.entry(each["key"])
        name = snapshot.name(form.id, entry) if entry else "已删除"
        field = countersigning.field_name(form, each["path"]) or "整张表"
        found.append(DisputeLine(form.id, each["key"], each["path"], f"{form.short} · {name}", field, each["words"]))
    return found


def _reason(ws: Workspace, quarter: str, stand: Standing) -> str:
    if stand.code in ("none", "signed"):
        return ""
    found = countersigning.unsigned(ws, quarter, stand)
    return answers.applied([found], answers.given(ws))[0].explanation


def give_reason(ws: Workspace, quarter: str, text: str) -> JointOverview:
    """Keep why the partner does not countersign (对方未会签); blank takes it back."""
    stand = countersigning.standing(ws, quarter)
    if stand.code not in ("none", "signed"):
        checking.explain(ws, countersigning.unsigned(ws, quarter, stand), text)
    return of(ws, quarter)
