"""A table of rows that are made when they come into view."""

from typing import Any

import pytest

from pairing_desktop.ui.rows import Cell, Column, LazyRows, Row, RowsTable

pytestmark = pytest.mark.gui


def test_only_rows_in_view_are_made(qtbot: Any, theme: object) -> None:  # the theme draws
    made: list[int] = []

    def make(item: int) -> Row:
        made.append(item)
        return Row((Cell(str(item)),), item)

    table = RowsTable("行", (Column("行"),))
    qtbot.addWidget(table)
    table.resize(300, 200)
    items = list(range(10_000))
    table.show_rows(LazyRows(items, make), keep=items[9_000])
    table.show()
    qtbot.waitUntil(lambda: 9_000 in made)
    table.grab()
    assert len(table.rows.rows) == 10_000
    assert table.current() == 9_000
    assert len(made) == len(set(made)) < 50
