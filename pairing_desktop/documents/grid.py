"""One column grid for a sheet whose tables have different columns. Lengths are millimetres.

A roster's or a statistical sheet's columns are the grid. Cards stack tables of several shapes: their edges are snapped
to each other where they nearly meet, so that few cells need merging.
"""

from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise
from typing import TypeAlias

from msgspec.structs import replace

from pairing_desktop.documents.model import (
    Block,
    CardRow,
    CardRows,
    Column,
    Document,
    SignaturePlaces,
    StampRow,
    Table,
)
from pairing_desktop.documents.sheet import text_millimetres

Shape: TypeAlias = tuple[float, ...]
"""Widths of a table's columns, left to right."""
NEAR = 8.0
"""Edges this near to each other become one,"""
CLOSER = 0.15
"""but no column gives or takes more than this part of its width."""
QUALIFIER_WIDTH = 13.0


class Grid:
    """The edges of a sheet's columns, and where each shape's columns begin in it."""

    def __init__(self, documents: Iterable[Document]) -> None:
        shapes: dict[Shape, None] = {}
        total = 170.0
        for document in documents:
            total = text_millimetres(landscape=document.landscape)
            for block in document.blocks:
                shapes.update(dict.fromkeys(block_shapes(block, total)))
            shapes.update(dict.fromkeys(_rooms(document.blocks)))
        self.total = total
        self._starts: dict[Shape, tuple[int, ...]] = {}
        taken = [edges_of(shape, total) for shape in sorted(shapes, key=lambda s: (-len(s), s))]
        edges = [0.0, total]
        for own in taken:
            edges = _merged(edges, own)
        self.edges = tuple(edges)

    @property
    def columns(self) -> int:
        """Return the number of grid columns."""
        return len(self.edges) - 1

    @property
    def widths(self) -> tuple[float, ...]:
        """Return the columns' widths."""
        return tuple(b - a for a, b in pairwise(self.edges))

    def starts(self, shape: Shape) -> tuple[int, ...]:
        """Return the grid column where each column of ``shape`` begins, and the end: one more than columns."""
        found = self._starts.get(shape)
        if found is None:
            own = edges_of(shape, self.total)
            found = self._starts[shape] = _snapped(self.edges, own)
        return found

    def at(self, position: float) -> int:
        """Return the grid edge nearest to ``position``, never the first."""
        return min(range(1, len(self.edges)), key=lambda n: abs(self.edges[n] - position))


def without_idle_qualifiers(documents: Sequence[Document]) -> tuple[Document, ...]:
    """Return the documents with columns of 限定词 only where some record on the sheet has a qualifier."""
    needed: set[tuple[str, int]] = set()
    for document in documents:
        for block in document.blocks:
            if isinstance(block, Table) and any(c.qualifier for c in block.columns):
                needed |= _qualified_columns(block)
    return tuple(
        replace(document, blocks=tuple(_kept(b, needed) if isinstance(b, Table) else b for b in document.blocks))
        for document in documents
    )


def _kind(table: Table) -> str:
    """Name tables of the same columns: those of other records."""
    return "|".join(cell.text for row in table.head for cell in row.cells if cell)


def _qualified_columns(table: Table) -> set[tuple[str, int]]:
    kind = _kind(table)
    return {(kind, n) for row in table.rows for n, cell in enumerate(row.cells)
            if cell and cell.qualifier and len(row.cells) == len(table.columns)}


def _kept(table: Table, needed: set[tuple[str, int]]) -> Table:
    kind = _kind(table)
    columns = tuple(Column(width=c.width, qualifier=c.qualifier and (kind, n) in needed)
                    for n, c in enumerate(table.columns))
    return table if columns == table.columns else replace(table, columns=columns)


def block_shapes(block: object, total: float) -> tuple[Shape, ...]:
    """Return the shapes of a block's rows."""
    match block:
        case Table():
            return (table_shape(block),)
        case CardRows():
            return tuple(dict.fromkeys(card_shape(block, row, total) for row in block.rows))
        case _:
            return ()


def _rooms(blocks: Sequence[Block]) -> list[Shape]:
    """Return the shapes of rooms to sign in; a statistical sheet's columns are its own, whatever stands under them."""
    if any(isinstance(block, Table) and block.look != "card" for block in blocks):
        return []
    places = [(1.0,) * min(3, len(block.places)) for block in blocks if isinstance(block, SignaturePlaces)]
    return [*places, *((1.0,) * len(block.cells) for block in blocks if isinstance(block, StampRow))]


def table_shape(table: Table) -> Shape:
    """Return a table's widths in the workbook: a column of 限定词 after each one that may need it."""
    widths: list[float] = []
    for column in table.columns:
        widths.append(column.width)
        if column.qualifier:
            widths.append(QUALIFIER_WIDTH)
    return tuple(widths)


def card_shape(card: CardRows, row: CardRow, total: float) -> Shape:
    """Return the widths of one card row: labels and values, or a group's label and its equal columns."""
    a, b, c, d = card.widths
    if row.label:
        return (a, *((total - a) / len(row.pairs),) * len(row.pairs))
    return (a, b, c, d) if len(row.pairs) == 2 else (a, b + c + d)


def edges_of(shape: Shape, total: float) -> tuple[float, ...]:
    """Return a shape's edges, stretched to the sheet's width."""
    scale = total / sum(shape)
    return (0.0, *(x * scale for x in accumulate(shape)))


def _merged(edges: list[float], own: tuple[float, ...]) -> list[float]:
    """Add to ``edges`` those of a shape that have no free neighbour near enough."""
    merged = list(edges)
    used = {0.0, edges[-1]}
    for before, position, after in zip(own, own[1:], own[2:], strict=False):
        near = min(NEAR, CLOSER * min(position - before, after - position))
        free = [e for e in merged if e not in used and abs(e - position) <= near]
        nearest = min(free, key=lambda e: abs(e - position), default=None)
        if nearest is None or any(e > nearest for e in used if e != edges[-1]):
            merged.append(position)
            nearest = position
        used.add(nearest)
    return sorted(merged)


def _snapped(edges: tuple[float, ...], own: tuple[float, ...]) -> tuple[int, ...]:
    """Return an increasing edge number for each edge of a shape; the last is the sheet's."""
    count, last = len(own), len(edges) - 1
    numbers = [0]
    for n in range(1, count - 1):
        room = range(numbers[-1] + 1, last - (count - 1 - n) + 1)
        numbers.append(min(room, key=lambda e, at=own[n]: abs(edges[e] - at)))  # type: ignore[misc]  # a default
    return (*numbers, last)
