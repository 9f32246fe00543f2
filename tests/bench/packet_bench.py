"""A county's whole packet (check, workbook, PDF, container, three signatures) against the bare libraries.

1,000 enterprises, 400 diagnoses, 100 lean projects with their progress sheets, 20 park quarters: the sample's records
many times over. The floor writes the same values with openpyxl write-only, draws the same strings, wrapped beforehand,
as LongTables on as many pages, and signs that PDF three times with bare pyHanko. It checks nothing and reads no file.
Ours runs in a process of its own, so that its peak memory is its own. Seconds are the processor's, which other
programs on the machine do not change.
"""

import atexit
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

COUNTS = {"enterprise": 1000, "diagnosis": 400, "lean_project": 100, "park": 20}
EARLIER, QUARTER = "2024Q1", "2024Q2"
NOW = datetime(2024, 7, 11, 8, tzinfo=UTC)
TIMES = 3
Line = dict[str, str | float]
Payload = dict[str, Any]


def _line(name: str, ours: float, floor: float, *, bound: float, unit: str) -> Line:
    return {"name": name, "ours": ours, "floor": floor, "ratio": ours / floor, "bound": bound, "unit": unit}


@cache
def _folder() -> Path:
    folder = tempfile.TemporaryDirectory(prefix="pairing-bench-")
    atexit.register(folder.cleanup)
    return Path(folder.name)


@cache
def _seeded() -> Path:
    """Return a data file with as many records, cloned from the sample's, and keys beside it."""
    from pairing_desktop.services import demo, sample, workspace

    folder = _folder()
    with sample.make_sample(folder / "sample.pairing", now=NOW, clock=lambda: NOW) as source:
        known = _known(source)
    path = folder / "遂昌.pairing"
    with workspace.create(path, county="331123", partner="330402", bureau=sample.bureau(), people=sample.people(),
                          now=NOW, sample=True, clock=lambda: NOW) as ws:
        _fill(ws, known)
    for name in ("trust", "keys"):
        (folder / name).mkdir()
    demo.make_keys(folder, clock=lambda: NOW)
    return path


def _known(source: Any) -> dict[str, list[Payload]]:
    from pairing_desktop.services.lookup import Snapshot

    snapshot = Snapshot(source, QUARTER)
    found = {}
    for form in source.forms:
        periods = (EARLIER, QUARTER) if form.kind == "quarterly" else ("",)
        for period in periods:
            found[form.id + period] = [dict(e.payload) for e in snapshot.entries(form.id, period)]
    return found


def _fill(ws: Any, known: dict[str, list[Payload]]) -> None:
    from pairing_desktop.store import records

    keys: dict[str, list[str]] = {}

    def put(tx: Any, name: str, payload: Payload, *, subject: str = "", quarter: str = QUARTER) -> str:
        from pairing_desktop.services import internal, naming

        form = ws.catalogue.form(name)
        made = records.put(tx, form=name, payload=internal.canonical(payload), form_digest=form.digest, label="x",
                           period=naming.stored_period(form, quarter), subject=subject, who="", at=NOW)
        return made.record

    with ws.store.begin() as tx:
        for name in ("bureau", "pairing"):
            put(tx, name, known[name][0])
        for name, count in COUNTS.items():
            keys[name] = [put(tx, name, p) for p in _clones(known[name], count, keys)]
        for name, over in (("lean_progress", "lean_project"), ("park_progress", "park")):
            for quarter in (EARLIER, QUARTER):
                payloads = _clones(known[name + quarter][:1], COUNTS[over], keys)  # the same firm in both quarters
                for payload, subject in zip(payloads, keys[over], strict=True):
                    put(tx, name, payload, subject=subject, quarter=quarter)
        put(tx, "quarter_summary", known["quarter_summary" + QUARTER][0])


def _clones(payloads: list[Payload], count: int, keys: dict[str, list[str]]) -> Iterator[Payload]:
    """Yield the payloads over and over, each a firm of its own."""
    firms = keys.get("enterprise", [])
    own = [p for p in payloads if p["values"].get("county") is None or "credit_code" in p["values"]]
    for n in range(count):
        payload: Payload = json.loads(json.dumps(own[n % len(own)]))
        values = payload["values"]
        if "credit_code" in values:
            values |= {"name": f"遂昌示例第{n}竹木制品有限公司", "credit_code": credit_code(n)}
            values.pop("park", None)
        if "enterprise" in values:
            values["enterprise"] = firms[n]
        values.pop("diagnosis", None)
        for row, firm in zip(values.get("firms", ()), firms, strict=False):
            row["values"]["enterprise"] = firm
        yield payload


