"""What a PDF holds around its pages' contents: only what our program writes, of whichever version.

Actions, other sizes and hidden parts of pages hang on the catalogue, the pages, their fields or the bookmarks; what is
named in none of these cannot be begun. Where the same version draws the same bytes again, nobody needs to look.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyhanko.pdf_utils.reader import PdfFileReader

CATALOGUE = frozenset({"/Type", "/Version", "/Pages", "/Outlines", "/PageMode", "/Lang", "/ViewerPreferences",
                       "/AcroForm", "/Perms"})
SHOWN = frozenset({"/DisplayDocTitle"})
FORM = frozenset({"/Fields", "/SigFlags"})
FIELD = frozenset({"/Type", "/Subtype", "/FT", "/T", "/TU", "/F", "/Rect", "/P", "/AP", "/V", "/Lock"})
PAGES = frozenset({"/Type", "/Parent", "/Kids", "/Count"})
PAGE = frozenset({"/Type", "/Parent", "/Contents", "/Resources", "/MediaBox", "/Rotate", "/Trans", "/Annots"})
BOOKMARKS = frozenset({"/Type", "/First", "/Last", "/Count"})
BOOKMARK = frozenset({"/Title", "/Parent", "/Prev", "/Next", "/First", "/Last", "/Count", "/Dest"})
CALLED = {"/AA": "动作", "/A": "动作", "/OpenAction": "打开时的动作", "/Names": "附件或脚本", "/CropBox": "裁切",
          "/UserUnit": "放大", "/Rotate": "旋转", "/MediaBox": "纸张大小", "/Trans": "换页效果",
          "/PageMode": "显示方式"}
MODES = ("/UseNone", "/UseOutlines")
A4 = (595, 842)
MOST = 20_000
"""Pages, or bookmarks, that are looked at."""
NAMED = 3
"""Strange parts that are named."""

_OUR_PAGE = re.compile(
    rb"(\d+) 0 obj\s<<\s/Contents \d+ 0 R /MediaBox \[ 0 0 (?:595\.2756 841\.8898|841\.8898 595\.2756) \]"
    rb"\s+/Parent \d+ 0 R /Resources <<[^<>()%]*+(?:<<[^<>()%]*+>>[^<>()%]*+)?+>>"
    rb"\s+/Rotate 0 /Trans <<\s*+>>\s+/Type /Page\s*+>>\s*+endobj")
_OUR_BOOKMARK = re.compile(
    rb"(\d+) 0 obj\s<<\s(?:/Count -?\d+ )?/Dest \[ \d+ 0 R /Fit \](?:\s+/First (\d+) 0 R\s+/Last \d+ 0 R)?"
    rb"(?:\s+/Next (\d+) 0 R)?\s+/Parent \d+ 0 R(?:\s+/Prev \d+ 0 R)?\s+/Title \((?:[^\\()]|\\.)*+\)\s*+>>\s*+endobj",
    re.DOTALL)
"""As reportlab writes nearly all of them: to parse each would take longer than to read the pages' text."""


def named(pdf: bytes) -> str:
    """Return what our program does not write, in words; "" for nothing. Never raises on what the PDF holds."""
    found = list(islice(strange(pdf), NAMED + 1))
    return "、".join(found[:NAMED]) + (" 等" if len(found) > NAMED else "")


def strange(pdf: bytes) -> Iterator[str]:
    """Yield what our program does not write, by its place. Never raises on what the PDF holds."""
    from pairing_desktop.signing import pdf_found

    try:
        yield from dict.fromkeys(_found(pdf_found.opened(pdf), pdf))
    except Exception:  # noqa: BLE001  # whatever a parser stumbles on
        yield "读不出来的结构"


