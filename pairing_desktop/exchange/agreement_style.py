"""What a workbook may say about looks: the elements and attributes that our writer emits, and their harmless values.

A number equals the data and still shows otherwise when it is white on white, struck through, filled over the column
(``fill`` repeats it), pushed off by a frozen pane, or printed beside another foot. A foreign word is no crime of its
own, but nobody can say what each spreadsheet program makes of it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from lxml import etree

from pairing_desktop.errors import Problem, problem

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RED, GREY = "FFB81C21", "FFE6E6E6"
FACES = {"宋体", "黑体", "Calibri"}
LEAST_SIZE, MOST_SIZE, MOST_INDENT, MOST_FROZEN, MOST_MARGIN = 7.0, 20.0, 15, 40, 2.0
GENERAL, TEXT = "0", "49"
"""The formats that every workbook has; nothing that is held shows in the first."""
PROMPTS = {"不在选项里", "请从下拉列表中选择", "请选择", "点右侧箭头选择"}
"""What our drop-downs say; other words could be taken for the cell's."""

_NONE: frozenset[str] = frozenset()
_ANY = None
SHEET: Mapping[str, frozenset[str] | None] = {
    "worksheet": _NONE, "sheetPr": _NONE, "outlinePr": frozenset({"summaryBelow", "summaryRight"}),
    "pageSetUpPr": frozenset({"fitToPage"}), "sheetViews": _NONE,
    "sheetView": frozenset({"showGridLines", "workbookViewId", "tabSelected"}),
    "selection": frozenset({"activeCell", "sqref", "pane"}),
    "pane": frozenset({"xSplit", "ySplit", "topLeftCell", "activePane", "state"}),
    "sheetFormatPr": frozenset({"baseColWidth", "defaultRowHeight"}), "cols": _NONE, "col": _ANY,
    "sheetData": _NONE, "sheetProtection": _ANY, "dataValidations": frozenset({"count"}),
    "dataValidation": frozenset({"sqref", "showDropDown", "showInputMessage", "showErrorMessage", "allowBlank",
                                 "errorTitle", "error", "promptTitle", "prompt", "type"}),
    "formula1": _NONE, "printOptions": frozenset({"horizontalCentered"}), "pageMargins": _ANY,
    "pageSetup": frozenset({"orientation", "paperSize", "fitToHeight", "fitToWidth"}), "headerFooter": _NONE,
    "oddHeader": _NONE, "oddFooter": _NONE, "evenHeader": _NONE, "evenFooter": _NONE, "firstHeader": _NONE,
    "firstFooter": _NONE, "rowBreaks": _ANY, "brk": _ANY, "dimension": _ANY,
}
"""Elements of a sheet around its rows, each with the attributes that it may have; None: any."""
_STYLES = {
    "styleSheet", "numFmts", "numFmt", "fonts", "font", "name", "sz", "color", "fills", "fill", "patternFill",
    "fgColor", "borders", "border", "left", "right", "top", "bottom", "diagonal", "cellStyleXfs", "cellXfs", "xf",
    "alignment", "protection", "cellStyles", "cellStyle", "tableStyles", "colors", "indexedColors", "rgbColor",
}
_BOOK = {"workbook", "workbookPr", "workbookProtection", "bookViews", "workbookView", "sheets", "sheet", "definedNames",
         "definedName", "calcPr"}
AREA, _TITLES = "_xlnm.Print_Area", "_xlnm.Print_Titles"
_NAMES = {AREA: re.compile(r"'(?:[^']|'')+'!\$A\$1:\$([A-Z]{1,3}\$[0-9]{1,7})"),
          _TITLES: re.compile(r"'(?:[^']|'')+'!\$[0-9]{1,7}:\$[0-9]{1,7}")}
"""What names may be defined, and what they may say."""
_SHOWN = {"visibility": "visible", "minimized": "0", "showHorizontalScroll": "1", "showVerticalScroll": "1",
          "showSheetTabs": "1"}
_HORIZONTAL, _VERTICAL = {None, "left", "center", "right"}, {None, "top", "center"}
_LOOKS = {"numFmtId", "fontId", "fillId", "borderId", "xfId", "applyAlignment", "applyProtection", "pivotButton",
          "quotePrefix"}


