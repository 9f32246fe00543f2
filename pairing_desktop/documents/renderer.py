"""Which renderer drew a packet: told by what it draws, so that packets of the same one can be drawn again alike.

Layout code, faces and libraries (reportlab, openpyxl, the PC's zlib) all decide the bytes. Their versions alone say
too little: so one small sheet with a block of each kind is drawn, and its digest is part of the name.
"""

import hashlib
from decimal import Decimal
from functools import cache
from typing import Literal

from pairing_desktop import __version__
from pairing_desktop.documents.code import CODED
from pairing_desktop.documents.model import (
    Block,
    CardRow,
    CardRows,
    Cell,
    Column,
    Document,
    Drawing,
    Heading,
    Pair,
    Radar,
    Row,
    Series,
    SignaturePlace,
    SignaturePlaces,
    StampCell,
    StampRow,
    Table,
    Text,
)

LONG = "县域结对合作季度报送材料，长的文字要换行：山海协作、产业链互补，2024年二季度完成投资 12,480.00 万元。"


@cache
def renderer() -> str:
    """Return the name of this renderer."""
    from pairing_desktop.documents.pdf import write_pdf
    from pairing_desktop.documents.workbook import write_workbook

    drawn = write_pdf(_specimens(), title="renderer", watermark="示例数据").pdf
    written = write_workbook(_specimens(), title="renderer")
    return f"{__version__}-{hashlib.sha256(drawn + written).hexdigest()[:16]}"


def _specimens() -> list[Document]:
    return [_card(), _sheet("statistical"), _sheet("roster")]


def _card() -> Document:
    figure = Cell(text="约 12,480.00", value=Decimal(12480), number_format="#,##0.00_ ", align="right",
                  path="a/b/c", qualifier="约")
    rows = (CardRow(pairs=(Pair(label="名称", cell=Cell(text=LONG, path="a/b/d")),)),
            CardRow(pairs=(Pair(label="投资", cell=figure), Pair(label="状态", cell=Cell(text="□√是　□否")))),
            CardRow(label="评分", pairs=tuple(Pair(label=f"第{n}项", cell=Cell(text=str(n))) for n in range(4))))
    radar = Radar(axes=("一", "二", "三"), series=(Series(name="本期", values=(7.0, 5.5, None)),))
    blocks: list[Block] = [
        CardRows(rows=rows), Heading(text="一、附表"), Text(text=LONG, small=True),
        Drawing(picture=radar, title="雷达图"), StampRow(cells=(StampCell(name="某局", options=("同意", "不同意")),)),
        SignaturePlaces(places=(SignaturePlace(role="head", label="单位负责人"),)),
    ]
    return Document(form="card", title="工作表", label="一", annex="1", subtitle="2024年二季度", blocks=tuple(blocks),
                    notes=(LONG, "备注"), footer_note="页脚", code="0000-0000-0000",
                    code_text=f"JD1:CARD:{CODED}:0:000000000000", foot=("单位负责人：", "审核人：", "填表人："))


def _sheet(look: Literal["statistical", "roster"]) -> Document:
    head = Row(tuple(Cell(text=t, align="centre", strong=True) for t in ("指标名称", "计量单位", "数值")))
    cells = (Cell(text=LONG, indent=1), Cell(text="万元", align="centre", computed=True),
             Cell(text="7,169.50", value=Decimal("7169.5"), number_format="#,##0.00_ ", align="right", red=True))
    widths = (82.0, 40.0, 48.0) if look == "statistical" else (120.0, 60.0, 87.0)
    group = Row((Cell(text="一、投资", columns=3, strong=True),), "group")
    total = Row((Cell(text="合　计", columns=2), cells[2]), "total")
    table = Table(columns=tuple(Column(width=w) for w in widths), head=(head,), look=look,
                  rows=(group, *(Row(cells) for _ in range(60)), total))
    marks = (("表　　号", "一"), ("制定机关", "某局")) if look == "statistical" else ()
    return Document(form=look, title="统计表", blocks=(table,), marks=marks, head_left="填报单位：某局",
                    head_centre="2024年二季度", head_right="计量单位：见表内", landscape=look == "roster",
                    continued="续", foot=("单位负责人：", "填表人："))
