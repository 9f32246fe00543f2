"""A filled template as a spreadsheet program reads it: the values, and its own total calculated anew."""

import csv
from pathlib import Path

import pytest

from pairing_desktop.services import template_filling
from pairing_desktop.services.workspace import Workspace
from tests.outside_tools import Office
from tests.services import small
from tests.services.test_template_filling import TABLE, WHOLE, template


@pytest.mark.outside
def test_libreoffice_calculates_the_total_of_what_was_filled(ws: Workspace, office: Office, tmp_path: Path) -> None:
    small.put(ws, "firm", name="甲公司", code="91350100M000100Y43")
    small.put(ws, "visit", firm="甲公司", day="2024-05-06", cost="1234.5")
    small.put(ws, "visit", firm="甲公司", day="2024-06-07", cost="20")
    done = template_filling.filled(ws, TABLE, WHOLE, small.QUARTER, template(tmp_path / "模板.xlsx"))
    path = tmp_path / "filled.xlsx"
    path.write_bytes(done.content)
    office.convert("csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,1", tmp_path, path)
    [found] = tmp_path.glob("filled*.csv")
    rows = list(csv.reader(found.read_text(encoding="utf-8").splitlines()))
    assert rows[3][:5] == ["1", "甲公司", "91350100M000100Y43", "2024-05-06", "1234.5"]
    assert rows[8][3:5] == ["合计", "1254.5"]
    assert rows[1][1] == "遂昌县某局"