class Look(NamedTuple):
    """What of a cell's style decides how much room its value takes: points, whether it is shrunk to fit, its indent."""

    size: float
    shrinks: bool
    indent: int


def looks(styles: etree._Element) -> list[Look]:
    """Return the look of each cell style. Raises ``ValueError``, ``IndexError`` for styles that make no sense."""
    sizes = [float(e.get("val", "0")) for e in styles.iterfind(f"{MAIN}fonts/{MAIN}font/{MAIN}sz")]
    found = []
    for style in styles.iterfind(f"{MAIN}cellXfs/{MAIN}xf"):
        how = style.find(f"{MAIN}alignment")
        shrinks, indent = (how.get("shrinkToFit", "0"), how.get("indent", "0")) if how is not None else ("0", "0")
        found.append(Look(sizes[int(style.get("fontId", "0"))], shrinks in ("1", "true"), int(indent)))
    return found


def spelled(styles: etree._Element) -> list[dict[str, str]]:
    """Return what each cell style says, number formats aside, by what it is about. Raises as ``looks`` does."""
    lists = {name: list(styles.iterfind(f"{MAIN}{name}s/{MAIN}{name}")) for name in ("font", "fill", "border")}
    found = []
    for style in styles.iterfind(f"{MAIN}cellXfs/{MAIN}xf"):
        own = {name: _text(members[int(style.get(f"{name}Id", "0"))]) for name, members in lists.items()}
        how = style.find(f"{MAIN}alignment")
        found.append({"字体": own["font"], "底色": own["fill"], "边框": own["border"],
                      "对齐": str(sorted(how.items())) if how is not None else ""})
    return found


def _text(element: etree._Element) -> str:
    return etree.tostring(element, method="c14n").decode()


def local(element: etree._Element) -> str:
    """Return an element's name; a comment's or instruction's is none of ours."""
    return etree.QName(element).localname if isinstance(element.tag, str) else "?"


def about_frame(frame: etree._Element) -> bool:
    """Tell whether everything around a sheet's rows is ours."""
    for element in frame.iter():
        name = local(element)
        allowed = SHEET.get(name, _NONE)
        if name not in SHEET or (allowed is not None and not allowed.issuperset(element.keys())):
            return False
        if name.endswith(("Header", "Footer")) and name not in ("oddFooter", "headerFooter") and element.text:
            return False
        if name == "pane" and any(float(element.get(side, "0")) > MOST_FROZEN for side in ("xSplit", "ySplit")):
            return False
        if name == "pageMargins" and any(not 0 <= float(inches) <= MOST_MARGIN for inches in element.values()):
            return False
        said = (element.get(word) for word in ("errorTitle", "error", "promptTitle", "prompt"))
        if any(word is not None and word not in PROMPTS for word in said):
            return False
    return True


def about_book(book: etree._Element) -> Iterator[Problem]:
    """Yield what in a workbook's own part could hide sheets or show them otherwise."""
    strange = {local(e) for e in book.iter()} - _BOOK
    settings = [name for e in book.iter(f"{MAIN}workbookPr") for name in e.attrib]
    views = list(book.iter(f"{MAIN}workbookView"))
    hidden = any(view.get(name, shown) != shown for view in views for name, shown in _SHOWN.items())
    if strange or settings or hidden or len(views) != 1 or _strange_names(book):
        yield problem("agreement.workbook_style", what="工作簿设置")


def _strange_names(book: etree._Element) -> bool:
    """Tell whether a name is defined twice for a sheet, for another sheet, or otherwise than ours."""
    sheets = {str(number): sheet.get("name", "") for number, sheet in enumerate(book.iter(f"{MAIN}sheet"))}
    names = list(book.iter(f"{MAIN}definedName"))
    for name in names:
        form, sheet = _NAMES.get(name.get("name", "")), sheets.get(name.get("localSheetId", ""))
        said = name.text or ""
        if form is None or sheet is None or set(name.keys()) != {"name", "localSheetId"} or not form.fullmatch(said):
            return True
        if said.rpartition("!")[0] != "'" + sheet.replace("'", "''") + "'":
            return True
    return len({(name.get("name"), name.get("localSheetId")) for name in names}) < len(names)


