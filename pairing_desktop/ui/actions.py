"""The window's commands: words, keys, and the menus they stand in."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct
from PySide6.QtCore import QEvent
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from pairing_desktop.ui.theme import MODES

if TYPE_CHECKING:
    from pairing_desktop.ui.theme import Theme


class Command(Struct, frozen=True):
    """One entry of a menu; an empty name is a line between two."""

    name: str
    words: str = ""
    keys: tuple[str, ...] = ()


LINE = Command("")
LOOKS = "GQN"
"""Letters of light, dark and the system's looks, beside the others of their menu."""

ARROWS = {"Left": "←", "Right": "→"}

MENUS: tuple[tuple[str, tuple[Command, ...]], ...] = (
    ("文件(&F)", (
        Command("new_file", "新建数据文件(&N)…"), Command("open_file", "打开(&O)…", ("Ctrl+O",)), LINE,
        Command("save_copy", "另存副本(&C)…"), Command("restore", "从备份恢复(&R)…"),
        Command("merge_file", "合并另一份数据文件(&M)…"), LINE,
        Command("who", "换填表人(&P)…"), LINE,
        Command("close_file", "关闭数据文件(&W)", ("Ctrl+W",)), Command("quit", "退出(&X)", ("Ctrl+Q",)),
    )),
    ("编辑(&E)", (
        Command("undo", "撤销(&U)", ("Ctrl+Z",)), Command("redo", "恢复(&R)", ("Ctrl+Y", "Ctrl+Shift+Z")), LINE,
        Command("find", "查找(&F)…", ("Ctrl+F",)), Command("filter", "筛选本表(&L)…", ("Ctrl+L",)),
    )),
    ("记录(&R)", (
        Command("new", "新建记录(&N)", ("Ctrl+N",)), Command("save", "保存(&S)", ("Ctrl+S",)), LINE,
        Command("previous", "上一条(&P)", ("Ctrl+PgUp",)), Command("next", "下一条(&T)", ("Ctrl+PgDown",)), LINE,
        Command("copy_above", "照抄上一条的这一项(&D)", ("Ctrl+D",)),
        Command("copy_all_above", "照抄上一条的空项(&A)", ("Ctrl+Shift+D",)),
        Command("carry", "结转上期(&C)"), Command("carry_quarter", "整季结转上期(&Q)…"), LINE,
        Command("print", "打印(&I)…", ("Ctrl+P",)), Command("history", "修改历史(&H)"), LINE,
        Command("delete", "删除记录(&E)", ("Ctrl+Shift+Del",)),
    )),
    ("数据(&D)", (
        Command("import_sheet", "导入表格(&I)…", ("Ctrl+I",)), Command("undo_import", "撤销上次导入(&U)…"), LINE,
        Command("collection", "导出空白采集表(&T)…"), Command("collection_filled", "导出带现有记录的采集表(&R)…"),
    )),
    ("审核(&C)", (
        Command("check", "审核本季全部(&A)", ("F7",)), LINE,
        Command("findings", "审核结果(&J)", ("Ctrl+J",)),
        Command("next_finding", "下一处问题(&N)", ("F8",)),
        Command("previous_finding", "上一处问题(&P)", ("Shift+F8",)), LINE,
        Command("explain", "填写说明(&E)…", ("Ctrl+E",)), LINE,
        Command("prove", "修改痕迹校验(&V)"),
    )),
    ("报送(&S)", (
        Command("submit", "审核与报送(&S)"), Command("history_page", "报送与修改历史(&H)"), LINE,
        Command("open_packet", "签批报送包(&V)…", ("Ctrl+B",)), Command("verify", "核验文件或表码(&C)…"), LINE,
        Command("certificates", "密钥与证书(&K)…"),
    )),
    ("查看(&V)", (
        Command("overview", "总览(&O)", ("Ctrl+1",)), Command("summary", "汇总表(&T)", ("Ctrl+4",)),
        Command("back", "后退(&K)", ("Alt+Left",)), Command("forward", "前进(&W)", ("Alt+Right",)),
        Command("to_list", "到列表(&L)", ("Ctrl+2",)),
        Command("to_form", "到表单(&F)", ("Ctrl+3",)), Command("pane", "下一块(&B)", ("F6",)),
        Command("pane_back", "上一块(&D)", ("Shift+F6",)), LINE,
        Command("looks"), LINE, Command("settings", "设置(&S)…"),
    )),
    ("帮助(&H)", (
        Command("help", "本表说明(&H)", ("F1",)), Command("keys", "快捷键(&K)"), Command("about", "关于(&A)"),
    )),
)


