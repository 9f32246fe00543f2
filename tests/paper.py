"""Every form on paper as pictures, filled with the sample and empty: ``python -m tests.paper DIR [--only FORM]``.

Look at them after every change to a form or to the layout. A card shows its first record, a roster all.
"""

import argparse
import sys
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from pairing_desktop import pdfium
from pairing_desktop.errors import Trouble
from pairing_desktop.services import entering, form_printing, sample
from pairing_desktop.services.form_printing import Wanted
from pairing_desktop.services.workspace import Workspace

QUARTER = "2024Q2"
NOW = datetime(2024, 7, 11, 8, tzinfo=UTC)
DOTS = 110


def texts(pdf: bytes) -> list[str]:
    """Return each page's text, as PDFium reads it; safe while a preview is drawn."""
    found = []
    with pdfium.opened(pdf) as document:
        for number in range(len(document)):
            with closing(document[number]) as page, closing(page.get_textpage()) as layer:
                found.append(str(layer.get_text_range()))
    return found


def pictures(ws: Workspace, form_id: str, out: Path) -> int:
    """Write a form's pages as PNG files; return how many."""
    form = ws.catalogue.form(form_id)
    lines = entering.list_records(ws, form_id, quarter=QUARTER).lines
    record = lines[0].key if lines and form.print.layout != "roster" else ""
    count = 0
    for name, wanted in (("filled", Wanted(form=form_id, quarter=QUARTER, record=record)),
                         ("blank", Wanted(form=form_id, quarter=QUARTER, blank=True))):
        try:
            pdf = form_printing.drawn(ws, wanted, "pdf")
        except Trouble as nothing:
            sys.stdout.write(f"{form_id} {name}: {nothing}\n")
            continue
        with pdfium.opened(pdf) as document:
            for number, page in enumerate(document, 1):
                image = page.render(scale=DOTS / 72).to_pil()
                image.save(out / f"{int(form.head.annex or 0):02}-{form_id}-{name}-{number}.png")
                count += 1
    return count


def main() -> None:
    """Draw all forms, or one."""
    parser = argparse.ArgumentParser(prog="python -m tests.paper", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", metavar="FORM")
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, \
            sample.make_sample(Path(folder) / "示例.pairing", now=NOW, clock=lambda: NOW) as ws:
        drawn = sum(pictures(ws, f.id, args.folder) for f in ws.catalogue.forms if args.only in ("", f.id))
    sys.stdout.write(f"{drawn} pages in {args.folder}\n")


if __name__ == "__main__":
    main()
