"""The paper that goes with a request for a certificate: who asks, the key's fingerprint, room for stamp and check."""

from io import BytesIO

from msgspec import Struct

from pairing_desktop.documents.drawing import Page, PageCanvas
from pairing_desktop.documents.faces import FaceName
from pairing_desktop.documents.measuring import Measurer
from pairing_desktop.documents.model import Align
from pairing_desktop.documents.strips import INNER, MM, OUTER, Box

WIDTH, HEIGHT = 210 * MM, 297 * MM
LEFT, RIGHT = 25 * MM, 185 * MM
LABEL = 38 * MM
ROW = 11 * MM
PAD = 3 * MM
Area = tuple[float, float, float, float]
"""Left, top, width, height in points."""


class KeyForm(Struct, frozen=True):
    """What the form says; all of it text as it is shown."""

    county: str
    """遂昌县 331123"""
    bureau: str
    name: str
    role: str
    title: str
    algorithm: str
    code: str
    """The check code: five groups of five."""
    fingerprint: str
    """SHA-256 of the public key, hex."""
    made: str
    """When the form was made: 2024-07-11."""
    file: str
    """The request's file that goes with it."""
    renewal: bool = False
    sample: bool = False


def key_form(form: KeyForm) -> bytes:
    """Return the form, one A4 page."""
    buffer = BytesIO()
    canvas = PageCanvas(buffer, title="签名证书申请表")
    canvas.setPageSize((WIDTH, HEIGHT))
    page = Page(canvas, Measurer(), 1)
    _title(page, form)
    top = _table(page, form, HEIGHT - 50 * MM)
    top = _code(page, form, top - 8 * MM)
    _stamps(page, top - 8 * MM)
    page.finish()
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _title(page: Page, form: KeyForm) -> None:
    title = "签名证书换发申请表" if form.renewal else "签名证书申请表"
    _write(page, title, (LEFT, HEIGHT - 22 * MM, RIGHT - LEFT, 12 * MM), size=20, face="serif", align="centre")
    under = "山海协作结对季度填报与报送" + ("（示例）" if form.sample else "")
    _write(page, under, (LEFT, HEIGHT - 34 * MM, RIGHT - LEFT, 7 * MM), size=10.5, align="centre")
    _write(page, f"制表日期：{form.made}", (LEFT, HEIGHT - 42.5 * MM, RIGHT - LEFT, 6 * MM), size=9, align="right")


def _table(page: Page, form: KeyForm, top: float) -> float:
    """Draw who asks; return where it ends."""
    rows = (("县（市、区）", form.county), ("单位", form.bureau), ("姓名", form.name), ("角色", form.role),
            ("职务", form.title or "—"), ("密钥种类", form.algorithm), ("随附文件", form.file))
    for number, (label, value) in enumerate(rows):
        y = top - number * ROW
        _write(page, label, (LEFT, y, LABEL, ROW), size=11, face="medium", align="centre")
        _fitting(page, value, (LEFT + LABEL, y, RIGHT - LEFT - LABEL, ROW))
        if number:
            page.rule(INNER, LEFT, y, RIGHT, y)
    bottom = top - len(rows) * ROW
    page.rule(INNER, LEFT + LABEL, top, LEFT + LABEL, bottom)
    _frame(page, top, bottom)
    return bottom


