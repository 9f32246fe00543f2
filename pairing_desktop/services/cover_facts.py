"""What every version of the program writes in words that never change, asked of PDF and workbook, whoever drew them.

Template words are compared by drawing again, which only the same renderer can do, and only where it is asked for. Whose
quarter this is, which submission, when it was finalised, of which data it is the print, and whom a sheet is about are
told by words and not by values: each is looked for where it has to stand.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from pairing_desktop.errors import Problem, problem
from pairing_desktop.exchange.agreement import cut, squeezed
from pairing_desktop.services.workspace import CHINA, ROLE_LABELS

if TYPE_CHECKING:
    from pairing_desktop.exchange.coordinates import Coordinates, PdfLayer, SheetLayer
    from pairing_desktop.formspec.catalogue import Catalogue

SAMPLE = "示例数据：除新闻报道的数字外均为示例"
"""How the remark begins that a sample's cover carries, and no other."""
LINE = 20
"""Characters of a reason that stand on one line, whoever draws it."""


def unstated(data: Mapping[str, Any], identity: str, places: Coordinates, catalogue: Catalogue) -> Iterator[Problem]:
    """Yield what the data says and paper does not.

    ``places``: PDF and workbook say just those words where they agree with them; ``identity``: SHA-256 of the data.
    """
    pages = list(takewhile(lambda page: all(isinstance(place, int) for place in page), places.pdf.pages))
    words = places.pdf.words
    on_paper = squeezed("".join(words[place] for page in pages for place in page if isinstance(place, int)))
    sheet = _in_order(places.workbook.pages[0][1]) if places.workbook.pages else []
    in_workbook = squeezed("".join(places.workbook.words[what] for _, what in sheet if isinstance(what, int)))
    for where, cover, parts in (("PDF 封面上", on_paper, len(pages)), ("工作簿封面上", in_workbook, 1)):
        for name, label, said in _facts(data, identity):
            wanted = squeezed(f"{label}{said}") if squeezed(label) in cover else squeezed(said)
            if wanted not in cover:
                yield _unstated(where, name, said)
        if (SAMPLE in cover) is not data["sample"]:
            yield _unstated(where, "“示例数据”字样", "示例数据" if data["sample"] else "不是示例数据")
        for each in (*data["explanations"], *data["waivers"]):
            if not _stands(squeezed(each.get("text") or each.get("reason") or ""), cover, parts):
                yield _unstated(where, f"说明（{each['place']}）", each.get("text") or each.get("reason") or "")
    own = {place for page in pages for place in page if isinstance(place, int)}
    yield from _heads_and_feet(data, [word for number, word in enumerate(words) if number not in own])
    yield from _subjects(data, places, catalogue)


def _facts(data: Mapping[str, Any], identity: str) -> Iterator[tuple[str, str, str]]:
    """Yield what a fact is called, its label on the cover, and what stands beside it."""
    from pairing_desktop.documents.cover import groups_of_four
    from pairing_desktop.formspec import period as periods

    at, replaces = datetime.fromisoformat(data["finalised_at"]).astimezone(CHINA), data["replaces"]
    again = f"第{replaces['submission']}次报送，标识 {groups_of_four(replaces['identity'])[:9]}" if replaces else "无"
    times = f"{data['county_name']}{periods.title(data['period'])}第{data['submission']}次报送"
    yield "县、报告期和报送次别", "", times
    yield "报送单位", "报送单位", data["bureau"] or data["county_name"]
    yield "县（市、区）代码", "县（市、区）代码", data["county"]
    yield "结对单位", "结对单位", data["surroundings"]["partner_bureau"] or data["partner_name"] or "—"
    yield "定稿时间", "定稿时间（自报）", f"{at.year}年{at.month}月{at.day}日{at.hour}时{at.minute:02}分"
    yield "替代的报送", "替代的报送", again
    yield "再次报送原因", "再次报送原因" if data["reason"] else "", data["reason"][:LINE]
    yield "报送包标识", "报送包标识", groups_of_four(identity)


