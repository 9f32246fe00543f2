"""Reading a spreadsheet for the wizard's first step: the file, and again when its sheet, head or lists are chosen."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import QObject

from pairing_desktop.progress import Progress
from pairing_desktop.services import importing, importing_resumed
from pairing_desktop.services.importing_plan import ABOVE, BESIDE, LEFT, PRINTED, Way
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from pairing_desktop.services.importing import Layout, Source
    from pairing_desktop.services.importing_preview import Shown
    from pairing_desktop.services.importing_resumed import Begun
    from pairing_desktop.ui.import_wizard import ImportWizard


NO_HEAD = "第一行里没有一格是本表各项的名称：请在 Excel、WPS 里连同表头那一行一起复制，再粘贴一次。"
UPRIGHT = "这一张转不过来：左侧没有带内容的表头，或者行数太多，还是按表头在上方读。"


class Reading(QObject):
    """Reads in the background and shows how a sheet is read."""

    def __init__(self, wizard: "ImportWizard") -> None:
        super().__init__(wizard)
        self._wizard = wizard
        self._form = ""
        """The form that the layout is for."""
        self._asked = 0
        """How often it was read: only the last time is shown."""
        wizard.sheet.changed.connect(self._again)

    def open(self, path: Path) -> None:
        """Read a file; a collection workbook says itself which form it is for."""
        wizard, form = self._wizard, self._wizard.form
        known = {one.id for one in importing.importable(wizard.workspace)}

        def work(workspace: Workspace, _progress: Progress) -> "tuple[Source, Begun, Shown]":
            from pairing_desktop.services.importing_preview import preview

            source = importing.look(path)
            own = source.form if source.form in known else form
            into = importing.quarter_for(workspace, source, source.period or wizard.quarter)
            begun = importing_resumed.begin(workspace, source, form=own, quarter=into)
            return source, begun, preview(workspace, source, begun.layout, own)

        def done(found: "tuple[Source, Begun, Shown]") -> None:
            source, begun, shown = found
            wizard.source = source
            if source.form:
                wizard.sheet.show_form(source.form, fixed=True)
            else:
                wizard.sheet.show_form(wizard.form)
            self._form = wizard.form
            wizard.quarter = importing.quarter_for(wizard.workspace, source, source.period or wizard.quarter)
            wizard.sheet.show_source(path, source, begun.layout.sheet)
            wizard.show_layout(begun.layout, shown, wizard.deciding.begin(begun))

        wizard.run("读取表格", work, done)

    def _again(self) -> None:
        """Read another sheet, or the same one in another way or for another form."""
        wizard, pane = self._wizard, self._wizard.sheet
        source, before, form, sheet = wizard.source, wizard.layout_, pane.form, pane.sheet
        if source is None:
            return
        way, head = self._chosen(before) if before and before.sheet == sheet else (None, None)
        read = partial(importing_resumed.turn_to, source=source, form=form, sheet=sheet, way=way, head=head,
                       quarter=wizard.quarter,
                       also=[*pane.together.chosen, *([before.sheet] if before and before.way.also else [])])
        self._form = form
        self._asked += 1
        asked = self._asked

        def work(workspace: Workspace, _progress: Progress) -> "tuple[Begun, Shown]":
            from pairing_desktop.services.importing_preview import preview

            begun = read(workspace)
            return begun, preview(workspace, source, begun.layout, form)

        def done(found: "tuple[Begun, Shown]") -> None:
            if asked == self._asked:
                begun, shown = found
                said = wizard.deciding.turn_to(begun)
                kept = way is not None and bool(way.heads) and not begun.layout.way.heads
                wizard.show_layout(begun.layout, shown, said + (UPRIGHT if kept else ""))

        wizard.run("读取表格", work, done)

    def _chosen(self, before: "Layout") -> tuple[Way | None, int | None]:
        """Return how the same sheet is to be read now, and its head; None for what its labels tell."""
        pane = self._wizard.sheet
        side, was = pane.sides.currentData(), before.way.heads
        if bool(side) != bool(was) or (side != was and PRINTED in (side, was)):
            return Way(side), None
        way = replace(before.way, part=int(pane.parts.currentData() or 0))
        if pane.head.value() - 1 != before.head:
            return way, pane.head.value() - 1
        return (way, before.head) if pane.form == self._form else (None, None)


def note_of(layout: "Layout") -> str:
    """Return what is to be known of how a sheet is read."""
    said = {
        ABOVE: "", LEFT: "表头在左侧：每一列是一条记录，下面转过来显示。",
        PRINTED: "这是本程序打印的表：每条记录一行，明细接在下面，下面展开来显示。",
        BESIDE: "这一张是一条记录：名称和内容左右相邻，下面转过来显示。",
    }[layout.way.heads]
    if not layout.targets:
        said += "没有一列的名称对得上，请看看表头在哪里，或在下一步逐列指定。"
    if layout.lists:
        said += f"这一张上并排着 {len(layout.lists)} 份表头一样的名单。"
    unread = [one for one in layout.others if one not in layout.way.also]
    if layout.way.also:
        said += f"{len(layout.way.also) + 1} 张工作表一起预演、一起导入。"
    elif unread:
        hidden = len([one for one in unread if one in layout.hidden])
        said += (f"另有 {len(unread)} 张工作表的表头和这一张一样或差不多"
                 f"{f'（其中 {hidden} 张是隐藏的）' if hidden else ''}，在左边勾上就一起读。")
    apart = [name for name, _ in layout.unlike if name not in layout.others]
    if apart:
        said += f"{len(apart)} 张不能一起读，原因在左边的最后，请另外导入。"
    return said
