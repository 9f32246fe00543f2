"""Every form of the programme given out with the sample's records and read back: nothing is lost, nothing is new."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pairing_desktop.services import collecting, importing, listing, workspace
from pairing_desktop.services.workspace import Workspace
from tests.conftest import NOW
from tests.outside_tools import Office
from tests.services import sheets
from tests.services.test_importing_outside import convert

QUARTER = "2024Q2"


@pytest.fixture(scope="module")
def whole(sample_file: Path) -> Iterator[Workspace]:
    with workspace.open_workspace(sample_file, write=False, now=NOW, clock=lambda: NOW) as found:
        yield found


def differences(ws: Workspace, path: Path, form: str) -> list[str]:
    quarter = importing.quarter_for(ws, importing.look(path), QUARTER)
    _, plan = sheets.plan(ws, path, form, quarter=quarter, why="核对")
    assert len(plan.rows) >= 1
    return [f"{form} {row.number} {row.fate.state} {change.label}：{change.old} → {change.new}"
            for row in plan.rows for change in row.fate.changes] + [
        f"{form} {row.number} {row.fate.state}" for row in plan.rows if row.fate.state != "unchanged"]


def test_every_form_comes_back_as_it_went(whole: Workspace, tmp_path: Path) -> None:
    counts = listing.counts(whole, QUARTER)
    forms = [form.id for form in whole.forms if counts[form.id].records]
    found: list[str] = []
    for form in forms:
        path = collecting.save(whole, form, tmp_path / f"{form}.xlsx", quarter=QUARTER, with_records=True)
        found += differences(whole, path, form)
    assert found == []
    assert len(forms) >= 17


@pytest.mark.outside
@pytest.mark.parametrize("form", ["diagnosis", "park_progress"])
def test_saved_by_libreoffice_it_is_the_same(whole: Workspace, office: Office, tmp_path: Path, form: str) -> None:
    path = collecting.save(whole, form, tmp_path / f"{form}.xlsx", quarter=QUARTER, with_records=True)
    assert differences(whole, convert(office, path, "xlsx:Calc MS Excel 2007 XML", tmp_path / "回"), form) == []
