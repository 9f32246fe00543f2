"""修改痕迹校验: the data file's whole history proved against its own chain, in the background."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from pairing_desktop.errors import Trouble
from pairing_desktop.progress import Progress
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui import ask, jobs

if TYPE_CHECKING:
    from pairing_desktop.services.keeping import History

TITLE = "修改痕迹校验"
SHOWN = 200


def prove(parent: QWidget, workspace: Workspace) -> None:
    """Prove the whole file and tell what came of it."""
    own = workspace.fork()

    def work(progress: Progress) -> "History":
        from pairing_desktop.services import keeping

        return keeping.verify_history(own, progress)

    def done(found: "History") -> None:
        if found.problems:
            ask.dialogs.trouble(parent, Trouble(*found.problems[:SHOWN]), title=f"{TITLE}没有通过")
            return
        ask.dialogs.tell(parent, f"{TITLE}通过", f"{found.entries} 条修改记录前后相连，内容和附件与登记的一致。\n"
                         f"末尾 {found.head[:16]}…，用时 {found.seconds:.1f} 秒")

    jobs.run(parent, TITLE, work, done).ended.connect(own.close)
