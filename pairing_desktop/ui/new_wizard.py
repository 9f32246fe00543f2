"""A new data file: county, partner, bureau, people, where to store it. One sheet, four short parts."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from pairing_desktop.errors import Problem, Trouble, problem
from pairing_desktop.formspec import reference
from pairing_desktop.progress import Progress
from pairing_desktop.services.workspace import system_clock
from pairing_desktop.ui import ask, jobs, moments
from pairing_desktop.ui.cards import button, column, lead_to, row, rule, say, scrolled, words
from pairing_desktop.ui.county_field import CountyField, doubt
from pairing_desktop.ui.half_filled import HalfFilled
from pairing_desktop.ui.keys import ENTER
from pairing_desktop.ui.people_grid import PeopleGrid
from pairing_desktop.ui.text_line import PathLine, TextLine

if TYPE_CHECKING:
    from pairing_desktop.services.half_said import Half

SUFFIX = ".pairing"
HIGH = 646
"""Height at which all of it is seen, the line that tells what is wrong too."""

SEVERAL = 2
"""Boxes of typed work from which it is asked before they go."""


class NewWizard(QDialog):
    """``created`` holds the new file after it was accepted (``ask.dialogs.run(wizard)``).

    What is filled in is kept as ``half``, and stands there again when that was not dropped.
    """

    def __init__(self, parent: QWidget | None = None, *, folder: Path | None = None,
                 clock: Callable[[], datetime] = system_clock, half: "Half | None" = None) -> None:
        super().__init__(parent)
        self.created: Path | None = None
        self._clock = clock
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        self._folder = folder or (Path(documents) if documents and Path(documents).is_dir() else Path.home())
        self._named = False
        self._refused: tuple[Problem, ...] = ()
        """Why the file could not be made where it was to be; until another place is written."""
        self.setWindowTitle("新建数据文件")
        self.setMinimumSize(360, 300)
        room = self.screen().availableGeometry()
        self.resize(min(640, room.width() - 32), min(HIGH, room.height() - 64))
        self._fields()
        self._lay_out()
        self._suggest()
        self._ready()
        self._proposed = {box: box.text().strip() for box in self.findChildren(QLineEdit)}
        boxes = {"county": self.county, "partner": self.partner, "bureau": self.bureau, **self.people.boxes,
                 "place": self.place}
        self.half = HalfFilled(self, boxes)
        self.half.begin(half)
        self._named = self.place.text() != self._suggested

    def _fields(self) -> None:
        self.county = CountyField("本县（市、区）", required=True)
        self.partner = CountyField("结对县（市、区）")
        self.bureau = TextLine()
        self.bureau.setAccessibleName("单位名称")
        self.bureau.setPlaceholderText("与公章一致，如 遂昌县经济商务局")
        self.people = PeopleGrid()
        self.place = PathLine()
        self.place.setAccessibleName("数据文件存放位置")
        self.browse = button("换一个…", icon="folder_open", action=self._browse)
        self.note = words("", role="hint", tone="error", wrap=True)
        policy = self.note.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # what it says must not push the line above out of sight
        self.note.setSizePolicy(policy)
        self.note.hide()
        self.county.picked.connect(self._ready)
        self.county.picked.connect(self._suggest)
        self.partner.picked.connect(self._ready)
        self.people.doubted.connect(self._fit)
        self.place.textEdited.connect(self._name_typed)
        self.place.textChanged.connect(lambda _text: self._refuse())
        self.place.editingFinished.connect(lambda: self.place.setText(self._whole_place()))

    def _lay_out(self) -> None:
        pair = QHBoxLayout()
        pair.setSpacing(16)
        pair.addLayout(named("本县（市、区）", self.county))
        pair.addLayout(named("结对县（市、区），可以以后再填", self.partner))
        body = QWidget()
        body.setLayout(column(
            part("1", "哪个县"), pair,
            part("2", "填报单位"), named("单位名称", self.bureau),
            part("3", "谁填报、谁审核、谁负责", "写岗位就行，以后在设置里能改"), self.people,
            part("4", "存在哪里"), row(self.place, self.browse),
            words("请存在本机硬盘上。共享文件夹和网盘会损坏数据文件；备份和交接用“另存副本”。", role="hint", wrap=True),
            None, spacing=10, margins=(24, 8, 24, 8),
        ))
        self.make = button("新建", kind="primary", action=self._create)
        self.make.setDefault(True)
        self.bar = jobs.JobBar()
        end = row(self.bar, None, button("取消", action=self.reject), self.make)
        end.setContentsMargins(24, 12, 24, 16)
        title = words("新建数据文件", role="page")
        title.setContentsMargins(24, 20, 24, 4)
        note = row(self.note)
        note.setContentsMargins(24, 0, 24, 0)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(4)
        whole.addWidget(title)
        self.area = scrolled(body, "新建数据文件")
        whole.addWidget(self.area, 1)
        whole.addLayout(note)
        whole.addWidget(rule())
        whole.addLayout(end)

    def _suggest(self, _code: str = "") -> None:
        self.partner.first = reference.partners(self.county.code)
        if not self._named:
            self.place.setText(self._suggested)

    @property
    def _suggested(self) -> str:
        """The place that is proposed for the county."""
        found = reference.county(self.county.code) if self.county.code else None
        year = moments.local(self._clock()).year
        return str(self._folder / f"{found.name if found else '新数据文件'}{year}{SUFFIX}")

    def _name_typed(self, _text: str) -> None:
        self._named = True

    def _whole_place(self) -> str:
        """Return the place in full: a name alone means the folder that was shown."""
        typed = self.place.text().strip()
        if not typed:
            return ""
        place = self._folder / Path(typed).expanduser()
        whole = place.is_dir() or place.name.lower().endswith(SUFFIX)
        return str(place if whole else place.with_name(place.name + SUFFIX))

    def _browse(self) -> None:
        suggested = Path(self._whole_place() or self._folder)
        chosen = ask.dialogs.save_file(self, "数据文件存在", f"数据文件 (*{SUFFIX})", suggested=suggested)
        if chosen is not None:
            self._named = True
            self.place.setText(str(chosen if chosen.suffix else chosen.with_suffix(SUFFIX)))

    def _typed(self) -> int:
        """Return how many boxes hold what somebody typed; the place is proposed."""
        return sum(box.text().strip() != self._proposed.get(box, "")
                   for box in self.findChildren(QLineEdit) if box is not self.place)

    def reject(self) -> None:
        """Ask before the work of several boxes goes with Escape or 取消."""
        if self._typed() < SEVERAL or ask.dialogs.confirm(
                self, "不新建了？", "填好的内容还没有存进数据文件，关闭就没有了。", yes="不新建，关闭", no="回去接着填",
                danger=True):
            self.half.drop()
            super().reject()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter lead from field to field, as in every form; on a button it presses that."""
        if event.key() in ENTER and isinstance(self.focusWidget(), QLineEdit):
            self.focusNextChild()
        else:
            super().keyPressEvent(event)

    def _ready(self, _code: str = "") -> None:
        same = bool(self.county.code) and self.county.code == self.partner.code
        told = [problem("ui.same_county")] if same else self._unsettled()
        self._tell([*told, *self._refused])
        self.make.setEnabled(bool(self.county.code) and not told)

    def _refuse(self, *problems: Problem) -> None:
        """Say why the file cannot be made there, or nothing any more."""
        self._refused = problems
        self._ready()

    def _unsettled(self) -> list[Problem]:
        """Return why a county's field is red."""
        red = [one for one in (self.county, self.partner) if one.property("state") == "error"]
        return [doubt(one.text().strip()) for one in red]

    def _tell(self, problems: list[Problem]) -> None:
        say(self.note, "\n".join(str(one) for one in problems))
        self.note.setVisible(bool(problems))
        self._fit()

    def _fit(self) -> None:
        """Grow as far as the screen allows while what is told takes the place of what one fills in."""
        if self.isVisible():
            for layout in filter(None, (self.area.widget().layout(), self.layout())):
                layout.activate()
            missing = self.area.widget().sizeHint().height() - self.area.viewport().height()
            most = self.screen().availableGeometry().height() - 64
            self.resize(self.width(), max(self.height(), min(self.height() + missing, most)))

    def _lead(self, field: QLineEdit) -> None:
        """Lead to what has to be mended, in sight on a low screen too."""
        lead_to(field)
        self.area.ensureWidgetVisible(field)

    def _create(self) -> None:
        from pairing_desktop.services import entering, workspace

        self.county.settle()
        self.partner.settle()
        if not self.make.isEnabled():
            self._lead(self.partner if self.county.code else self.county)
            return
        if not self.people.settled():
            return
        place = self._whole_place()
        if not place or Path(place).is_dir():
            self._refuse(problem("ui.no_place"))
            self._lead(self.place)
            return
        self.place.setText(place)
        self._refuse()
        path, now = Path(place), self._clock()
        county, partner, bureau = self.county.code, self.partner.code, self.bureau.text().strip()
        people = self.people.people()
        who = people[0].name if people else ""

        def work(_progress: Progress) -> Path:
            with workspace.create(path, county=county, partner=partner, bureau=bureau, people=people, now=now, who=who,
                                  clock=self._clock) as made:
                entering.enter_bureau(made)
                return path

        lead_to(self.place)  # a button that is switched off would pass the cursor on to the county
        self.make.setEnabled(False)
        jobs.run(self, "新建数据文件", work, self._created, self._failed)

    def _created(self, path: Path) -> None:
        self.created = path
        self.half.drop()
        self.accept()

    def _failed(self, error: BaseException) -> None:
        self.make.setEnabled(True)
        if isinstance(error, Trouble):
            self._refuse(*error.problems)
        else:
            ask.dialogs.bug(self, error)


def part(number: str, title: str, remark: str = "") -> QHBoxLayout:
    """Return the head of a part."""
    head = row(words(number, role="section", tone="accent"), words(title, role="section"), words(remark, role="hint"),
               None)
    head.setContentsMargins(0, 10, 0, 0)
    return head


def named(name: str, field: QWidget) -> QVBoxLayout:
    """Return a field under its name."""
    label: QLabel = words(name, role="label")
    label.setBuddy(field)
    label.setAlignment(Qt.AlignmentFlag.AlignLeft)
    return column(label, field, spacing=4)