@cache
def _window_keys() -> frozenset[str]:
    """Return the keys of all commands but undo and redo, which a field has too."""
    commands = (c for _, menu in MENUS for c in menu if c.name not in ("undo", "redo"))
    return frozenset(QKeySequence(key).toString() for command in commands for key in command.keys)


def is_command(event: QEvent) -> bool:
    """Tell whether a key is a command's: on X11 a line would go to its end with Ctrl+E.

    It comes as a plain key too, where Qt holds the window for one that is not in front yet and asks for no shortcut.
    """
    return (event.type() in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress) and isinstance(event, QKeyEvent)
            and QKeySequence(event.keyCombination()).toString() in _window_keys())


class Actions:
    """All commands of an open data file, by name; each calls the function given for it."""

    def __init__(self, owner: QWidget, bar: QMenuBar, does: Mapping[str, Callable[[], object]],
                 theme: "Theme | None") -> None:
        self._by_name: dict[str, QAction] = {}
        for title, commands in MENUS:
            menu = QMenu(title, bar)
            bar.addMenu(menu)
            for command in commands:
                if not command.name:
                    menu.addSeparator()
                elif command.name == "looks":
                    self._add_looks(menu, theme)
                else:
                    self._add(owner, menu, command, does[command.name])

    def _add(self, owner: QWidget, menu: QMenu, command: Command, act: Callable[[], object]) -> None:
        keys = [QKeySequence(key) for key in command.keys]
        own = f"\t{told(keys[0])}" if keys and told(keys[0])[-1] in ARROWS.values() else ""
        action = QAction(command.words + own, owner)
        action.setShortcuts(keys)
        action.triggered.connect(lambda _checked=False: act())
        menu.addAction(action)
        self._by_name[command.name] = action

    def _add_looks(self, menu: QMenu, theme: "Theme | None") -> None:
        if theme is None:
            return
        group = QActionGroup(menu)
        for letter, (mode, words) in zip(LOOKS, MODES.items(), strict=True):
            action = menu.addAction(f"{words}(&{letter})")
            action.setCheckable(True)
            action.setChecked(mode == theme.mode)
            action.triggered.connect(lambda _checked=False, mode=mode: theme.set_mode(mode))
            group.addAction(action)

    def __getitem__(self, name: str) -> QAction:
        return self._by_name[name]

    def name_undo(self, undo: str, redo: str) -> None:
        """Say what can be undone and done again ("" for nothing)."""
        for name, word, key, what in (("undo", "撤销", "U", undo), ("redo", "恢复", "R", redo)):
            self[name].setText(f"{word} {what.replace('&', '&&')}(&{key})" if what else f"{word}(&{key})")
            self[name].setEnabled(bool(what))

    def with_keys(self) -> list[tuple[str, str]]:
        """Return (words, keys) of every command that has keys, for the help."""
        return [(plain(a.text()), "、".join(map(told, a.shortcuts()))) for a in self._by_name.values() if a.shortcuts()]


def told(keys: QKeySequence) -> str:
    """Return keys as they stand on a keyboard: Alt+←, which Qt calls Alt+左方向."""
    first, plus, last = keys.toString().rpartition("+")
    native = keys.toString(QKeySequence.SequenceFormat.NativeText)
    return f"{first}{plus}{ARROWS[last]}" if last in ARROWS else native


def plain(words: str) -> str:
    """Return a menu entry without its letter."""
    return words.split("(&", maxsplit=1)[0]
