"""What stands between the check and the next step, and the button that takes it."""

from collections.abc import Callable

from pairing_desktop.ui.cards import Surface, button, picture, row, say, words


class NextBar(Surface):
    """One line: why not yet, or that the way is free."""

    def __init__(self, act: Callable[[], object]) -> None:
        super().__init__("bar")
        self.setFixedHeight(56)
        self.mark = picture("lock_closed", 16, "text2")
        self.text = words("", role="label")
        self.button = button("下一步：定稿", kind="primary", action=act)
        line = row(self.mark, self.text, None, self.button)
        line.setContentsMargins(24, 0, 16, 0)
        self.setLayout(line)

    def show_stand(self, *, locked: bool, readonly: bool, stale: bool, waiting: int) -> None:
        """Say what has to be done first: to be checked again, or so many findings to be settled."""
        if locked:
            self._show(ready=False, text="只能看，不能改" if readonly else "已经定稿，数据已冻结")
        elif stale:
            self._show(ready=False, text="数据改过，先重新审核")
        elif waiting:
            self._show(ready=False, text=f"还有 {waiting} 处，全部处理完才能定稿")
        else:
            self._show(ready=True, text="审核通过，可以定稿")

    def _show(self, *, ready: bool, text: str) -> None:
        self.mark.show_icon(*(("checkmark_circle", "ok") if ready else ("lock_closed", "text2")))
        say(self.text, text)
        self.button.setEnabled(ready)
