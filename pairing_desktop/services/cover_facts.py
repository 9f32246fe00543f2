"""What every version of the program writes on a packet's cover, asked of a PDF that another renderer drew.

Template words are compared by drawing again, which only the same renderer can do. Whose quarter this is, which
submission, and of which data it is the print stands on the cover in words that never change.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pairing_desktop.errors import Problem, problem

if TYPE_CHECKING:
    from pairing_desktop.exchange.coordinates import PdfLayer

PAGES = 3
"""Pages over which the particulars may run: a reason can be long."""
LINE = 20
"""Characters of a reason that stand on one line, whoever draws it."""


def unstated(data: Mapping[str, Any], identity: str, places: "PdfLayer") -> Iterator[Problem]:
    """Yield what the data says and the cover does not.

    ``places``: of the PDF, which says just those words where it agrees with them; ``identity``: SHA-256 of the data.
    """
    from pairing_desktop.documents.cover import groups_of_four
    from pairing_desktop.formspec import period as periods

    pages = places.pages[:PAGES]
    cover = _squeezed("".join(places.words[place] for page in pages for place in page if isinstance(place, int)))
    quarter, times = periods.title(data["period"]), f"第{data['submission']}次报送"
    facts = {
        "县、报告期和报送次别": f"{data['county_name']}{quarter}{times}", "报送单位": data["bureau"],
        "县（市、区）代码": data["county"], "再次报送原因": data["reason"][:LINE],
        "报送包标识": groups_of_four(identity),
    }
    for name, said in facts.items():
        if _squeezed(str(said)) not in cover:
            yield problem("agreement.pdf_cover", name=name, wanted=str(said)[:40])


def _squeezed(text: str) -> str:
    return "".join(text.split())
