"""Data files that were made apart: one firm or sheet in both becomes one record."""

from pathlib import Path

from pairing_desktop.services import entering, merging_files
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.store import records, submissions
from tests.services import sheets, small
from tests.services.other_files import apart, copied, merged, opened, rows, text
from tests.services.small import QUARTER
from tests.services.test_mass import sent


def test_one_firm_entered_in_both_files_becomes_one(ws: Workspace, tmp_path: Path) -> None:
    """Files made apart: the firm entered first stays, the other is its alias, and visits point to the first."""
    code = sheets.CODES[0]
    firm = small.put(ws, "firm", name="双彩", code=code, revenue="2500").key
    visit = small.put(ws, "visit", firm="双彩", day="2024-05-06").key
    other = apart(tmp_path / "丁")
    twin = small.put(other, "firm", name="双彩新材料", code=code, phone="0578-1").key
    theirs = small.put(other, "visit", firm="双彩新材料", day="2024-05-07").key
    done = merged(ws, other)
    [row] = [row for row in done.plan.rows if row.state == "twin"]
    assert [(line.field, line.conflict) for line in row.lines] == [("name", True), ("phone", False)]
    assert row.note == "合成一条"
    with ws.store.reading() as conn:
        gone = records.get(conn, twin)
        line = records.revisions(conn, twin)
    assert gone is not None
    assert (gone.state, gone.alias_of) == ("deleted", firm)
    assert [(r.who, r.action) for r in line] == [("李四", "enter"), ("张三", "delete")]
    assert text(ws, "firm", firm, "name") == "双彩新材料", "saved later"
    assert (text(ws, "firm", firm, "revenue"), text(ws, "firm", firm, "phone")) == ("2500", "0578-1")
    pointed = [entering.open_record(ws, form="visit", key=key, quarter=QUARTER).draft.value("firm")
               for key in (visit, theirs)]
    assert pointed == [firm, firm]
    united = copied(ws, "戊")
    united.close()
    with opened(other.path) as back:
        [row] = [row for row in merging_files.preview(back, united.path).rows if row.key == twin]
    assert row.note == "对方已并入另一条", "nobody deleted it"
    assert merging_files.preview(ws, other.path).nothing

    other = opened(other.path)  # whose clerk goes on with the record that is an alias here
    small.put(other, "firm", key=twin, former="彩彩")
    small.put(other, "visit", key=theirs, day="2024-05-09")
    small.put(other, "visit", firm="双彩新材料", day="2024-05-10")
    done = merged(ws, other)
    assert done.plan.conflicts == 0
    assert text(ws, "firm", firm, "former") == "彩彩"
    found = [entering.open_record(ws, form="visit", key=line.key, quarter=QUARTER).draft
             for line in entering.list_records(ws, "visit", quarter=QUARTER).lines]
    assert {(draft.text("day"), draft.value("firm")) for draft in found} == {
        ("2024-05-06", firm), ("2024-05-09", firm), ("2024-05-10", firm)}


def test_a_sheet_of_one_quarter_in_both_files_becomes_one(ws: Workspace, tmp_path: Path) -> None:
    note = small.put(ws, "note", words="A").key
    other = apart(tmp_path / "丁")
    small.put(other, "note", words="B")
    done = merged(ws, other, side="ours")
    assert ("小结", "2024年二季度", "twin") in rows(done.plan)
    assert [(line.key, text(ws, "note", line.key, "words"))
            for line in entering.list_records(ws, "note", quarter=QUARTER).lines] == [(note, "A")]


def test_a_file_made_apart_leaves_our_settings_alone(ws: Workspace, tmp_path: Path) -> None:
    other = apart(tmp_path / "丁")
    other.update_about(bureau="遂昌县另一局")
    merged(ws, other)
    assert ws.about.bureau == "遂昌县某局"
    assert [p.name for p in ws.people] == [p.name for p in small.PEOPLE]
    with opened(copied(ws, "戊").path) as again:
        assert again.about == ws.about


def test_files_made_apart_the_one_that_was_sent_stays(ws: Workspace, tmp_path: Path) -> None:
    note = small.put(ws, "note", words="A").key
    other = apart(tmp_path / "丁")
    theirs = small.put(other, "note", words="B").key
    sent(other, theirs)
    done = merged(ws, other, side="ours")
    assert done.plan.submissions == ("2024年二季度第1次报送",)
    assert text(ws, "note", theirs, "words") == "A"
    with ws.store.reading() as conn:
        gone = records.get(conn, note)
        [one] = submissions.submissions(conn)
    assert gone is not None
    assert (gone.state, gone.alias_of) == ("deleted", theirs)
    assert one.pinned == ((theirs, 1),), "what went out stands where it stood"


def test_a_file_of_an_older_form_is_read_as_ours_reads_it(tmp_path: Path) -> None:
    newer = small.FORMS["note"].replace("version: 1", "version: 2").replace("words", "practices").replace(
        "order: 50", "order: 50\nrenames: {words: practices}")
    ours, other = apart(tmp_path / "新", note=newer), apart(tmp_path / "旧")
    with ours:
        note = small.put(ours, "note", practices="A").key
        small.put(other, "note", words="B")
        small.put(other, "note", quarter="2024Q1", words="C")
        done = merged(ours, other, side="theirs")
        [row] = [row for row in done.plan.rows if row.state == "twin" and row.lines and row.form == "小结"]
        assert [(line.field, line.ours, line.theirs) for line in row.lines] == [("practices", "A", "B")]
        assert text(ours, "note", note, "practices") == "B"
        [line] = entering.list_records(ours, "note", quarter="2024Q1").lines
        assert text(ours, "note", line.key, "practices") == "C"


def test_a_firm_entered_in_both_files_without_its_code_is_told_as_alike(ws: Workspace) -> None:
    """Nobody can tell by the program that they are one; another code, or another name, is another firm."""
    other = copied(ws)
    small.put(ws, "firm", name="遂昌县双彩木业有限公司")
    small.put(ws, "firm", name="百山祖食品厂", code=sheets.CODES[0])
    for name, code in (("双彩木业有限责任公司", ""), ("百山祖食品厂", "91330000MA00000007"), ("九龙电子厂", "")):
        small.put(other, "firm", name=name, code=code)
    plan = merged(ws, other).plan
    assert {(row.label, row.note) for row in plan.rows} == {
        ("双彩木业有限责任公司", "名称相近：本文件的遂昌县双彩木业有限公司"), ("百山祖食品厂", ""), ("九龙电子厂", "")}
    assert [note.partition("，")[0] for note in plan.notes] == ["名称和本文件相近的新增 1 条"]
