"""The gallery's scenes of the whole window: list and form in the states that matter, over the real sample."""

from collections.abc import Callable, Generator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.gallery_scenes import NOW, QUARTER, Scene, Stage, scene

if TYPE_CHECKING:
    from pairing_desktop.services.list_values import Common
    from pairing_desktop.services.workspace import Workspace
    from pairing_desktop.settings import Settings
    from pairing_desktop.ui.desk import Desk
    from pairing_desktop.ui.entry_page import EntryPage


def opened(stage: Stage, page: str, then: "Callable[[Desk], object] | None" = None,
           size: tuple[int, int] | None = None, settings: "Settings | None" = None,
           ws: "Workspace | None" = None) -> Scene:
    """Return the window on a copy of the sample, or on another file, at a page; ``then`` acts once it is shown.

    ``settings``: what this PC remembers, where a scene is about that.
    """
    from pairing_desktop.ui.theme import Theme
    from pairing_desktop.ui.window import MainWindow

    ws = ws or stage.sample()
    path = ws.path
    ws.close()
    settings = settings or stage.settings()
    settings.set(f"page.{path}", page)
    settings.set(f"quarter.{path}", QUARTER)
    theme = stage.app.findChild(Theme)
    assert theme is not None
    window = MainWindow(settings, lambda: NOW)
    window.setMinimumSize(1, 1)
    window.begin(theme, str(path))

    def act() -> None:
        window.activateWindow()
        if then is not None and window.desk is not None:
            then(window.desk)

    return Scene(window, size, act)


def page_of(desk: "Desk") -> "EntryPage":
    page = desk.entry_page()
    assert page is not None
    return page


def type_into(page: "EntryPage", path: str, text: str) -> None:
    assert page.entry is not None
    page.entry.type(path, text)


def jump(page: "EntryPage", path: str) -> None:
    assert page.record is not None
    page.record.jump(path)


@scene
def window_entry(stage: Stage) -> Scene:
    """An error under its field, the focus ring, computed values."""

    def act(desk: "Desk") -> None:
        page = page_of(desk)
        type_into(page, "contract_sum", "52")
        page.save()
        jump(page, "own_money")

    return opened(stage, "lean_project", act)


@scene
def window_entry_table(stage: Stage) -> Scene:
    """A sheet with findings under its rows."""

    def act(desk: "Desk") -> None:
        page = page_of(desk)
        assert page.entry is not None
        rows = page.entry.draft.rows("kpis")
        type_into(page, f"kpis/{rows[2]}/after", "199")
        jump(page, f"kpis/{rows[2]}/target")

    return opened(stage, "lean_project", act)


@scene
def window_entry_quarterly(stage: Stage) -> Scene:
    """Last quarter's values beside the fields."""
    return opened(stage, "park_progress", lambda desk: jump(page_of(desk), "infra"))


@scene
def window_entry_new(stage: Stage) -> Scene:
    """A new record: nothing scolds yet."""
    return opened(stage, "enterprise", lambda desk: page_of(desk).new())


@scene
def window_entry_choices(stage: Stage) -> Scene:
    """Choosing by pinyin initials."""
    from pairing_desktop.ui.choice_input import ChoiceInput

    def act(desk: "Desk") -> None:
        page = page_of(desk)
        jump(page, "enterprise")
        assert page.record is not None
        widget = page.record.widget_at("enterprise")
        assert isinstance(widget, ChoiceInput)
        widget.setText("scsl")
        widget.open_list("scsl")

    return opened(stage, "lean_project", act)


@scene
def window_entry_findings(stage: Stage) -> Scene:
    """The findings' panel under the form."""

    def act(desk: "Desk") -> None:
        page = page_of(desk)
        type_into(page, "contract_sum", "52")
        page.save()
        page.found.toggle()

    return opened(stage, "lean_project", act)


@scene
def window_entry_recovered(stage: Stage) -> Scene:
    """What was typed before a crash is back."""

    def act(desk: "Desk") -> None:
        page = page_of(desk)
        type_into(page, "own_money", "约12a")
        page.close_record()
        page.show_first()

    return opened(stage, "lean_project", act)