def _stands(said: str, cover: str, parts: int) -> bool:
    """Tell whether a text stands on a cover of so many pages, over which it may run: in that many parts at most."""
    for _ in range(parts):
        if said in cover:
            return True
        said = said[bisect(range(1, len(said)), False, key=lambda size: said[:size] not in cover):]
    return False


def _heads_and_feet(data: Mapping[str, Any], words: list[str]) -> Iterator[Problem]:
    """Yield heads and feet of sheets that name another bureau or other people."""
    bureau = data["bureau"] or data["county_name"]
    people = {ROLE_LABELS.get(p["role"], p["label"]): p["name"] for p in data["surroundings"]["people"]}
    wanted = {f"{label}：": said for label, said in {"填报单位": bureau, "填报单位（盖章）": bureau, **people}.items()}
    allowed = {text for label, said in wanted.items() for text in (label, squeezed(label + said))}
    labels = tuple(wanted)
    for word in words:
        if word.startswith(labels) and word not in allowed:
            label = next(label for label in labels if word.startswith(label))
            yield _unstated("PDF 各表上", label.rstrip("："), wanted[label])


def _subjects(data: Mapping[str, Any], places: Coordinates, catalogue: Catalogue) -> Iterator[Problem]:
    """Yield sheets whose head names another subject than the data's."""
    from pairing_desktop.documents.surrounds import names_subject
    from pairing_desktop.services import papers

    labels = papers.labels_of(data)
    about = {form.id: form.print.about for form in catalogue.forms if names_subject(form)}
    heads = {"PDF ": _pdf_heads(places.pdf, about), "工作簿": _sheet_heads(places.workbook, about)} if about else {}
    for record in data["records"]:
        what, said = about.get(record["form"], ""), labels.get(record["subject"], ("", ""))[1]
        wanted = {squeezed(f"{what}{mark}{said}") for mark in ("", "：")}
        for where, known in heads.items() if what else ():
            head = known.get(f"{record['form']}/{record['key']}")
            if head is not None and not any(text in head for text in wanted):
                form = catalogue.form(record["form"])
                yield _unstated(f"{where}{form.short}“{record['label'][:20]}”", what, said)


def _pdf_heads(layer: PdfLayer, about: Mapping[str, str]) -> dict[str, str]:
    """Return what stands before the first value of each page that begins a record of these forms."""
    found: dict[str, str] = {}
    for page in layer.pages:
        first = next((n for n, place in enumerate(page) if not isinstance(place, int)), None)
        if first is None:
            continue
        record = layer.records[int(str(page[first][0]).partition("/")[0])]  # type: ignore[index]
        if record.partition("/")[0] in about and record not in found:
            found[record] = "".join(layer.words[place] for place in page[:first] if isinstance(place, int))
    return found


def _sheet_heads(layer: SheetLayer, about: Mapping[str, str]) -> dict[str, str]:
    """Return what stands before the first value of each record on the sheets of these forms."""
    found: dict[str, str] = {}
    for _, cells in layer.pages:
        first = next((what for _, what in cells if isinstance(what, str)), "")
        if not first or layer.records[int(first.partition("/")[0])].partition("/")[0] not in about:
            continue
        head: list[str] = []
        for _, what in _in_order(cells):
            if isinstance(what, int):
                head.append(layer.words[what])
                continue
            record = layer.records[int(what.partition("/")[0])]
            found.setdefault(record, squeezed("".join(head)))
            head = []
    return found


def _in_order(cells: list[tuple[str, int | str]]) -> list[tuple[str, int | str]]:
    """Return a sheet's places row by row; the foot of its pages last."""
    from pairing_desktop.exchange.agreement_sheet import FOOTER, position

    return sorted((each for each in cells if each[0] != FOOTER), key=lambda each: position(each[0]))


def _unstated(where: str, name: str, wanted: str) -> Problem:
    return problem("agreement.unstated", where=where, name=name, wanted=cut(wanted))
