"""What is left to do this quarter, and the quarter in pictures."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, cast

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from pairing_desktop.formspec.rules import Finding
from pairing_desktop.progress import Progress
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui import jobs, moments, turns
from pairing_desktop.ui.cards import Card, FlatCard, button, column, row, say, scrolled, words
from pairing_desktop.ui.chart import Areas, Chart, Draw
from pairing_desktop.ui.findings_table import Tally, waiting
from pairing_desktop.ui.marks import MARKS
from pairing_desktop.ui.overview_words import Said, sentence
from pairing_desktop.ui.progress_rows import FormLine, FormProgress
from pairing_desktop.ui.rows import Cell, Column, Row, RowsTable
from pairing_desktop.ui.signals import Signals

if TYPE_CHECKING:
    from pairing_desktop.services.overview import Effect, Figures, Invested
    from pairing_desktop.ui.summary_page import BehindPane

TODO_SHOWN = 5
PLACE = 200
MEASURED_SHOWN, GROWTH_SHOWN = 3, 2
WIDE = 1000
QUARTERS_SHOWN = 6
NOTHING_YET = "填了内容以后，审核发现的问题列在这里。"
Theme = Literal["light", "dark"]


class PictureCard(Card):
    """A card with a picture, or the words that say why there is none yet."""

    def __init__(self, title: str, remark: str, height: int) -> None:
        super().__init__(title, remark)
        self.chart = Chart(title, height)
        self.empty = words("", role="label", wrap=True)
        self.note = words("", role="hint", wrap=True)
        for part in (self.chart, self.empty, self.note):
            self.body.addWidget(part)
        self.body.addStretch(1)

    def show_picture(self, draw: Draw, *, description: str, areas: Areas, names: Sequence[str], note: str = "",
                     height: int = 0) -> None:
        """Show a picture; each bar has a name and can be opened."""
        self.chart.show_picture(draw, words=description, height=height, areas=areas, names=names)
        say(self.note, note)
        for part, there in ((self.chart, True), (self.empty, False), (self.note, bool(note))):
            part.setVisible(there)

    def explain(self, text: str) -> None:
        """Say what to do to get one."""
        say(self.empty, text)
        for part, there in ((self.chart, False), (self.empty, True), (self.note, False)):
            part.setVisible(there)


class TodoCard(FlatCard):
    """The findings that wait, errors first; a click goes to the field."""

    go = Signal(object)

    def __init__(self) -> None:
        self.all = button("全部", kind="link")
        super().__init__("待处理", action=self.all)
        self.list = RowsTable("待处理的问题", (Column("位置", PLACE), Column("问题", right=True)), row_height=32,
                              single_click=True)
        self.list.horizontalHeader().hide()
        self.list.opened.connect(self.go.emit)
        self.empty = words("", role="label", wrap=True)
        self.empty.setContentsMargins(16, 4, 16, 12)
        for part in (self.list, self.empty):
            self.body.addWidget(part)
        self.body.addStretch(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the names their share where the card is alone in its row."""
        super().resizeEvent(event)
        self.list.widen(0, max(PLACE, self.width() * 2 // 5))

    def show_findings(self, findings: Sequence[Finding], title: dict[str, str], *, otherwise: str) -> None:
        """Show the first few."""
        left = sorted((f for f in findings if waiting(f)), key=lambda f: f.level != "error")
        tally = Tally.of(left)
        say(self.remark, f"强制 {tally.errors} · 核实 {tally.queries}" if left else "")
        self.all.setText(f"全部 {len(left)} 处" if left else "去审核")
        self.list.show_rows([self._line(f, title.get(f.form, "")) for f in left[:TODO_SHOWN]])
        self.list.setFixedHeight(32 * min(len(left), TODO_SHOWN) + 2)
        self.list.setVisible(bool(left))
        self.empty.setVisible(not left)
        say(self.empty, otherwise)

    def _line(self, finding: Finding, title: str) -> Row:
        mark = MARKS[finding.level]
        record = finding.place.split(" · ")[0]
        place = f"{title} · {record}" if title not in ("", record) else record
        return Row((
            Cell(place, icon=mark.icon, icon_colour=mark.colour, filled=mark.filled,
                 tip=f"{title} · {finding.place}"),
            Cell(finding.message, colour="text2", size=12, tip=finding.message),
        ), finding)


class OverviewPage(QWidget):
    """Reads counts, kept findings and figures; runs no check."""

    def __init__(self, workspace: Workspace, signals: Signals, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ws, self._signals = workspace, signals
        self.quarter = ""
        self.said = Said("", "")
        self._stale = True
        self._columns = 0
        self._asked = 0
        self._figures: Figures | None = None
        self._effects_shown: tuple[Effect, ...] = ()
        self._quarters_shown: tuple[Invested, ...] = ()
        self.title = words("", role="page", wrap=True)
        self.text = words("", role="label", wrap=True)
        self.act = button("逐条处理", kind="primary", icon="arrow_right",
                          action=lambda: signals.showPage.emit(self.said.page))
        self.setFocusProxy(self.act)
        head = row(column(self.title, self.text, spacing=4), self.act, spacing=16)
        head.setStretch(0, 1)
        head.setContentsMargins(4, 14, 0, 14)
        self._cards()
        self.grid = QGridLayout()
        self.grid.setSpacing(12)
        page = QWidget()
        page.setLayout(column(head, self.grid, spacing=0, margins=(16, 0, 16, 16)))
        self.behind: BehindPane | None = None
        self.setLayout(column(scrolled(page, "总览"), spacing=0))
        self._connect()

    def _cards(self) -> None:
        self.progress = FormProgress()
        self.forms = Card("各表进度")
        self.forms.body.addWidget(self.progress)
        self.forms.body.addStretch(1)
        self.todo = TodoCard()
        self.funnel = PictureCard("诊断与标杆", "累计家数，各自计数", 126)
        self.effects = PictureCard("精益成效", "改造前后", 180)
        self.parks = PictureCard("园区投资", "", 268)
        self.order: tuple[Card, ...] = (self.todo, self.forms, self.funnel, self.effects, self.parks)

    def _connect(self) -> None:
        signals = self._signals
        self.progress.chosen.connect(signals.showPage.emit)
        self.todo.go.connect(lambda f: signals.goTo.emit(f.form, f.record, f.path))
        self.todo.all.clicked.connect(lambda: signals.showPage.emit("submit"))
        self.funnel.chart.opened.connect(self._open_stage)
        self.effects.chart.opened.connect(self._open_effect)
        self.parks.chart.opened.connect(self._open_quarter)
        signals.quarterChanged.connect(self.show_quarter)
        signals.findingsChanged.connect(self._changed)
        signals.recordChanged.connect(self._changed)
        signals.stateChanged.connect(self._changed)

    def show_quarter(self, quarter: str) -> None:
        """Show another quarter."""
        self.quarter = quarter
        self._changed()

    def _changed(self, _one: str = "", _two: str = "") -> None:
        """Read again in the next turn, once for all that changed in this one."""
        self._stale = True
        turns.later(self, self._read_again)

    def _read_again(self) -> None:
        if self._stale and self.isVisible():
            self.refresh()

    def refresh(self) -> None:
        """Read everything again."""
        from pairing_desktop.services import checking, entering, submitting

        if not self.quarter:
            return
        self._stale = False
        state = submitting.state(self._ws, self.quarter)
        last = checking.last_check(self._ws, self.quarter)
        findings = checking.kept_findings(self._ws, self.quarter)
        counts = entering.counts(self._ws, self.quarter)
        lines = [FormLine.of(form, counts[form.id]) for form in self._ws.forms if form.id in counts]
        self.said = sentence(state, findings, lines, stale=last.stale)
        say(self.title, self.said.title)
        self.act.setText(self.said.button)
        asked = [line for line in lines if line.due]
        good, due = sum(line.mark in ("ok", "explained") for line in asked), len(asked)
        say(self.text, f"{due} 张表中 {good} 张审核通过。{self._checked(last.at, stale=last.stale)}{self._due()}")
        say(self.forms.remark, f"审核通过 {good} / {due} 张")
        self.progress.show_lines(lines)
        titles = {form.id: form.short for form in self._ws.forms}
        left = NOTHING_YET if state.code == "empty" else self._nothing_left(stale=last.stale)
        self.todo.show_findings(findings, titles, otherwise=left)
        self._measure()

    def _measure(self) -> None:
        """Read the figures behind the window: of a large county that takes longer than a frame."""
        from pairing_desktop.services import overview

        quarter, asked = self.quarter, self._asked + 1
        self._asked = asked

        def work(_progress: Progress) -> "Figures":
            with self._ws.fork() as own:
                return overview.figures(own, quarter)

        def done(figures: "Figures") -> None:
            if asked == self._asked:  # the latest answer only
                self._pictures(figures)

        jobs.run(self, "读总览的数字", work, done, quiet=True)

    def _checked(self, at: object, *, stale: bool) -> str:
        from datetime import datetime

        if not isinstance(at, datetime):
            return "还没有审核过。"
        when = moments.short(at, self._ws.clock())
        return f"上次审核 {when}，之后数据改过。" if stale else f"上次审核 {when}。"

    def _due(self) -> str:
        """Return when the quarter is due, or that nobody has set a day. What is in colour stands over the page."""
        from pairing_desktop.services import deadlines

        due = deadlines.due(self._ws, self.quarter)
        if not due.day:
            return "报送时限还没有设（在“设置”里设），不判断逾期。"
        return "" if due.tone else f"报送时限 {due.day}，{due.said}。"

    def _nothing_left(self, *, stale: bool) -> str:
        return "填好的内容还没有全部审核，点“去审核”检查一遍。" if stale else "没有要处理的问题。"

    def _pictures(self, figures: "Figures") -> None:
        from pairing_desktop.services import pictures

        self._figures = figures
        self._close_behind()
        if any(count for _, count in figures.funnel):
            said = "、".join(f"{name} {count} 家" for name, count in figures.funnel)
            self.funnel.show_picture(
                lambda w, h, t: pictures.stages(figures.funnel, width=w, height=h, theme=cast("Theme", t)),
                areas=lambda w, h: pictures.stage_areas(figures.funnel, width=w, height=h),
                names=[f"{name} {count} 家" for name, count in figures.funnel],
                description=said, note="预诊断不是诊断的前置步骤")
        else:
            self.funnel.explain("录入企业精益管理诊断表后，这里比较预诊断、诊断和标杆建设的家数。")
        self._effects(figures.effects)
        self._investments(figures.investments)

    def _investments(self, investments: "dict[str, tuple[Invested, ...]]") -> None:
        from pairing_desktop.formspec import period
        from pairing_desktop.services import pictures

        if not investments:
            self.parks.explain("填报园区建设进展季报后，这里按季度比较基础设施和产业投资。")
            return
        name, spent = max(investments.items(), key=lambda one: bool(one[1]))  # the first one with any
        if not spent:
            self.parks.explain("园区季报填了本年累计数，上一季的还没有，算不出本季投资；补填上一季的累计数，这里就按季度比较。")
            return
        shown = self._quarters_shown = spent[-QUARTERS_SHOWN:]
        others = f"另有 {len(investments) - 1} 个园区，见汇总表" if len(investments) > 1 else ""
        say(self.parks.remark, name)
        said = [f"{period.title(i.quarter)} {i.infrastructure + i.industry} 万元" for i in shown]
        self.parks.show_picture(
            lambda w, h, t: pictures.investments(shown, width=w, height=h, theme=cast("Theme", t)),
            areas=lambda w, h: pictures.quarter_areas(shown, width=w, height=h), names=said,
            description="、".join(said), note=others)

    def _effects(self, effects: "tuple[Effect, ...]") -> None:
        from pairing_desktop.services import pictures

        if not effects:
            self.effects.explain("录入精益标杆项目的成效指标后，这里比较改造前后。")
            return
        shown = self._effects_shown = pictures.chosen(effects, measured=MEASURED_SHOWN, given=GROWTH_SHOWN)
        rest = len(effects) - len(shown)
        said = [f"{e.firm} {e.indicator} {e.improvement}" for e in shown]
        self.effects.show_picture(
            lambda w, h, t: pictures.effects(shown, width=w, height=h, theme=cast("Theme", t)),
            areas=lambda w, _h: pictures.effect_areas(shown, width=w), names=said, description="；".join(said),
            note=f"另有 {rest} 项指标，见汇总表的精益成效" if rest else "", height=pictures.effects_height(shown))

    # what a bar opens

    def _open_stage(self, number: int) -> None:
        """List the firms of a stage beside the pictures."""
        from pairing_desktop.formspec.summary_values import Behind, Shown
        from pairing_desktop.ui.summary_page import BehindPane

        if self._figures is None:
            return
        if self.behind is None:
            self.behind = BehindPane()
            self.behind.setParent(self)  # over the pictures, which keep their room
            self.behind.go.connect(lambda b: self._signals.goTo.emit(b.form, b.key, b.path))
            self.behind.closed.connect(self._close_behind)
        name, count = self._figures.funnel[number]
        origins = tuple(Behind(o.form, o.key, o.label) for o in self._figures.behind[number])
        titles = {form.id: form.short for form in self._ws.catalogue.forms}
        self.behind.show_figure(name, Shown(f"{count} 家", behind=origins), titles)
        self._place_behind()
        self.behind.show()
        self.behind.raise_()
        self.behind.list.setFocus()

    def _place_behind(self) -> None:
        if self.behind is not None:
            width = min(self.behind.maximumWidth(), self.width())
            self.behind.setGeometry(self.width() - width, 0, width, self.height())

    def _close_behind(self) -> None:
        if self.behind is not None and self.behind.isVisible():
            self.behind.hide()
            self.funnel.chart.setFocus()

    def _open_effect(self, number: int) -> None:
        effect = self._effects_shown[number]
        self._signals.goTo.emit("lean_project", effect.key, effect.path)

    def _open_quarter(self, number: int) -> None:
        """Open a park's sheet, in its own quarter."""
        spent = self._quarters_shown[number]
        if spent.quarter != self.quarter:
            self._signals.quarterChanged.emit(spent.quarter)
        self._signals.goTo.emit("park_progress", spent.key, "infra")

    def _arrange(self) -> None:
        columns = 4 if self.width() >= WIDE else 1
        if columns == self._columns:
            return
        self._columns = columns
        for card in self.order:
            self.grid.removeWidget(card)
        for number, share in enumerate((0, 0, 0, 0)):
            self.grid.setColumnStretch(number, share)
        if columns == 1:
            for number, card in enumerate(self.order):
                self.grid.addWidget(card, number, 0)
            self.grid.setColumnStretch(0, 1)
            return
        places = ((self.forms, 0, 0, 2, 1), (self.todo, 0, 1, 1, 2), (self.funnel, 0, 3, 1, 1),
                  (self.effects, 1, 1, 1, 1), (self.parks, 1, 2, 1, 2))
        for card, at, across, rows, wide in places:
            self.grid.addWidget(card, at, across, rows, wide)
        for number, share in enumerate((400, 400, 34, 270)):
            self.grid.setColumnStretch(number, share)
        self.grid.setRowStretch(1, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the cards out by the room there is."""
        super().resizeEvent(event)
        self._arrange()
        self._place_behind()

    def showEvent(self, event: QShowEvent) -> None:
        """Read again what changed while this page was not looked at."""
        super().showEvent(event)
        if not self.quarter:
            from pairing_desktop.services import submitting

            self.quarter = submitting.quarters(self._ws)[0].quarter
        if self._stale:
            self.refresh()
