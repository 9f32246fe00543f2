"""The gallery's scenes: each page and dialog in the states that matter, over the real sample."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pairing_desktop.errors import Trouble, problem
from pairing_desktop.settings import Settings

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

    from pairing_desktop.services.workspace import Workspace

NOW = datetime(2024, 7, 11, 8, 42, tzinfo=UTC)
QUARTER = "2024Q2"
FRAME = (208, 108)
"""What navigation, menus, top bar and status bar take from the window."""


class Scene(Struct, frozen=True):
    """A widget, the size it is drawn at (None: as asked for), and what is done once it is shown.

    ``page``: it stands inside the window and gets what that leaves.
    """

    widget: "QWidget"
    size: tuple[int, int] | None = None
    then: Callable[[], object] | None = None
    page: bool = False

    def room(self, size: tuple[int, int]) -> tuple[int, int]:
        """Return the size to draw at in a window of ``size``."""
        return (size[0] - FRAME[0], size[1] - FRAME[1]) if self.page else self.size or size


class Stage:
    """What the scenes share: a folder, settings of its own, the sample made once and copied for whoever changes it."""

    def __init__(self, app: "QApplication", folder: Path, *, sample: Path | None = None) -> None:
        self.app, self.folder = app, folder
        self._sample = sample
        self._open: list[Workspace] = []
        self._count = 0

    def settings(self) -> Settings:
        """Return the settings of a PC on which nothing was opened yet: two scenes know nothing of each other."""
        self._count += 1
        return Settings(self.folder / f"settings{self._count}.json")

    def sample(self) -> "Workspace":
        """Return a copy of the sample, checked, open."""
        from pairing_desktop.services import checking, sample, workspace

        if self._sample is None:
            self._sample = self.folder / "sample.pairing"
            with sample.make_sample(self._sample, now=NOW, clock=lambda: NOW) as made:
                for quarter in ("2024Q1", QUARTER):
                    checking.check_quarter(made, quarter)
        self._count += 1
        place = self.folder / str(self._count) / "遂昌县2024.pairing"
        place.parent.mkdir()
        shutil.copy(self._sample, place)
        ws = workspace.open_workspace(place, who="企业科科员", now=NOW, clock=lambda: NOW)
        self._open.append(ws)
        return ws

    def empty(self) -> "Workspace":
        """Return a new data file in which nothing was entered."""
        from pairing_desktop.services import workspace

        self._count += 1
        place = self.folder / f"空{self._count}.pairing"
        ws = workspace.create(place, county="331123", partner="330402", bureau="遂昌县经济商务局", now=NOW,
                              clock=lambda: NOW)
        self._open.append(ws)
        return ws

    def broken(self) -> "Workspace":
        """Return the sample with findings of every kind."""
        from pairing_desktop.services import checking, entering

        ws = self.sample()
        self.type(ws, "lean_project", 0, {"contract_sum": "68"})
        self.type(ws, "lean_project", 1, {"own_money": "约12a"})
        self.type(ws, "park_progress", 0, {"land_built": "88", "industry": "1"})
        report = checking.check_quarter(ws, QUARTER)
        for finding in report.findings:
            if finding.level == "query" and "产出量" in finding.message:
                checking.explain(ws, finding, "")
        entering.counts(ws, QUARTER)
        return ws

    def type(self, ws: "Workspace", form: str, number: int, fields: dict[str, str]) -> None:
        """Type into a form's record, by its place in the list, and save it."""
        from pairing_desktop.services import entering

        lines = entering.list_records(ws, form, quarter=QUARTER).lines
        draft = entering.open_record(ws, form=form, key=lines[number].key, quarter=QUARTER).draft
        for path, text in fields.items():
            draft.type(path, text)
        entering.save(ws, draft, why="画册")

    def close(self) -> None:
        """Close what a scene opened."""
        while self._open:
            self._open.pop().close()


SCENES: dict[str, Callable[[Stage], Scene]] = {}


def scene(function: Callable[[Stage], Scene]) -> Callable[[Stage], Scene]:
    """Put a scene on the list under its function's name."""
    SCENES[function.__name__] = function
    return function


def signals() -> Any:
    from pairing_desktop.ui.signals import Signals

    return Signals()