@scene
def window_entry_narrow(stage: Stage) -> Scene:
    """One column on a narrow window."""
    return opened(stage, "diagnosis", size=(1100, 640))


@scene
def window_entry_wide(stage: Stage) -> Scene:
    """A large screen."""
    return opened(stage, "diagnosis", size=(1920, 1080))


@scene
def window_entry_empty(stage: Stage) -> Scene:
    """A filter that finds nothing."""

    def act(desk: "Desk") -> None:
        page = page_of(desk)
        page.list.narrowing.box.setText("没有这家")

    return opened(stage, "enterprise", act)


def searching(words: str) -> "Callable[[Desk], None]":
    """Return the act of looking for words in the whole file."""

    def act(desk: "Desk") -> None:
        desk.commands.go_find()
        desk.top.search.setText(words)
        desk.top.search.search()

    return act


@scene
def window_search(stage: Stage) -> Scene:
    """The search box over everything."""
    return opened(stage, "enterprise", searching("zcy"))


@scene
def window_overview(stage: Stage) -> Scene:
    """The overview inside the window."""
    return opened(stage, "overview")


@scene
def window_submit(stage: Stage) -> Scene:
    """The way of the quarter inside the window."""
    return opened(stage, "submit")


@scene
def window_summary(stage: Stage) -> Scene:
    """The computed sheets: a figure opened, with the records behind it."""

    def act(desk: "Desk") -> None:
        page = desk.stack.currentWidget()
        page.show_sheet("funnel")
        page.tables[0].setFocus()
        page.tables[0].setCurrentIndex(page.tables[0].model().index(1, 5))
        page.tables[0]._open(page.tables[0].currentIndex())

    return opened(stage, "summary", act)


@scene
def window_summary_effects(stage: Stage) -> Scene:
    """The widest computed sheet."""
    return opened(stage, "summary", lambda desk: desk.stack.currentWidget().show_sheet("lean_effects"))


@scene
def window_summary_parks(stage: Stage) -> Scene:
    """Figures of parks with totals."""
    return opened(stage, "summary", lambda desk: desk.stack.currentWidget().show_sheet("parks"))


def own_tables_of(desk: "Desk", number: int) -> None:
    """Save two own tables and show the first one's tab."""
    from pairing_desktop.services import own_tables
    from pairing_desktop.services.own_tables import Condition, Definition, OwnColumn

    columns = (OwnColumn("enterprise"), OwnColumn("enterprise.credit_code"), OwnColumn("contract_sum", total=True),
               OwnColumn("subsidy", total=True), OwnColumn("paid", title="已付补助", total=True), OwnColumn("plan_end"))
    money = Definition(name="标杆项目资金", form="lean_project", columns=columns, group="stage", sort="-contract_sum",
                       conditions=(Condition("contract_sum", "不少于", "40"),), heading="标杆项目资金情况",
                       notes="补助由南湖区专项资金安排。")
    firms = Definition(name="规上企业名单", form="enterprise", columns=(OwnColumn("name"), OwnColumn("industry")))
    for table in (money, firms):
        own_tables.save(desk.workspace, table)
    page = desk.stack.currentWidget()
    page.show_sheet("own")
    page.own._show(page.own.saved[0])
    page.own.show_tab(number)


@scene
def window_own_table(stage: Stage) -> Scene:
    """An own table with groups and subtotals."""
    return opened(stage, "summary", lambda desk: own_tables_of(desk, 0))


@scene
def window_own_table_design(stage: Stage) -> Scene:
    """Designing it."""
    return opened(stage, "summary", lambda desk: own_tables_of(desk, 1))


@scene
def window_own_table_template(stage: Stage) -> Scene:
    """Filling a stranger's template from it."""

    def act(desk: "Desk") -> None:
        from openpyxl import Workbook

        path = stage.folder / "市经信局项目统计表.xlsx"
        book = Workbook()
        sheet = book.active
        assert sheet is not None
        for place, text in enumerate(("序号", "企业名称", "统一社会信用代码", "合同额（万元）", "计划完成"), start=1):
            sheet.cell(3, place, text)
        book.save(path)
        own_tables_of(desk, 2)
        pane = desk.stack.currentWidget().own.template
        from pairing_desktop.services.template_filling import Filling

        pane.show_filling(Filling(file=str(path), sheet="Sheet", cells=(("B1", "word:bureau"),)))
        pane.guess_columns()

    return opened(stage, "summary", act)


