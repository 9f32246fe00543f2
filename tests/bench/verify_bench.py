"""Verifying a packet, equal values included, against the bare checks of the same files.

The floor is the signatures' verdict alone, pypdfium2's text of every page, and calamine's reading of every sheet. Ours
is the program's own verdict with each value of both compared with the data. Drawing everything again (外观), and the
rules and the history, are further questions: their lines have no bound. The forms are loaded beforehand, as in the
window. Seconds are the clock's, which people wait by: PDFium reads on a thread beside the rest, which helps only where
there are two processors. Ours and floor take turns, and medians are told; ``_cpu`` are the processors' seconds.
"""

import atexit
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache, partial
from io import BytesIO
from pathlib import Path
from typing import Any

NOW = datetime(2024, 7, 11, 8, tzinfo=UTC)
TIMES = 7
Line = dict[str, str | float]


@cache
def _house() -> tuple[Path, Any]:
    """Return the sample's second packet, signed by all, and its county's keys."""
    from pairing_desktop.services import demo, reviewing, sample, submitting

    held = tempfile.TemporaryDirectory(prefix="pairing-bench-")
    atexit.register(held.cleanup)
    folder = Path(held.name)
    for name in ("trust", "keys"):
        (folder / name).mkdir()
    keys = demo.make_keys(folder, clock=lambda: NOW)
    with sample.make_sample(folder / "sample.pairing", now=NOW, clock=lambda: NOW) as ws:
        done = submitting.finalise(ws, sample.QUARTERS[-1], folder)
        for role in ws.about.roles:
            reviewing.sign_packet(done.packet, keys.files[role], keys.passwords[role], now=NOW)
    return done.packet, keys


def _in_turns(*works: Callable[[], object]) -> list[tuple[float, float]]:
    """Return the median seconds of each, by the clock and of the processors, after one round to warm up."""
    taken: list[list[tuple[float, float]]] = [[] for _ in works]
    for number in range(TIMES + 1):
        for times, work in zip(taken, works, strict=True):
            start, busy = time.perf_counter(), time.process_time()
            work()
            if number:
                times.append((time.perf_counter() - start, time.process_time() - busy))
    return [(statistics.median(t for t, _ in times), statistics.median(c for _, c in times)) for times in taken]


def _text(pdf: bytes) -> int:
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    found = 0
    for number in range(len(document)):
        page = document[number]
        layer = page.get_textpage()
        found += len(layer.get_text_range())
        layer.close()
        page.close()
    document.close()
    return found


def _read(workbook: bytes) -> int:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(BytesIO(workbook))
    return sum(len(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names)


def _asks() -> dict[str, Callable[..., Any]]:
    """Return how each is asked: as window, ``verify`` and ``submit`` do, the PDF is begun before the signatures."""
    from pairing_desktop.exchange import agreement_pdf
    from pairing_desktop.services import agreeing, asking

    forms = asking.shipped()

    def agreement(files: Mapping[str, bytes], *, appearance: bool) -> Iterator[Callable[[Any], Any]]:
        with agreement_pdf.reading(files) as beside:
            yield lambda said: {
                "agreement": agreeing.agreement(files, said.data, forms, beside, appearance=appearance)}

    return {"values": contextmanager(partial(agreement, appearance=False)),
            "appearance": contextmanager(partial(agreement, appearance=True)),
            "rules": asking.Asking(forms, appearance=False).about}


def _verified(*, what: str) -> Line:
    from pairing_desktop.exchange import packet
    from pairing_desktop.services import trusting
    from pairing_desktop.signing import container

    path, keys = _house()
    trust, ask = trusting.from_files(keys.root, keys.crl, at=NOW), _asks()[what]
    files = container.read(path).files

    def ours() -> None:
        assert packet.verify(path, trust, ask=ask).valid

    (seconds, cpu), (floor, floor_cpu) = _in_turns(
        ours, lambda: (packet.verify(path, trust), _text(files[packet.PDF]), _read(files[packet.WORKBOOK])))
    return {"name": f"verify_{what}", "ours": seconds, "floor": floor, "ratio": seconds / floor,
            "bound": 1.3 if what == "values" else 0.0, "unit": "s", "ours_cpu": cpu, "floor_cpu": floor_cpu}


BENCHMARKS: dict[str, Callable[[], Line]] = {
    "verify_values": lambda: _verified(what="values"),
    "verify_appearance": lambda: _verified(what="appearance"),
    "verify_rules": lambda: _verified(what="rules"),
}
