"""What is made of an assessment: a line of buttons under it, or on a low screen a menu that leaves it the room."""

from collections.abc import Callable

from PySide6.QtWidgets import QMenu

from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui.assess_makers import AssessMakers
from pairing_desktop.ui.cards import Surface, button, row


class AssessFoot(Surface):
    """``more`` stands in the page's head, and is seen only where this line is not."""

    def __init__(self, workspace: Workspace, *, kept: Callable[[], bool], adopt: Callable[[], object],
                 whole: Callable[[], object]) -> None:
        super().__init__("surface")
        self.makers = AssessMakers(workspace, kept)
        self.set = button("换指标体系…", icon="arrow_import", tip="选择省厅下发的指标体系文件", action=adopt)
        self.whole = button("整张自评表", kind="link", tip="填自评报告、加扣分理由、省厅评定", action=whole)
        self.more = button("", icon="more_horizontal", tip="打印、自评报告、佐证材料、指标体系、整张自评表",
                           action=self.offer)
        self.more.setAccessibleName("打印和其他")
        line = row(self.makers, self.set, None, self.whole)
        line.setContentsMargins(16, 8, 16, 8)
        self.setLayout(line)
        self.show_low(low=False)

    def show_low(self, *, low: bool) -> None:
        """Be a line, or a menu."""
        self.setVisible(not low)
        self.more.setVisible(low)

    def menu(self) -> QMenu:
        """Return the menu of what the buttons do."""
        menu = QMenu(self.more)
        for one in (*self.makers.buttons, self.set, self.whole):
            menu.addAction(one.text(), one.click).setEnabled(one.isEnabled())
        return menu

    def offer(self) -> None:
        """Open the menu under its button."""
        self.menu().popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))