@scene
def window_own_table_none(stage: Stage) -> Scene:
    """No own table yet."""
    return opened(stage, "summary", lambda desk: desk.stack.currentWidget().show_sheet("own"))


@scene
def window_assess(stage: Stage) -> Scene:
    """The yearly assessment in the window."""
    return opened(stage, "assess")


@scene
def window_carry(stage: Stage) -> Scene:
    """A quarter without sheets offers the one before."""
    return opened(stage, "overview", lambda desk: desk.show_quarter("2024Q3"))


@scene
def window_year_ago(stage: Stage) -> Scene:
    """Last quarter's and last year's figure beside each input."""

    def act(desk: "Desk") -> None:
        from pairing_desktop.services import entering

        ws = desk.workspace
        park = entering.list_records(ws, "park", quarter=QUARTER).lines[0].key
        draft = entering.open_record(ws, form="park_progress", quarter="2023Q2", subject=park).draft
        for name, text in {"land_planned": "620", "land_supplied": "240", "infra": "3900", "industry": "7100.5",
                           "invest_total": "30250", "plant_built": "60000"}.items():
            draft.type(name, text)
        entering.save(ws, draft)
        desk.show_page("park_progress")

    return opened(stage, "overview", act)


@scene
def window_overview_late(stage: Stage) -> Scene:
    """The quarter's day has passed and nothing was sent."""
    from pairing_desktop.services import deadlines

    def act(desk: "Desk") -> None:
        day = desk.workspace.today - timedelta(days=5)
        deadlines.set_deadline(desk.workspace, desk.quarter, day, source="示例")
        desk.signals.stateChanged.emit(desk.quarter)

    return opened(stage, "overview", act)


@scene
def list_narrowed(stage: Stage) -> Scene:
    """Ordered by two columns, narrowed by a value and by findings."""

    def act(desk: "Desk") -> None:
        page = page_of(desk)
        page.split.setSizes([560, 600])
        page.list.columns.choose(["enterprise", "stage", "contract_sum", "start"])
        page.list.sort("stage")
        page.list.sort("contract_sum", descending=True, add=True)
        page.list.narrowing.narrow("stage", _values(page, "stage"))
        page.list.narrowing.narrow("enterprise", _values(page, "enterprise"))

    return opened(stage, "lean_project", act)


@scene
def list_column_menu(stage: Stage) -> Scene:
    """A column's menu: order and values."""
    from pairing_desktop.ui.column_menu import ColumnMenu

    ws = stage.sample()
    form = ws.catalogue.form("lean_project")
    menu = ColumnMenu(form.by_id["stage"].label)
    menu.add_sorting(lambda **_: None, sorted_by=True, more=True)
    from pairing_desktop.services import list_values

    menu.add_values(list_values.values_of(ws, "lean_project", "stage", quarter=QUARTER), (), lambda _values: None,
                    lambda: None)
    return Scene(menu, menu.sizeHint().toTuple())


@scene
def list_bulk_change(stage: Stage) -> Scene:
    """One field of all records, with what becomes of each."""
    from pairing_desktop.services import listing
    from pairing_desktop.ui.bulk_dialog import BulkDialog

    ws = stage.sample()
    keys = [line.key for line in listing.list_records(ws, "lean_project", quarter=QUARTER).lines]
    dialog = BulkDialog(ws, ws.catalogue.form("lean_project"), keys, quarter=QUARTER, field="stage")

    def act() -> None:
        dialog.options.setCurrentIndex(dialog.options.findText("已验收"))
        dialog._look()

    return Scene(dialog, None, act)


@scene
def list_bulk_change_opened(stage: Stage) -> Scene:
    """As it opens from a column that tells records apart: nothing is chosen, nothing can be changed."""
    from pairing_desktop.services import listing
    from pairing_desktop.ui.bulk_dialog import BulkDialog

    ws = stage.sample()
    keys = [line.key for line in listing.list_records(ws, "enterprise", quarter=QUARTER).lines][:3]
    return Scene(BulkDialog(ws, ws.catalogue.form("enterprise"), keys, quarter=QUARTER, field="credit_code"), None)