def _found(reader: "PdfFileReader", pdf: bytes) -> Iterator[str]:
    root = reader.root
    yield from _other(root, CATALOGUE, "目录")
    if _in(root, "/PageMode", MODES[0]) not in MODES:
        yield _called("目录", "/PageMode")
    yield from _other(_in(root, "/ViewerPreferences", {}), SHOWN, "显示方式")
    form = _in(root, "/AcroForm", {})
    yield from _other(form, FORM, "签名位置")
    for field in map(_there, _in(form, "/Fields", ())):
        yield from _other(field, FIELD, "签名位置")
    yield from _of_pages(reader, pdf)
    yield from _of_bookmarks(reader, pdf)


def _of_pages(reader: "PdfFileReader", pdf: bytes) -> Iterator[str]:
    stack, number = [reader.root.raw_get("/Pages")], 0
    for _ in range(MOST):
        if not stack:
            return
        one = stack.pop()
        if _as_written(reader, pdf, one, _OUR_PAGE):
            number += 1
            continue
        each = _there(one)
        if "/Kids" in each:
            yield from _other(each, PAGES, "页")
            stack += list(each["/Kids"])[::-1]
        else:
            number += 1
            yield from _of_page(each, f"第 {number} 页")
    yield "页没有尽头"


def _of_page(page: Mapping[str, Any], place: str) -> Iterator[str]:
    """Yield what a page has besides, another size than A4, turned about, or shown by an effect."""
    yield from _other(page, PAGE, place)
    for over in map(_there, _in(page, "/Annots", ())):
        yield from _other(over, FIELD, place)
    left, low, right, high = map(float, page["/MediaBox"])
    if (left, low) != (0, 0) or tuple(sorted((round(right), round(high)))) != A4:
        yield _called(place, "/MediaBox")
    if _in(page, "/Rotate", 0) != 0:
        yield _called(place, "/Rotate")
    if _in(page, "/Trans", None):
        yield _called(place, "/Trans")


def _of_bookmarks(reader: "PdfFileReader", pdf: bytes) -> Iterator[str]:
    from pyhanko.pdf_utils.generic import IndirectObject

    whole = _in(reader.root, "/Outlines", {})
    yield from _other(whole, BOOKMARKS, "书签")
    stack: list[Any] = [whole.raw_get("/First")] if "/First" in whole else []
    for _ in range(MOST):
        if not stack:
            return
        one = stack.pop()
        if written := _as_written(reader, pdf, one, _OUR_BOOKMARK):
            numbers = [int(number) for number in written.groups()[1:] if number]
            stack += [IndirectObject(n, 0, reader) for n in numbers]  # type: ignore[no-untyped-call]
            continue
        each = _there(one)
        yield from _other(each, BOOKMARK, "书签")
        stack += [each.raw_get(link) for link in ("/First", "/Next") if link in each]
    yield "书签没有尽头"


def _as_written(reader: "PdfFileReader", pdf: bytes, one: Any,  # noqa: ANN401  # an object, or where it stands
                written: re.Pattern[bytes]) -> re.Match[bytes] | None:
    """Return the match of an object that stands elsewhere with how our program writes such; None when it differs."""
    from pyhanko.pdf_utils.generic import IndirectObject

    if not isinstance(one, IndirectObject):
        return None
    at = reader.xrefs[one.reference]
    found = written.match(pdf, at) if isinstance(at, int) else None
    return found if found and int(found[1]) == one.idnum else None


def _there(one: Any) -> Any:  # noqa: ANN401  # an object, or where it stands
    return one.get_object()


def _in(held: Mapping[str, Any], name: str, otherwise: Any) -> Any:  # noqa: ANN401  # of any kind
    """Return what is held under a name, looked up where it stands elsewhere."""
    return held[name] if name in held else otherwise  # noqa: SIM401  # ``get`` does not look up


def _other(held: Mapping[str, Any], known: frozenset[str], place: str) -> Iterator[str]:
    for name in sorted(held.keys() - known):
        yield _called(place, name)


def _called(place: str, name: str) -> str:
    return f"{place}的{CALLED[name]}（{name}）" if name in CALLED else f"{place}的 {name[:40]}"
