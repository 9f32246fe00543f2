"""What the sheets about keys share: secrets with their judgement, files, whom a key is for, work in the background."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QBoxLayout, QButtonGroup, QLineEdit, QMenu, QPushButton, QRadioButton, QWidget

from pairing_desktop.errors import Trouble
from pairing_desktop.progress import Progress
from pairing_desktop.ui import ask, jobs
from pairing_desktop.ui.ask import Sheet
from pairing_desktop.ui.cards import button, column, row, say, scrolled, words
from pairing_desktop.ui.county_field import CountyField
from pairing_desktop.ui.jobs import JobBar
from pairing_desktop.ui.new_wizard import named
from pairing_desktop.ui.text_line import PathLine, TextLine

if TYPE_CHECKING:
    from pairing_desktop.services.key_keeping import Identity

T = TypeVar("T")
BESIDE, AROUND, LOWEST = 100, 200, 120
"""What a sheet has beside and around its fields, and the least that it shows of them."""
LEVELS = {"weak": ("太弱", "error"), "fair": ("可以用", "query"), "strong": ("强", "ok")}


def secret_line(name: str) -> QLineEdit:
    """Return a line whose text is not shown."""
    line = TextLine()
    line.setEchoMode(QLineEdit.EchoMode.Password)
    line.setAccessibleName(name)
    return line


class NewSecret(QWidget):
    """A new passphrase, typed twice and judged while it is typed; ``changed`` tells."""

    changed = Signal()

    def __init__(self, name: str = "口令", known: Callable[[], tuple[str, ...]] = tuple, *,
                 hint: str = "忘了口令，密钥就打不开了，谁也帮不了；请记牢，不要写在这台电脑里。") -> None:
        super().__init__()
        self._known, self._hint = known, hint
        self.good = False
        self.first, self.again = secret_line(name), secret_line(f"再输一遍{name}")
        self.first.setPlaceholderText("三四个不相干的词连起来，汉字、拼音、英文都行")
        self.verdict = words("", role="hint", wrap=True)
        self.verdict.setMinimumHeight(18)
        self.setLayout(column(named(name, self.first), named(f"再输一遍{name}", self.again), self.verdict, spacing=8))
        self.first.textChanged.connect(self._judge)
        self.again.textChanged.connect(self._judge)
        self._judge()

    def text(self) -> str:
        """Return the passphrase."""
        return self.first.text()

    def _judge(self, _text: str = "") -> None:
        from pairing_desktop.services import key_keeping

        typed = self.first.text()
        self.good = False
        if not typed:
            say(self.verdict, self._hint, tone="")
        else:
            said = key_keeping.judge(typed, known=self._known())
            word, tone = LEVELS[said.level]
            self.good = said.accepted and typed == self.again.text()
            differs = "。两遍不一样" if said.accepted and self.again.text() and not self.good else ""
            say(self.verdict, f"{word}：{said.why}{differs}", tone="error" if differs else tone)
        self.changed.emit()


class FilePlace(QWidget):
    """A path with a button to choose it; ``save`` asks where to write instead of what to open."""

    changed = Signal()

    def __init__(self, name: str, kinds: str, *, save: bool = False, initial: Path | None = None,
                 folder: bool = False) -> None:
        super().__init__()
        self._name, self._kinds, self._save, self._folder = name, kinds, save, folder
        self.edit = PathLine(str(initial) if initial else "")
        self.edit.setAccessibleName(name)
        self.browse = button("选择…", action=self._browse)
        self.setLayout(row(self.edit, self.browse))
        self.edit.textChanged.connect(lambda _text: self.changed.emit())
        self.setFocusProxy(self.edit)

    def path(self) -> Path | None:
        """Return the path, None while nothing is told."""
        text = self.edit.text().strip()
        return Path(text) if text else None

    def _browse(self) -> None:
        at = self.path() or Path.home()
        if self._folder:
            chosen = ask.dialogs.folder(self, f"选择{self._name}", start=at)
        elif self._save:
            chosen = ask.dialogs.save_file(self, self._name, self._kinds, suggested=at)
        else:
            near = at if at.is_dir() else at.parent
            chosen = ask.dialogs.open_file(self, f"选择{self._name}", self._kinds, folder=near)
        if chosen is not None:
            self.edit.setText(str(chosen))


class Whom(QWidget):
    """Name, role, county, post and bureau of whoever a key or certificate is for."""

    changed = Signal()

    def __init__(self, roles: dict[str, str]) -> None:
        super().__init__()
        self.name, self.title, self.bureau = TextLine(), TextLine(), TextLine()
        self.county = CountyField("县（市、区）", required=True)
        for line, text, hint in ((self.name, "姓名或岗位", "签名上显示的名字"), (self.title, "职务", "可以不填"),
                                 (self.bureau, "单位", "与公章一致")):
            line.setAccessibleName(text)
            line.setPlaceholderText(hint)
            line.textChanged.connect(lambda _text: self.changed.emit())
        self.county.picked.connect(lambda _code: self.changed.emit())
        self.group = QButtonGroup(self)
        self.roles = {role: QRadioButton(title) for role, title in roles.items()}
        for choice in self.roles.values():
            self.group.addButton(choice)
            choice.toggled.connect(self._role_chosen)
        role = column(words("角色", role="label"), row(*self.roles.values(), None, spacing=16), spacing=4)
        first = row(named("姓名或岗位", self.name), named("县（市、区）", self.county), spacing=16)
        second = row(named("单位", self.bureau), named("职务", self.title), spacing=16)
        self.setLayout(column(first, role, second, spacing=10))

    def show_person(self, *, name: str = "", role: str = "", county: str = "", title: str = "",
                    bureau: str = "") -> None:
        """Fill in what is known."""
        self.name.setText(name)
        self.title.setText(title)
        self.bureau.setText(bureau)
        self.county.choose(county)
        if role in self.roles:
            self.roles[role].setChecked(True)

    def _role_chosen(self) -> None:
        """Ask for no county where the certificate is the province's own."""
        from pairing_desktop.services import key_keeping

        self.county.setEnabled(not key_keeping.province_of(self.role))
        self.changed.emit()

    @property
    def county_code(self) -> str:
        """Return the county chosen, the province's code for its receiver."""
        from pairing_desktop.services import key_keeping

        return key_keeping.province_of(self.role) or self.county.code

    @property
    def role(self) -> str:
        """Return the role chosen, "" while none is."""
        return next((role for role, choice in self.roles.items() if choice.isChecked()), "")

    @property
    def complete(self) -> bool:
        """Whether name, role and county are told."""
        return bool(self.name.text().strip() and self.role and self.county_code)

    def person(self) -> "Identity":
        """Return whom it is for."""
        from pairing_desktop.services import key_keeping

        return key_keeping.person(name=self.name.text(), role=self.role, county=self.county_code,
                                  title=self.title.text(), bureau=self.bureau.text())

    def known(self) -> tuple[str, ...]:
        """Return the words that anyone would try as this person's passphrase."""
        from pairing_desktop.services import key_keeping

        return key_keeping.own_words(self.name.text().strip(), self.county_code, self.bureau.text().strip())