@scene
def merge_two(stage: Stage) -> Scene:
    """One firm entered twice: which stays, whose value in each field, what will point elsewhere."""
    from pairing_desktop.services import listing, merging
    from pairing_desktop.ui.merge_dialog import MergeDialog

    ws = stage.sample()
    keys = [line.key for line in listing.list_records(ws, "enterprise", quarter=QUARTER).lines][:2]
    pair = merging.compare(ws, "enterprise", keys[0], keys[1], quarter=QUARTER)
    return Scene(MergeDialog(ws.catalogue.form("enterprise"), pair), None, None)


@scene
def merge_file(stage: Stage) -> Scene:
    """Another clerk's data file: what comes in, and whose value stays where both changed one."""
    from datetime import timedelta

    from pairing_desktop.services import entering, listing, merging_files, workspace
    from pairing_desktop.ui.merge_file_dialog import MergeFileDialog

    ws = stage.sample()
    later = ws.clock() + timedelta(hours=5)

    def put(where: "Workspace", form: str, key: str | None = None, **values: str) -> None:
        draft = entering.open_record(where, form=form, key=key, quarter=QUARTER).draft
        for name, text in values.items():
            draft.type(name, text)
        entering.save(where, draft, "核实后更正")

    path = ws.save_copy(ws.path.with_name("企业科 李四.pairing"))
    firms = [line.key for line in listing.list_records(ws, "enterprise", quarter=QUARTER).lines]
    with workspace.open_workspace(path, who="李四", now=later, clock=lambda: later) as other:
        put(other, "enterprise", firms[0], staff="333", contact="办公室主任", products="竹地板、竹家具")
        put(other, "enterprise", firms[1], staff="86")
        for firm in ("示例新竹家具有限公司", "示例竹工机械厂"):
            put(other, "enterprise", name=firm, county="331123")
        put(other, "exchange_activity", title="竹产业对接会", start="2024-05-20")
    put(ws, "enterprise", firms[0], staff="350", revenue="8888")
    plan = merging_files.preview(ws, path)
    return Scene(MergeFileDialog(plan), None, None)


@scene
def long_paste(stage: Stage) -> Scene:  # as all scenes
    """A paste of many rows while it is laid, slice by slice."""
    from pairing_desktop.ui.slices import Slices

    def rows() -> Generator[int]:
        yield from range(1, 1001)

    dialog = Slices(None, "正在粘贴", rows(), 1000, unit="行")
    dialog._turn.stop()

    def act() -> None:
        dialog.bar.setValue(420)

    return Scene(dialog, None, act)


@scene
def list_columns(stage: Stage) -> Scene:
    """Columns ticked and moved."""
    from pairing_desktop.ui.columns_dialog import ColumnsDialog
    from pairing_desktop.ui.list_columns import ListColumns
    from pairing_desktop.ui.list_model import head

    form = stage.sample().catalogue.form("lean_project")
    columns = ListColumns(form, stage.settings(), stage.app)
    titles = {name: head(form.by_id[name]) for name in columns.offered()}
    dialog = ColumnsDialog(titles, columns.chosen(), columns.usual())
    return Scene(dialog, None, None)


@scene
def list_values(stage: Stage) -> Scene:
    """All values of a column, some of them ticked, another one looked for."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    from pairing_desktop.ui.values_dialog import ValuesDialog

    ws = stage.sample()
    dialog = ValuesDialog(ws, "enterprise", "industry", "行业大类", asked={"quarter": QUARTER, "filters": {}})

    def act() -> None:
        for key in (Qt.Key.Key_Space, Qt.Key.Key_Down, Qt.Key.Key_Space):
            QTest.keyClick(dialog.box, key)
        dialog.box.setText("制")
        dialog.box.found.emit("制")

    return Scene(dialog, None, act)


def _values(page: "EntryPage", name: str) -> "Sequence[Common]":
    from pairing_desktop.services import list_values

    return list_values.values_of(page.workspace, page.form.id, name, quarter=page.quarter).values
