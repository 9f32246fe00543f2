"""The gallery's scenes of importing: the wizard's steps over the real sample."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.gallery_scenes import QUARTER, Scene, Stage, scene
from tests.services.sheets import book

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pairing_desktop.ui.import_wizard import ImportWizard

HEADS = ("序号", "单位名称", "统一社会信用代码", "所在县", "主要产品", "规上企业", "规上起始年", "从业人员（人）",
         "营业收入（亿元）", "指标年度", "联系电话", "走访人")
FIRMS = (
    (1, "示例竹木制品有限公司", None, "遂昌县", "竹胶板", "是", 2019, 186, 0.62, 2023, "0578-8000001", "甲"),
    (2, "示例机械（遂昌）有限公司", "91350100M000100Y4Z", "遂昌县", "数控机床", "是", 2020, "约90", 0.33, 2023,
     "0578-8000002", "乙"),
    (3, "示例茶叶股份有限公司", None, "遂昌县", "绿茶", "否", None, "四十二", 0.04, 2023, "0578-8000003", "乙"),
    (4, "示例电池有限公司", None, "遂昌", "锂电池", "否", None, 120, 1.2, 2023, "0578", "甲"),
)


def sheet(folder: Path, known: str) -> Path:
    """Write a county's own table of firms: title, unit line, one firm that is there, a total."""
    return book(folder / "2023年企业情况表.xlsx", {"企业情况": [
        ("遂昌县参与企业情况表（示例）",),
        ("填报单位：示例单位", None, None, None, None, None, None, None, "2023年"),
        HEADS, *FIRMS, (5, known, None, "遂昌县", "重组竹", "是", 2021, 210, 0.9, 2023, "0578-8000005", "甲"),
        ("合计", None, None, None, None, None, None, 648, 3.09)]}, {"企业情况": ["A1:L1"]})


def wizard(stage: Stage, form: str = "enterprise") -> "tuple[ImportWizard, Path]":
    from pairing_desktop.services import entering
    from pairing_desktop.ui.import_wizard import ImportWizard

    ws = stage.sample()
    lines = entering.list_records(ws, "enterprise", quarter=QUARTER).lines
    known = next(line.label for line in lines if len(line.label) > 8).replace("有限公司", "股份有限公司")
    found = ImportWizard(ws, form=form, quarter=QUARTER)
    found.resize(1120, 660)
    return found, sheet(ws.path.parent, known)


def until(found: "ImportWizard", step: str) -> None:
    """Go on until a step is shown."""
    from PySide6.QtWidgets import QApplication

    from pairing_desktop.ui.jobs import worker

    def settle() -> None:
        QApplication.processEvents()
        while worker().busy:
            QApplication.processEvents()
        QApplication.processEvents()

    settle()
    for _ in range(3):
        if found.step != step:
            found.go_on()
            settle()


def at(stage: Stage, step: str, then: "Callable[[ImportWizard], None]" = lambda _found: None) -> Scene:
    """Show a step over the sheet of firms; ``then``: what is done there."""
    found, path = wizard(stage)

    def act() -> None:
        found.open_sheet(path)
        until(found, step)
        then(found)

    return Scene(found, None, act)


@scene
def import_begin(stage: Stage) -> Scene:
    """No file yet."""
    return Scene(wizard(stage)[0])


@scene
def import_sheet(stage: Stage) -> Scene:
    """The head is found below a title."""
    return at(stage, "sheet")


@scene
def import_columns(stage: Stage) -> Scene:
    """Columns found by name, one left out, one converted."""
    return at(stage, "columns")


@scene
def import_review(stage: Stage) -> Scene:
    """Refused rows with their reasons."""
    return at(stage, "review")


@scene
def import_new(stage: Stage) -> Scene:
    """A new firm: each field as it stands in the sheet and as it is stored."""

    def choose(found: "ImportWizard") -> None:
        found.review.show_tab("new")
        found.review.list.selectRow(1)

    return at(stage, "review", choose)


@scene
def import_double(stage: Stage) -> Scene:
    """A firm that is there under another spelling, side by side."""
    return at(stage, "review", lambda found: found.review.show_tab("double"))


@scene
def import_sides(stage: Stage) -> Scene:
    """A row that is a firm that is there: each field from the record or from the sheet, an error among them."""

    def merge(found: "ImportWizard") -> None:
        found.review.show_tab("double")
        found.review.merge.click()
        until(found, "review")
        sides = found.review.sides
        for label in ("企业名称", "营业收入"):
            sides.selectRow([one.label for one in sides.offers].index(label))
            sides.setFocus()
            sides.opened.emit(sides.current())
            until(found, "review")

    return at(stage, "review", merge)


@scene
def import_result(stage: Stage) -> Scene:
    """Done: what went in, how to take it back."""
    return at(stage, "result")