def credit_code(number: int) -> str:
    """Return a valid code of no county (region 000000), with a valid code of the organisation inside."""
    from stdnum.cn.uscc import calc_check_digit

    body = f"MA{number:06d}"
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(w * int(c, 36) for w, c in zip(weights, body, strict=True))
    inner = "0123456789X0"[11 - total % 11]
    code = f"91000000{body}{inner}"
    return code + str(calc_check_digit(code))


def _work(path: Path, out: Path, *, keep: bool = False) -> tuple[float, Any]:
    """Check, draw, build, write and sign; return the seconds, and the documents when asked for."""
    from pairing_desktop.progress import silent
    from pairing_desktop.services import finalising, papers, reviewing, workspace, writing

    with workspace.open_workspace(path, now=NOW, clock=lambda: NOW) as ws:
        start = time.process_time()
        frozen, content = finalising._frozen(ws, QUARTER, progress=silent)
        laid_out = papers.documents(ws, frozen, content, final=True)
        kept = list(laid_out) if keep else []
        del content
        files, _ = finalising._files(ws, frozen, laid_out, silent)
        with writing.together(out, files, grows=files) as places:
            pass
        del files
        for role in ws.about.roles:
            key = path.parent / "keys" / f"{role}.p12"
            reviewing.sign_packet(places[0], key, f"demo-{role}", now=NOW)
        seconds = time.process_time() - start
        return seconds, kept or len(frozen.pinned)


@cache
def _ours() -> dict[str, float]:
    words = [sys.executable, "-m", "tests.bench.packet_bench", str(_seeded())]
    runs = []
    for _ in range(TIMES):
        done = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True)
        runs.append(json.loads(done.stdout))
    return {**runs[0], "seconds": min(r["seconds"] for r in runs), "memory": max(r["memory"] for r in runs)}


def _in_own_process(path: Path) -> dict[str, float]:
    from tests.bench.memory import peak

    out = path.parent / "out"
    out.mkdir(exist_ok=True)
    seconds, records = _work(path, out)
    return {"seconds": seconds, "memory": peak(), "records": records}


def packet() -> Line:
    """Make and sign the packet."""
    from tests.bench import documents_bench as bare
    from tests.bench.signing_bench import _bare_sign
    from tests.signing import people

    ours = _ours()
    out = _folder() / "floor"
    out.mkdir()
    _, documents = _work(_seeded(), out, keep=True)
    sheets, story = bare._cells(documents), bare._story(documents)
    of, stamp = people.world(NOW), out / "stamp.pdf"
    stamp.write_bytes(people.small_stamp())
    pages: dict[str, Any] = {}

    def floor() -> None:
        workbook = bare._bare_workbook(sheets)
        pdf = _bare_pdf(story, documents, pages)
        _bare_sign(of, pdf, {"workbook.xlsx": workbook, "report.pdf": pdf}, stamp)

    taken = []
    for _ in range(TIMES):
        start = time.process_time()
        floor()
        taken.append(time.process_time() - start)
    line = _line("packet", ours["seconds"], min(taken), bound=1.3, unit="s")
    return {**line, "records": ours["records"], "floor_pages": pages["floor"]}


def _bare_pdf(story: Any, documents: Any, pages: dict[str, Any]) -> bytes:
    """Draw the floor's PDF with a place for every signer."""
    from pairing_desktop.signing import pdf_signature
    from pairing_desktop.signing.identity import ROLES
    from tests.bench import documents_bench as bare

    pdf, pages["floor"] = bare.bare_pdf(story, documents)
    places = {role: (0, (50.0 + 160 * n, 20.0, 190.0 + 160 * n, 60.0)) for n, role in enumerate(ROLES)}
    return pdf_signature.prepare_fields(pdf, places)


def memory() -> Line:
    """Measure the whole process's peak while it makes the packet."""
    return _line("packet.memory", _ours()["memory"], 300.0, bound=1.0, unit="MB")


BENCHMARKS: dict[str, Callable[[], Line]] = {"packet": packet, "packet.memory": memory}

if __name__ == "__main__":
    print(json.dumps(_in_own_process(Path(sys.argv[1]))))
