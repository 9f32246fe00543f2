"""Other data files of a county to merge with, as tests make and look at them."""

from pathlib import Path

from pairing_desktop.services import entering, keeping, merging_files, workspace
from pairing_desktop.services.merging_plan import Plan
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.store import records
from tests.services import small
from tests.services.small import QUARTER

State = dict[str, tuple[str, str, str, str]]


def opened(path: Path, who: str = "李四") -> Workspace:
    clock = small.Now()
    clock.at = clock.at.replace(hour=12)
    return workspace.open_workspace(path, who=who, now=clock(), clock=clock)


def copied(ws: Workspace, name: str = "乙") -> Workspace:
    """Return another clerk's copy of a data file, open; later saves than ours are made in it."""
    folder = ws.path.parent / name
    folder.mkdir()
    return opened(ws.save_copy(folder / f"{name}.pairing"))


def apart(folder: Path, **more: str) -> Workspace:
    """Return another clerk's data file of the same county, made without ours."""
    folder.mkdir()
    small.make(folder, **more).close()
    return opened(folder / small.FILE)


def merged(ws: Workspace, other: Workspace, *, side: str = "") -> merging_files.Outcome:
    other.close()
    plan = merging_files.preview(ws, other.path)
    done = merging_files.merge(ws, other.path, plan, merging_files.chosen(plan, side))
    assert keeping.verify_history(ws).problems == ()
    return done


def states(ws: Workspace) -> State:
    """Return every live record but the data file's own, with what others that were merged into it are now."""
    with ws.store.reading() as conn:
        return {r.key: (r.form, r.payload, r.subject, r.label) for r in records.select(conn) if r.form[0] != "@"}


def text(ws: Workspace, form: str, key: str, field: str) -> str:
    return entering.open_record(ws, form=form, key=key, quarter=QUARTER).draft.text(field)


def rows(plan: Plan) -> set[tuple[str, str, str]]:
    return {(row.form, row.label, row.state) for row in plan.rows}
