"""The gallery's scenes with long text: a name of 200 characters and sentences in every cell, wherever they show."""

from typing import TYPE_CHECKING

from tests.gallery_scenes import QUARTER, Scene, Stage, scene
from tests.gallery_window import jump, opened, page_of, searching

if TYPE_CHECKING:
    from pairing_desktop.services.workspace import Workspace
    from pairing_desktop.ui.desk import Desk

FIRM = "丽水市遂昌县妙高街道东城工业园区示例生态竹木综合利用科技发展与精深加工股份有限公司"
NAME = f"{(FIRM * 6)[:193]}（遂昌分公司）"
SENTENCE = "生产现场物料堆放没有定置，半成品在工序之间反复搬运，每班平均等待一百二十分钟，交期因此一再顺延；"


def long(stage: Stage) -> "Workspace":
    """Return the sample in which one firm, its project and a finding's explanation are as long as may be."""
    from pairing_desktop.services import checking, entering

    ws = stage.sample()
    stage.type(ws, "enterprise", 1, {"name": NAME, "products": SENTENCE, "place": SENTENCE})
    first = entering.list_records(ws, "lean_project", quarter=QUARTER).lines[0]
    draft = entering.open_record(ws, form="lean_project", key=first.key, quarter=QUARTER).draft
    rows = draft.rows("kpis")
    typed = {"consultant": NAME[:100], "contract_no": "示例合同编号-2023-浙江省丽水市遂昌县-精益管理-0000000001",
             "contract_sum": "123456789.12", f"kpis/{rows[0]}/indicator": SENTENCE[:40],
             f"kpis/{rows[0]}/definition": SENTENCE * 2, f"kpis/{rows[1]}/unit": "万元每人每年"}
    for path, text in typed.items():
        draft.type(path, text)
    entering.save(ws, draft, why=SENTENCE)
    report = checking.check_quarter(ws, QUARTER)
    query = next(one for one in report.findings if one.level == "query")
    checking.explain(ws, query, SENTENCE * 4)
    checking.check_quarter(ws, QUARTER)
    return ws


@scene
def long_entry(stage: Stage) -> Scene:
    """A register's record: head, field, list."""

    return opened(stage, "enterprise", lambda desk: jump(page_of(desk), "products"), ws=long(stage))


@scene
def long_table(stage: Stage) -> Scene:
    """A record that names it, with long cells."""

    def act(desk: "Desk") -> None:
        page = page_of(desk)
        assert page.entry is not None
        jump(page, f"kpis/{page.entry.draft.rows('kpis')[0]}/indicator")

    return opened(stage, "lean_project", act, ws=long(stage))


@scene
def long_overview(stage: Stage) -> Scene:
    """What is to be done, and the figures."""
    return opened(stage, "overview", ws=long(stage))


@scene
def long_submit(stage: Stage) -> Scene:
    """Its findings, and the explanation given."""
    return opened(stage, "submit", ws=long(stage))


@scene
def long_history(stage: Stage) -> Scene:
    """What was changed, and why."""
    return opened(stage, "history", ws=long(stage))


@scene
def long_summary(stage: Stage) -> Scene:
    """The computed table that lists its figures."""

    def act(desk: "Desk") -> None:
        desk.stack.currentWidget().show_sheet("lean_effects")

    return opened(stage, "summary", act, ws=long(stage))


@scene
def long_search(stage: Stage) -> Scene:
    """Found by its initials."""
    return opened(stage, "enterprise", searching("lss"), ws=long(stage))


@scene
def long_dialog(stage: Stage) -> Scene:
    """A question that names it."""
    from pairing_desktop.ui.ask import Sheet

    sheet = Sheet(None, f"删除“{NAME}”？", f"用到它的记录：精益标杆项目“{NAME}”。", icon="warning", tone="query_mark")
    sheet.add_button("取消", default=True)
    sheet.add_button("删除", accept=True, kind="danger")
    return Scene(sheet)