@scene
def start(stage: Stage) -> Scene:
    from pairing_desktop.ui.start_page import StartPage

    settings = stage.settings()
    with stage.sample() as ws:
        here = ws.path
    settings.set("recent", [
        {"path": str(here), "at": (NOW - timedelta(hours=2)).isoformat(), "label": "遂昌县2024", "state": "填报中"},
        {"path": "D:/填报/遂昌县2023.pairing", "at": "2024-03-28T06:00:00+00:00", "label": "遂昌县2023"},
    ])
    return Scene(StartPage(settings, clock=lambda: NOW))


@scene
def start_first(stage: Stage) -> Scene:
    from pairing_desktop.ui.start_page import StartPage

    return Scene(StartPage(Settings(stage.folder / "none.json"), clock=lambda: NOW))


@scene
def wizard(stage: Stage) -> Scene:
    from pairing_desktop.ui.new_wizard import NewWizard

    sheet = NewWizard(folder=Path("D:/填报"), clock=lambda: NOW)
    sheet.county.choose("331123")
    sheet.partner.choose("330402")
    return Scene(sheet)


@scene
def wizard_searching(stage: Stage) -> Scene:
    from pairing_desktop.ui.new_wizard import NewWizard

    sheet = NewWizard(folder=Path("D:/填报"), clock=lambda: NOW)

    def type_initials() -> None:
        sheet.county.setFocus()
        sheet.county.setText("j")
        sheet.county.textEdited.emit("j")

    return Scene(sheet, then=type_initials)


def overview_of(ws: "Workspace") -> Scene:
    from pairing_desktop.ui.overview_page import OverviewPage

    page = OverviewPage(ws, signals())
    page.show_quarter(QUARTER)
    return Scene(page, page=True)


@scene
def overview(stage: Stage) -> Scene:
    return overview_of(stage.sample())


@scene
def overview_findings(stage: Stage) -> Scene:
    return overview_of(stage.broken())


@scene
def overview_empty(stage: Stage) -> Scene:
    return overview_of(stage.empty())


@scene
def assess(stage: Stage) -> Scene:
    from pairing_desktop.services import assessing, assessing_drawing, assessing_evidence, entering
    from pairing_desktop.ui.assess_page import AssessPage

    ws = stage.sample()
    draft = assessing.open_assessment(ws, 2024).draft
    rows = {draft.value(f"indicators/{key}/number"): key for key in draft.rows("indicators")}
    draft.type(f"indicators/{rows['4.1']}/reason", "雨季停工两周，二号厂房延后（示例）")
    assessing.rate(ws, draft, rows["7.1"], "大部分落实")
    behind = assessing_drawing.Drawing(ws, 2024).behind("4.1")[0]
    assessing_evidence.add_record(ws, draft, "4.1", behind)
    entering.save(ws, draft)
    page = AssessPage(ws, signals())
    page.show_quarter(QUARTER)
    return Scene(page, then=lambda: page.table.selectRow(5), page=True)


@scene
def carry(stage: Stage) -> Scene:
    from pairing_desktop.services import carrying
    from pairing_desktop.ui.carry_dialog import CarryDialog

    ws = stage.sample()
    return Scene(CarryDialog(ws, carrying.preview(ws, source=QUARTER, target="2024Q3")))


@scene
def assess_by_hand(stage: Stage) -> Scene:
    from pairing_desktop.ui.assess_page import AssessPage

    page = AssessPage(stage.sample(), signals())
    page.show_quarter(QUARTER)
    return Scene(page, then=lambda: page.table.selectRow(12), page=True)


def submit_of(ws: "Workspace", step: str = "") -> Scene:
    from pairing_desktop.ui.submit_page import SubmitPage

    page = SubmitPage(ws, signals())
    page.show_quarter(QUARTER)
    return Scene(page, then=(lambda: page.show_step(step)) if step else None, page=True)


@scene
def submit_findings(stage: Stage) -> Scene:
    return submit_of(stage.broken())


@scene
def submit_passed(stage: Stage) -> Scene:
    return submit_of(stage.sample())


@scene
def submit_empty(stage: Stage) -> Scene:
    return submit_of(stage.empty())


@scene
def submit_finalise(stage: Stage) -> Scene:
    return submit_of(stage.sample(), "final")


