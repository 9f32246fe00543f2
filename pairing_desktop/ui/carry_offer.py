"""The quarter before offered in the banner where this one has no sheet yet (结转上期)."""

from collections.abc import Callable

from pairing_desktop.formspec import period
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui.banner import Banner


class CarryOffer:
    """Speaks in the banner while there is something to carry, and takes only its own words back."""

    def __init__(self, workspace: Workspace, banner: Banner, carry: Callable[[], object]) -> None:
        self._workspace, self._banner, self._carry = workspace, banner, carry
        self._made = ""
        """The quarter the offer stands for, "" while there is none."""
        self._closed: set[str] = set()
        """The quarters whose offer was put away; until the file is opened again."""

    def show(self, quarter: str) -> None:
        """Offer what can be carried into a quarter; nothing in a file that is only read."""
        from pairing_desktop.services import carrying

        if self._workspace.readonly:
            return
        source = "" if quarter in self._closed else carrying.offered(self._workspace, quarter)
        if source:
            said = f"{period.title(quarter)}还没有季报，可以从{period.title(source)}结转。"
            self._banner.say(said, tone="accent", act="看看会新建什么…", action=self._carry,
                             closed=lambda: self._closed.add(quarter))
        elif self._made:
            self._banner.say("")
        self._made = quarter if source else ""

    def look_again(self) -> None:
        """Take the offer back once something is typed in its quarter."""
        if self._made:
            self.show(self._made)