def print_areas(book: etree._Element) -> dict[int, str]:
    """Return the last cell (A1) of each sheet's printed area, by the sheet's number; without one all is printed."""
    found = {}
    for name in book.iter(f"{MAIN}definedName"):
        area = _NAMES[AREA].fullmatch(name.text or "")
        if name.get("name") == AREA and area and name.get("localSheetId", "").isdecimal():
            found[int(name.get("localSheetId", ""))] = area[1].replace("$", "")
    return found


def about_styles(styles: etree._Element) -> Iterator[Problem]:
    """Yield fonts, fills, borders, alignments and formats that are not ours: they could hide or change a value."""
    found = {what for what, bad in (
        ("字体或字号", any(map(_strange_font, styles.iter(f"{MAIN}font")))),
        ("字的颜色", any(e.items() != [("rgb", RED)] for e in styles.iter(f"{MAIN}color"))),
        ("底色", any(map(_strange_fill, styles.iter(f"{MAIN}patternFill")))),
        ("对齐", any(map(_strange_alignment, styles.iter(f"{MAIN}alignment")))),
        ("换行设置", any(map(_cuts_off, styles.iterfind(f"{MAIN}cellXfs/{MAIN}xf")))),
        ("斜线", any(len(e) or e.attrib for e in styles.iter(f"{MAIN}diagonal"))),
        ("数字格式", _strange_formats(styles)),
        ("条件格式", bool({local(e) for e in styles.iter()} - _STYLES)),
    ) if bad}
    for what in sorted(found):
        yield problem("agreement.workbook_style", what=what)


def _strange_font(font: etree._Element) -> bool:
    face, size = (font.find(f"{MAIN}{name}") for name in ("name", "sz"))
    if face is None or size is None or len({local(e) for e in font}) != len(font):
        return True
    return face.get("val") not in FACES or not LEAST_SIZE <= float(size.get("val", "0")) <= MOST_SIZE


def _strange_fill(pattern: etree._Element) -> bool:
    kind, colours = pattern.get("patternType"), [e.items() for e in pattern]
    return (kind, colours) not in ((None, []), ("none", []), ("gray125", []), ("solid", [[("rgb", GREY)]]))


def _strange_alignment(alignment: etree._Element) -> bool:
    if set(alignment.keys()) - {"horizontal", "vertical", "wrapText", "shrinkToFit", "indent"}:
        return True
    sides = alignment.get("horizontal") in _HORIZONTAL and alignment.get("vertical") in _VERTICAL
    return not sides or int(alignment.get("indent", "0")) > MOST_INDENT


def _cuts_off(look: etree._Element) -> bool:
    """Tell whether a text would not wrap, or a figure not be shrunk to fit: what is too long would not all be seen."""
    how, kind = look.find(f"{MAIN}alignment"), look.get("numFmtId")
    wraps, shrinks = (how is not None and how.get(name) in ("1", "true") for name in ("wrapText", "shrinkToFit"))
    return kind != GENERAL and (wraps, shrinks) != ((True, False) if kind == TEXT else (False, True))


def _strange_formats(styles: etree._Element) -> bool:
    """Tell whether a format stands twice, or may be taken from somewhere else than the cell's own style."""
    names = [e.get("numFmtId") for e in styles.iter(f"{MAIN}numFmt")]
    bases = list(styles.iterfind(f"{MAIN}cellStyleXfs/{MAIN}xf"))
    lists = [len(list(styles.iter(f"{MAIN}{name}"))) for name in ("cellXfs", "cellStyleXfs")]
    looks: Iterable[etree._Element] = styles.iter(f"{MAIN}xf")
    strange = any(set(e.keys()) - _LOOKS or e.get("applyAlignment", "1") != "1" for e in looks)
    return (len(set(names)) < len(names) or lists != [1, 1] or [b.get("numFmtId") for b in bases] != ["0"] or strange)