@scene
def submit_finalise_large(stage: Stage) -> Scene:
    """Attachments that travel, too large to be sent at once."""
    import os

    from pairing_desktop.services import attaching, attachment_limits, checking, entering, listing

    ws = stage.sample()
    attachment_limits.change(ws, attachment_limits.Limits(file_mb=20, packet_mb=300, send_mb=5, photo_px=2000))
    for number, hit in enumerate(listing.list_records(ws, "diagnosis", quarter=QUARTER).lines[:3], start=1):
        file = ws.path.parent / f"诊断报告（第 {number} 份，含现场照片）.zip"
        file.write_bytes(b"PK" + os.urandom(number * 1_700_000))
        opened = entering.open_record(ws, form="diagnosis", key=hit.key, quarter=QUARTER)
        opened.draft.set("report", attaching.attach(ws, file, travels=True))
        entering.save(ws, opened.draft, "补报告")
    checking.check_quarter(ws, QUARTER)
    return submit_of(ws, "final")


def finalised(stage: Stage) -> "Workspace":
    from pairing_desktop.services import submitting

    ws = stage.sample()
    submitting.finalise(ws, QUARTER, ws.path.parent)
    return ws


def signed(ws: "Workspace", roles: tuple[str, ...]) -> Path:
    """Sign the packet in these roles' names with the sample authority's keys; return the packet."""
    from pairing_desktop.services import reviewing, submitting
    from pairing_desktop.services.demo import make_keys

    packet = submitting.state(ws, QUARTER).packet
    assert packet is not None
    for name in ("trust", "keys"):
        (packet.parent / name).mkdir(exist_ok=True)
    keys = make_keys(packet.parent, clock=lambda: NOW)
    for role in roles:
        reviewing.sign_packet(packet, keys.files[role], keys.passwords[role], now=NOW)
    return packet


@scene
def submit_relay(stage: Stage) -> Scene:
    return submit_of(finalised(stage))


@scene
def submit_signed(stage: Stage) -> Scene:
    from pairing_desktop.services import submitting

    ws = finalised(stage)
    submitting.collect(ws, signed(ws, ("preparer", "reviewer", "head")))
    return submit_of(ws)


@scene
def submit_sent(stage: Stage) -> Scene:
    from pairing_desktop.services import submitting

    ws = finalised(stage)
    submitting.submit(ws, signed(ws, ("preparer", "reviewer", "head")))
    return submit_of(ws)


@scene
def submit_sent_changed(stage: Stage) -> Scene:
    """A project corrected after the quarter was sent."""
    from pairing_desktop.services import entering, submitting

    ws = finalised(stage)
    submitting.submit(ws, signed(ws, ("preparer", "reviewer", "head")))
    key = entering.list_records(ws, "lean_project", quarter=QUARTER).lines[0].key
    draft = entering.open_record(ws, form="lean_project", key=key, quarter=QUARTER).draft
    draft.type("note", "核对后更正（示例）")
    draft.type("own_money", "27")
    entering.save(ws, draft, why="核对合同后更正")
    return submit_of(ws)


def sign_of(stage: Stage, packet: Path) -> Scene:
    from pairing_desktop.ui.sign_page import SignPage

    return Scene(SignPage(packet, settings=stage.settings(), clock=lambda: NOW))


@scene
def sign(stage: Stage) -> Scene:
    ws = finalised(stage)
    return sign_of(stage, signed(ws, ("preparer",)))


@scene
def sign_done(stage: Stage) -> Scene:
    ws = finalised(stage)
    return sign_of(stage, signed(ws, ("preparer", "reviewer", "head")))


@scene
def sign_cut(stage: Stage) -> Scene:
    packet = signed(finalised(stage), ("preparer",))
    packet.write_bytes(packet.read_bytes()[:-4000])
    return sign_of(stage, packet)


def verdict_of(packet: Path, *, crl: bool = True) -> Scene:
    from pairing_desktop.errors import Trouble as Bad
    from pairing_desktop.services import reviewing
    from pairing_desktop.ui.verdict_page import VerdictPage

    root = packet.parent / "trust" / "root.pem"
    list_ = packet.parent / "trust" / "root.crl.pem"
    found = reviewing.verify_files([packet], trust=root, crl=list_ if crl else None, now=NOW)[0]
    try:
        view = reviewing.describe_packet(packet)
    except Bad:
        view = None
    return Scene(VerdictPage(found, view=view, clock=lambda: NOW))