class WorkSheet(Sheet):
    """A sheet whose act takes a moment: done in the background; trouble is told inside and the sheet stays."""

    def __init__(self, parent: QWidget | None, title: str, text: str = "", *, yes: str, icon: str = "key") -> None:
        super().__init__(parent, title, text, icon=icon)
        self.problem = words("", role="hint", tone="error", wrap=True)
        self.problem.hide()
        self.bar = JobBar()
        self.body.setSpacing(10)
        self.buttons.insertWidget(0, self.bar)
        self.yes: QPushButton = button(yes, kind="primary", action=self.act)

    def lay(self, *parts: QWidget | QBoxLayout) -> None:
        """Put the fields in, and the place for trouble under them; they scroll where the screen is low."""
        self.inside = QWidget()
        self.inside.setLayout(column(*parts, self.problem, None, spacing=10, margins=(0, 0, 4, 0)))
        self.area = scrolled(self.inside, self.windowTitle())
        self.body.addWidget(self.area, 1)
        fill(self)
        self.add_button("取消")  # after the fields, so that Tab goes through them first
        self.buttons.addWidget(self.yes)
        self.yes.setAutoDefault(True)
        self.yes.setDefault(True)

    def showEvent(self, event: QShowEvent) -> None:
        """Take the room that the fields need."""
        super().showEvent(event)
        self.settle(least=0)

    def settle(self, *, least: int | None = None) -> None:
        """Grow to what is said: a line more must not press the fields together. ``least``: without it never shrink."""
        if not self.isVisible():
            return
        layout = self.inside.layout()
        if layout is not None:
            layout.activate()
        width = max(self.area.viewport().width(), self.minimumWidth() - BESIDE)
        grows = self.inside.hasHeightForWidth()
        needed = self.inside.heightForWidth(width) if grows else self.inside.sizeHint().height()
        room = self.screen().availableGeometry().height() - AROUND
        self.area.setMinimumHeight(max(LOWEST, min(needed + 2, room)))
        whole = self.layout()
        if whole is not None:
            whole.activate()
            kept = self.height() if least is None else least
            wanted = min(whole.totalMinimumHeightForWidth(self.width()), room + AROUND - 32)
            self.resize(self.width(), max(kept, wanted, whole.totalMinimumSize().height()))

    def ready(self, *, good: bool) -> None:
        """Say whether the act can be done."""
        self.yes.setEnabled(good)
        self.problem.hide()
        self.settle()

    def act(self) -> None:
        """Do what the sheet is for; each sheet says what."""
        raise NotImplementedError

    def work(self, title: str, work: Callable[[], T], done: Callable[[T], None]) -> None:
        """Do it in the background; the sheet is accepted after ``done``."""
        if not self.yes.isEnabled():
            return
        self.yes.setEnabled(False)

        def arrived(result: T) -> None:
            done(result)
            self.accept()

        def run(_progress: Progress) -> T:
            return work()

        jobs.run(self, title, run, arrived, partial(self.failed))

    def failed(self, error: BaseException) -> None:
        """Tell trouble where it was asked for."""
        self.yes.setEnabled(True)
        if not isinstance(error, Trouble):
            ask.dialogs.bug(self, error)
            return
        say(self.problem, "\n".join(str(p) for p in error.problems))
        self.problem.show()
        self.settle()
        QTimer.singleShot(0, self, lambda: self.area.ensureWidgetVisible(self.problem))  # once it is laid out


class More(QWidget):
    """What clerks need not see, behind a link."""

    def __init__(self, *parts: QWidget | QBoxLayout) -> None:
        super().__init__()
        self.link = button("高级", kind="link", action=self.open)
        self.inner = QWidget()
        self.inner.setLayout(column(*parts))
        self.inner.hide()
        self.setLayout(column(row(self.link, None), self.inner, spacing=4))

    def open(self) -> None:
        """Show it."""
        self.link.hide()
        self.inner.show()


def with_menu(opener: QPushButton, menu: QMenu) -> QPushButton:
    """Let a button open a menu under it."""
    opener.clicked.connect(lambda _checked=False: menu.popup(opener.mapToGlobal(opener.rect().bottomLeft())))
    return opener


def fill(sheet: Sheet) -> None:
    """Let a sheet's body take all the room that there is."""
    held = sheet.body.parent()
    if isinstance(held, QBoxLayout):
        held.setStretch(0, 1)
        held.setStretch(1, 0)