def _code(page: Page, form: KeyForm, top: float) -> float:
    """Draw the check code, large, and the whole fingerprint for other tools; return where it ends."""
    height = 52 * MM
    _write(page, "密钥核对码", (LEFT, top - 2 * MM, RIGHT - LEFT, 8 * MM), size=11, face="medium", align="centre")
    groups = form.code.split("-")
    step = (RIGHT - LEFT - 2 * PAD) / len(groups)
    for number, group in enumerate(groups):
        x = LEFT + PAD + number * step
        _write(page, group, (x, top - 10.5 * MM, step, 12 * MM), size=19, face="medium", align="centre", spacing=1.6)
        _write(page, f"第 {number + 1} 组", (x, top - 21.5 * MM, step, 5 * MM), size=8, align="centre")
    hint = "省级签发人照此逐组输入；字母表里没有 I、L、O、U，0 是数字零，1 是数字一。"
    _write(page, hint, (LEFT, top - 28 * MM, RIGHT - LEFT, 5 * MM), size=8.5, align="centre")
    page.rule(INNER, LEFT, top - 35 * MM, RIGHT, top - 35 * MM)
    _write(page, "公钥指纹（SHA-256）", (LEFT, top - 36.5 * MM, RIGHT - LEFT, 4.5 * MM), size=8.5, align="centre")
    digits = form.fingerprint.upper()
    for line in range(2):
        part = digits[line * 32 : line * 32 + 32]
        text = "  ".join(part[n : n + 4] for n in range(0, 32, 4))
        _write(page, text, (LEFT, top - (41 + 5 * line) * MM, RIGHT - LEFT, 5 * MM), size=10, align="centre")
    _frame(page, top, top - height)
    return top - height


def _stamps(page: Page, top: float) -> None:
    """Draw the county's box for signature and stamp, and the province's for the check."""
    height, middle = 66 * MM, (LEFT + RIGHT) / 2
    half = middle - LEFT
    _write(page, "申请单位", (LEFT, top - 2 * MM, half, 7 * MM), size=11, face="medium", align="centre")
    lines = ("本人已核对以上内容，密钥由本人保管，", "丢失、泄露、换岗时立即报告省级签发人。")
    for number, text in enumerate(lines):
        _write(page, text, (LEFT + PAD, top - (11 + 5.5 * number) * MM, half - PAD, 5.5 * MM), size=9)
    _write(page, "本人签字：", (LEFT + PAD, top - 26 * MM, half, 6 * MM), size=10)
    _write(page, "（单位公章）", (LEFT, top - 41 * MM, half, 6 * MM), size=10, align="centre", ink="grey")
    _write(page, "年　　月　　日", (LEFT, top - 56 * MM, half - 2 * PAD, 6 * MM), size=10, align="right")
    _write(page, "省级签发人", (middle, top - 2 * MM, half, 7 * MM), size=11, face="medium", align="centre")
    checks = ("□ 核对码与申请文件一致", "□ 申请人、角色和单位属实", "□ 同意签发　　□ 不同意", "有效期至：",
              "证书序列号：", "签发人签字：")
    for number, text in enumerate(checks):
        _write(page, text, (middle + PAD, top - (11 + 7.2 * number) * MM, half - PAD, 6 * MM), size=10)
    _write(page, "年　　月　　日", (middle, top - 56 * MM, half - 2 * PAD, 6 * MM), size=10, align="right")
    page.rule(INNER, middle, top, middle, top - height)
    _frame(page, top, top - height)


def _fitting(page: Page, text: str, area: Area) -> None:
    """Write a value on one line, or smaller on two."""
    x, top, width, height = area
    room = width - 2 * PAD
    size = 11.0
    lines = page.measurer.lines(text, room, size)
    if len(lines) > 1:
        size = 9.0
        lines = page.measurer.lines(text, room, size)
    while len(lines) > 2 and size > 6:
        size -= 0.5
        lines = page.measurer.lines(text, room, size)
    page.box(Box(x, width, lines, size, pad=PAD, text=text), top, height)


def _write(
    page: Page, text: str, area: Area, *, size: float, face: FaceName = "sans", align: Align = "left",
    ink: str = "black", spacing: float = 0.0,
) -> None:
    x, top, width, height = area
    box = Box(x, width, (text,), size, face, align, ink=ink, spacing=spacing, text=text)
    page.box(box, top, height)


def _frame(page: Page, top: float, bottom: float) -> None:
    for x0, y0, x1, y1 in ((LEFT, top, RIGHT, top), (LEFT, bottom, RIGHT, bottom), (LEFT, top, LEFT, bottom),
                           (RIGHT, top, RIGHT, bottom)):
        page.rule(OUTER, x0, y0, x1, y1)
