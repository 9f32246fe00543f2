"""F1: what one is looking at, in words, and beside it every key."""

from collections.abc import Sequence

from PySide6.QtWidgets import QBoxLayout, QPlainTextEdit, QWidget

from pairing_desktop.ui.ask import Sheet
from pairing_desktop.ui.rows import Cell, Column, Row, RowsTable

IN_FORM = (
    ("Enter、Tab", "下一项；加 Shift 回上一项"),
    ("Alt+↓", "打开选项、日历"),
    ("Esc", "放弃正在打的这一项"),
    ("F4", "标注：约、以上、预计、来源、备注"),
    ("=12+1.5*2", "填数的项里：写成算式，离开时记下得数"),
)
IN_TABLE = (
    ("方向键、Enter、Shift+Enter", "表格里：移动，向下，向上"),
    ("Tab … Enter", "表格里：向右一格，再回到开始的一列"),
    ("F2", "表格里：改这一格"),
    ("Shift+方向键、Ctrl+A", "表格里：选中一块，全选"),
    ("Ctrl+C、Ctrl+X、Ctrl+V", "表格里：复制、剪切、粘贴（与 Excel、WPS 互通）"),
    ("Ctrl+D", "表格里：向下填充"),
    ("Ctrl++、Ctrl+-", "表格里：插入行、删除行"),
    ("Delete", "表格里：清除选中的格"),
)
IN_LIST = (
    ("Enter", "列表里：到表单"),
    ("Alt+↓", "列表里：这一列的排序和筛选"),
    ("Enter、↓", "筛选框里：到筛出来的记录"),
    ("Shift+↓、Ctrl+A", "列表里：选中多条"),
    ("Ctrl+C", "列表里：连同表头复制选中的行"),
    ("Ctrl+V", "列表里：把在 Excel、WPS 里连同表头复制的几行导入成记录"),
    ("Delete", "列表里：删除选中的记录"),
    ("Alt+Q", "换季度"),
    ("Alt+字母", "打开菜单；按住 Alt，按钮上就有字母，再按字母就是点它"),
)
IN_PAGES = (
    ("F5", "审核与报送：重新审核"),
    ("Ctrl+Enter", "填写说明、原因时：保存"),
)


EDGES, BESIDE, BOTH, ALONE, HIGH = 32, 800, 1080, 640, 420
"""What a window's edges take; the width from which words and keys stand beside each other; how wide and high it is."""


class HelpSheet(Sheet):
    """``words`` is what is said of the form; without any there are only the keys."""

    def __init__(self, parent: QWidget | None, title: str, words: str, commands: Sequence[tuple[str, str]]) -> None:
        super().__init__(parent, title)
        room = self.screen().availableGeometry().width() - EDGES
        low = bool(words) and room < BESIDE  # 200 %
        row = QBoxLayout(QBoxLayout.Direction.TopToBottom if low else QBoxLayout.Direction.LeftToRight)
        row.setSpacing(16)
        if words:
            row.addWidget(self._words(title, words), 4)
        self.keys = RowsTable("快捷键", (Column("按键", 190), Column("做什么")), row_height=28)
        found = [*((keys, what) for what, keys in commands), *IN_FORM, *IN_TABLE, *IN_LIST, *IN_PAGES]
        self.keys.show_rows([Row((Cell(keys, weight=500), Cell(what, tip=what)), keys) for keys, what in found])
        self.keys.setMinimumHeight(HIGH)
        row.addWidget(self.keys, 5)
        self.body.addLayout(row)
        self.setMinimumWidth(min(room, BOTH if words else ALONE))
        self.add_button("知道了", accept=True, kind="primary", default=True)
        self.keys.selectRow(0)

    def _words(self, title: str, words: str) -> QPlainTextEdit:
        text = QPlainTextEdit(words, self)
        text.setReadOnly(True)
        text.setTabChangesFocus(True)
        text.setAccessibleName(f"{title}：说明")
        text.setMinimumHeight(HIGH)
        return text
