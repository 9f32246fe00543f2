"""What a packet holds, as cards: where it comes from, the forms in it, and what the county says to its findings."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QWidget

from pairing_desktop.services.workspace import ROLE_LABELS
from pairing_desktop.ui import moments
from pairing_desktop.ui.cards import Card, FlatCard, column, picture, row, words
from pairing_desktop.ui.rows import Cell, Column, Row, RowsTable

if TYPE_CHECKING:
    from pairing_desktop.services.reviewing import Answer, FormCount, PacketView, Place


def fact(name: str, text: str, *, tone: str = "") -> QWidget:
    """Return a name in grey with its value below."""
    whole = QWidget()
    whole.setLayout(column(words(name, role="hint"), words(text, tone=tone, wrap=True, select=True), spacing=2))
    return whole


def origin_card(view: "PacketView") -> Card:
    """Who sends what, and when it was finalised."""
    card = Card("谁报送什么", "示例数据" if view.sample else "")
    card.body.addWidget(fact("填报单位", f"{view.bureau or view.county_name}（结对 {view.partner_name or '未填'}）"))
    card.body.addWidget(fact("报告期", f"{view.quarter_title}，第 {view.number} 次报送"))
    card.body.addWidget(fact("定稿时间", moments.full(view.finalised_at)))
    if view.replaces:
        card.body.addWidget(fact("替代上一次", f"摘要 {view.replaces[:16]}…"))
        card.body.addWidget(fact("修改原因", view.reason))
    if view.joint == "signed":
        card.body.addWidget(fact("两县会签", "两县单位负责人已会签", tone="ok"))
    elif view.joint == "missing":
        card.body.addWidget(fact("两县会签", view.joint_missing, tone="query"))
    card.body.addWidget(fact("大小", moments.size(view.size)))
    return card


def contents_card(view: "PacketView") -> Card:
    """List the forms with their counts, and the attachments."""
    total = sum(form.records for form in view.forms)
    card = FlatCard("内容", f"{len(view.forms)} 张表，{total} 条记录")
    table = RowsTable("报送包里的表", (Column("表"), Column("记录", 48, right=True), Column("核实", 48, right=True),
                                      Column("特殊", 48, right=True)), row_height=30, picks=False)
    table.show_rows([_form_row(form) for form in view.forms])
    table.fit()
    card.body.addWidget(table)
    for name, size in view.attachments:
        card.body.addLayout(_padded(row(picture("attach", 16, "text2"), words(name), None,
                                        words(moments.size(size), role="hint"))))
    return card


def _form_row(form: "FormCount") -> Row:
    return Row((
        Cell(form.title), Cell(str(form.records)),
        Cell(str(form.queries) if form.queries else "—", colour="query" if form.queries else "text3"),
        Cell(str(form.errors) if form.errors else "—", colour="error" if form.errors else "text3"),
    ))


def consent_words(view: "PacketView", place: "Place") -> str:
    """Return what somebody's signature also says of special cases; "" where there are none."""
    waivers = sum(answer.waiver for answer in view.answers)
    if not waivers:
        return ""
    who = "您签名即表示" if place.role == "head" else f"请先核对；{ROLE_LABELS['head']}签名即表示"
    return f"特殊情况 {waivers} 条，{who}同意。"


def answers_card(view: "PacketView") -> Card:
    """Explanations and waivers; waivers first and in red."""
    waivers = sum(answer.waiver for answer in view.answers)
    remark = f"特殊情况 {waivers} · 说明 {len(view.answers) - waivers}" if view.answers else "没有"
    card = Card("说明与特殊情况", remark)
    for answer in sorted(view.answers, key=lambda a: not a.waiver):
        card.body.addWidget(_answer(answer))
    if not view.answers:
        card.body.addWidget(words("这次报送没有要说明的问题。", role="label", wrap=True))
    return card


def _answer(answer: "Answer") -> QWidget:
    mark = picture("error_circle", 16, "error", filled=True) if answer.waiver else picture("warning", 16, "query_mark",
                                                                                          filled=True)
    consent = f"（同意人：{answer.consent_by}）" if answer.consent_by else ""
    lines = column(
        words(f"{answer.place}：{answer.message}", wrap=True),
        words(f"{'特殊情况' if answer.waiver else '说明'}：{answer.text}{consent}", role="label", wrap=True,
              tone="error" if answer.waiver else "", select=True),
        spacing=2,
    )
    whole = QWidget()
    inside = row(column(mark, None), lines)
    inside.setStretch(1, 1)
    whole.setLayout(inside)
    return whole


def _padded(layout: QHBoxLayout) -> QHBoxLayout:
    layout.setContentsMargins(16, 2, 16, 2)
    return layout