@scene
def verdict_valid(stage: Stage) -> Scene:
    return verdict_of(signed(finalised(stage), ("preparer", "reviewer", "head")))


@scene
def verdict_unfinished(stage: Stage) -> Scene:
    return verdict_of(signed(finalised(stage), ("preparer",)), crl=False)


@scene
def verdict_changed(stage: Stage) -> Scene:
    packet = signed(finalised(stage), ("preparer", "reviewer", "head"))
    data = bytearray(packet.read_bytes())
    data[len(data) // 3] ^= 1
    packet.write_bytes(data)
    return verdict_of(packet)


@scene
def verdict_unreadable(stage: Stage) -> Scene:
    packet = signed(finalised(stage), ("preparer",))
    packet.write_bytes(packet.read_bytes()[:1000])
    return verdict_of(packet)


@scene
def history(stage: Stage) -> Scene:
    from pairing_desktop.ui.history_page import HistoryPage

    return Scene(HistoryPage(stage.broken(), signals()), page=True)


@scene
def history_deleted(stage: Stage) -> Scene:
    from pairing_desktop.services import entering, searching
    from pairing_desktop.ui.history_page import DELETED, HistoryPage

    ws = stage.sample()
    entering.delete(ws, searching.search(ws, "竹制包装盒配套对接")[0].key, "与另一条重复")
    page = HistoryPage(ws, signals())
    return Scene(page, then=page.tabs.button(DELETED).click, page=True)


@scene
def history_empty(stage: Stage) -> Scene:
    from pairing_desktop.ui.history_page import HistoryPage

    return Scene(HistoryPage(stage.empty(), signals()), page=True)


@scene
def history_sent(stage: Stage) -> Scene:
    from pairing_desktop.services import submitting
    from pairing_desktop.ui.history_page import HistoryPage

    ws = finalised(stage)
    submitting.submit(ws, signed(ws, ("preparer", "reviewer", "head")))
    page = HistoryPage(ws, signals())
    return Scene(page, then=page.tabs.button(2).click, page=True)


@scene
def settings(stage: Stage) -> Scene:
    from pairing_desktop.ui.settings_page import SettingsPage

    page = SettingsPage(stage.sample(), signals())
    page.show_quarter(QUARTER)
    return Scene(page, page=True)


@scene
def dialog_confirm(_stage: Stage) -> Scene:
    from pairing_desktop.ui.ask import Sheet

    sheet = Sheet(None, "定稿 2024年二季度？",
                  "定稿后这个季度的数据不能再改，报送包写到所选文件夹。报送之前可以撤销定稿。", icon="question_circle")
    sheet.add_button("取消")
    sheet.add_button("定稿", accept=True, kind="primary", default=True)
    return Scene(sheet)


@scene
def dialog_danger(_stage: Stage) -> Scene:
    from pairing_desktop.ui.ask import Sheet

    sheet = Sheet(None, "删除“双彩”？", "它的 3 张进展季报也会一起删除。删除后可以在“历史”里恢复。", icon="warning",
                  tone="query_mark")
    sheet.add_button("取消", default=True)
    sheet.add_button("删除", accept=True, kind="danger")
    return Scene(sheet)


@scene
def dialog_reason(_stage: Stage) -> Scene:
    from pairing_desktop.ui.ask import ReasonSheet

    sheet = ReasonSheet(None, "撤销定稿？", "已经写出的报送包和上面的签名作废。", yes="撤销定稿",
                        initial="审核人发现园区面积填错", limit=200)
    return Scene(sheet)


@scene
def dialog_password(_stage: Stage) -> Scene:
    from pairing_desktop.ui.ask import LineSheet

    told = problem("signing.wrong_password", file="审核人.p12")
    return Scene(LineSheet(None, "输入密钥密码", "审核人.p12 的密码", yes="确定", secret=True, problem=str(told)))


@scene
def dialog_trouble(_stage: Stage) -> Scene:
    from pairing_desktop.ui.ask import TroubleSheet

    told = problem("exchange.cannot_write", file="331123-2024Q2-r1.asice", reason="磁盘已满")
    return Scene(TroubleSheet(None, Trouble(told), "没有办成"))


@scene
def dialog_troubles(_stage: Stage) -> Scene:
    from pairing_desktop.ui.ask import TroubleSheet

    missing = (problem("exchange.missing_role", role=role) for role in ("审核人", "单位负责人"))
    found = Trouble(*missing, problem("exchange.uncovered", name="attachments/abc.pdf"))
    return Scene(TroubleSheet(None, Trouble(*found.problems), "不能报送"))


@scene
def dialog_bug(_stage: Stage) -> Scene:
    from pairing_desktop.ui.ask import BugSheet

    return Scene(BugSheet(None, KeyError("park")))


@scene
def dialog_take_over(_stage: Stage) -> Scene:
    """Last quarter's explanations, one of them left out."""
    from pairing_desktop.formspec.finding import Finding
    from pairing_desktop.services.carrying import Suggested
    from pairing_desktop.ui.take_over_dialog import TakeOverDialog

    said = (("南湖遂昌竹产业共富产业园",
             "规上工业企业营业收入 15,668.00，上年同期 9,120.00，增长 71.80%，超过核实界限 50%",
             "二季度新增两家规上企业，按月报数填列。"),
            ("遂昌示例三电子有限公司 · 从业人员", "从业人员 12，上季 31，下降 61.29%", "停产改造，已书面确认。"))
    found = [Suggested(Finding(form="park_progress", record=str(n), path="revenue", rule="r", level="query",
                               place=place, message=words), text) for n, (place, words, text) in enumerate(said)]
    sheet = TakeOverDialog(None, found)
    return Scene(sheet, then=lambda: sheet.turn(1))


@scene
def dialog_waiver(stage: Stage) -> Scene:
    from pairing_desktop.formspec.rules import Finding
    from pairing_desktop.ui.finding_pane import WaiverSheet

    finding = Finding(form="park_progress", record="1", path="land_built", rule="land", number="9", level="error",
                      left="88.00", right="86.40", difference="1.60", message="已建成面积 88.00 大于已供应面积 86.40",
                      place="南湖遂昌竹产业共富产业园 · 已建成面积")
    sheet = WaiverSheet(None, finding, "局长")
    sheet.reason.edit.setPlainText("历史遗留地块先建后供，手续正在补办。")
    sheet.agreed.setChecked(True)
    return Scene(sheet)


@scene
def dialog_sign(stage: Stage) -> Scene:
    from pairing_desktop.ui.sign_panel import SignSheet

    return Scene(SignSheet(None, stage.folder / "331123-2024Q2-r1.asice", lambda: NOW))




@scene
def dialog_print_form(stage: Stage) -> Scene:
    from pairing_desktop.services import entering
    from pairing_desktop.ui.form_print_dialog import FormPrintDialog

    ws = stage.sample()
    key = entering.list_records(ws, "diagnosis", quarter=QUARTER).lines[0].key
    return Scene(FormPrintDialog(ws, "diagnosis", quarter=QUARTER, key=key))


@scene
def verdict_desk(stage: Stage) -> Scene:
    """Several files verified together, and a code looked up."""
    from pairing_desktop.services import reviewing, sheet_codes
    from pairing_desktop.ui.verdict_desk import VerdictDesk

    ws = finalised(stage)
    packet = signed(ws, ("preparer", "reviewer", "head"))
    changed = packet.with_name("331123-2024Q2-r1（改过）.asice")
    data = bytearray(packet.read_bytes())
    data[len(data) // 3] ^= 1
    changed.write_bytes(data)
    settings = stage.settings()
    settings.set("trust.root", str(packet.parent / "trust" / "root.pem"))
    found = reviewing.verify_files([packet, changed], trust=packet.parent / "trust" / "root.pem", now=NOW,
                                   appearance=False)
    code = sheet_codes.of_data(reviewing_data(packet), ws.catalogue)[0].code
    desk = VerdictDesk(settings, data_file=ws.path, clock=lambda: NOW)
    desk._show(found)
    desk.code.setText(code)
    return Scene(desk, then=desk.look.click)


def reviewing_data(packet: Path) -> dict[str, Any]:
    from pairing_desktop.exchange.packet import open_packet

    return dict(open_packet(packet).data)