def read(stage: Stage, name: str, pages: "Mapping[str, Sequence[Sequence[Any]]]", step: str, *,
         every: bool = False, form: str = "enterprise") -> Scene:
    """Write a workbook and show a step over it; ``every``: all its sheets are read."""
    found, beside = wizard(stage, form)
    path = book(beside.with_name(name), pages)

    def act() -> None:
        found.open_sheet(path)
        until(found, "sheet")
        if every:
            found.sheet.together.every.click()
        until(found, step)

    return Scene(found, None, act)


TOWNSHIPS = ("妙高街道", "云峰街道", "新路湾镇", "北界镇", "金竹镇", "大柘镇", "石练镇", "湖山乡", "濂竹乡", "高坪乡",
             "应村乡", "西畈乡", "黄沙腰镇", "柘岱口乡", "蔡源乡", "焦滩乡", "龙洋乡", "王村口镇", "三仁畲族乡",
             "垵口乡", "关塘乡")
LIST = ("序号", "企业名称", "所在县（市、区）", "从业人员（人）", "营业收入（万元）", "指标年度", "联系人")


def townships() -> "dict[str, list[Sequence[Any]]]":
    """Return a sheet for each township; two of them have other heads."""
    pages: dict[str, list[Sequence[Any]]] = {}
    for number, name in enumerate(TOWNSHIPS):
        heads = [*LIST[:4], "营业收入（亿元）", *LIST[5:]] if number == 7 else [*LIST, "备注"] if number == 9 else LIST
        staff = {2: "120余人", 4: "很多"}.get(number, 20 + number)
        pages[name] = [[f"{name}2023年企业名录"], heads, [1, f"示例{name[:2]}竹业", "遂昌县", staff, 300, 2023, "甲"],
                       [2, f"示例{name[:2]}机械", "遂昌县", 33, "约300万元", 2023, "同上"]]
    return pages


@scene
def import_many(stage: Stage) -> Scene:
    """Sheets of the same heads, ticked to be read together."""
    return read(stage, "分乡镇.xlsx", townships(), "sheet", every=True)


@scene
def import_many_review(stage: Stage) -> Scene:
    """A dry run over all of them."""
    return read(stage, "分乡镇.xlsx", townships(), "review", every=True)


@scene
def import_rough(stage: Stage) -> Scene:
    """A column of figures that are none."""
    return read(stage, "分乡镇.xlsx", townships(), "columns", every=True)


@scene
def import_across(stage: Stage) -> Scene:
    """Heads at the left."""
    return read(stage, "转置.xlsx", {"企业情况": list(zip(LIST, *(
        (n, f"示例{name}竹业", "遂昌县", 20 + n, 300 * n, 2023, "甲") for n, name in enumerate("甲乙丙丁", start=1)),
        strict=True))}, "sheet")


@scene
def import_form(stage: Stage) -> Scene:
    """Labels beside their values, a sheet for each firm."""
    firms = [f"示例{name}竹业" for name in "甲乙丙"]
    return read(stage, "登记表.xlsx", {name: [
        ("企业情况登记表",), ("企业名称", name, "所在县（市、区）", "遂昌县"),
        ("从业人员（人）", 20, "营业收入（万元）", 300),
        ("指标年度", 2023, "联系人", "甲")] for name in firms}, "sheet")


@scene
def import_lists(stage: Stage) -> Scene:
    """Two lists beside each other."""
    line = (1, "示例竹业", "遂昌县", 20, 300, 2023, "甲", None)
    return read(stage, "并排.xlsx", {"名录": [("遂昌县企业名录",), (*LIST, None) * 2, line * 2, line * 2]}, "sheet")


PARK = {"季报": [("南湖遂昌竹产业共富产业园2024年建设进展",),
               ("指标", "单位", "一季度", "二季度", "1-2季度累计", "去年同期"),
               ("规划面积", "亩", 620, 620, 620, 620), ("基础设施投资", "万元", 1880, 2380, 4260, 900),
               ("产业投资", "万元", 3430, 4790, 8220, 600), ("税收收入", "万元", 702, 682, 1384, 20)]}


@scene
def import_quarters_columns(stage: Stage) -> Scene:
    """A sheet of one park, which its title names, with a column for each quarter."""
    return read(stage, "园区.xlsx", PARK, "columns", form="park_progress")


@scene
def import_quarters_review(stage: Stage) -> Scene:
    """Of its quarters one is read."""
    return read(stage, "园区.xlsx", PARK, "review", form="park_progress")


@scene
def import_printed(stage: Stage) -> Scene:
    """What the program printed itself, read back: each card a row."""
    from pairing_desktop.services import form_printing
    from pairing_desktop.services.form_printing import Wanted

    found, _ = wizard(stage, "diagnosis")
    ws = stage.sample()
    path = form_printing.write(ws, Wanted(form="diagnosis", quarter=QUARTER), ws.path.parent / "去年的诊断表.xlsx")

    def act() -> None:
        found.open_sheet(path)
        until(found, "sheet")

    return Scene(found, None, act)
