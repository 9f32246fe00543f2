"""Every long job cancelled at its first, its middle and its last step: it says so, and nothing is changed.

The steps are those that the job itself tells: it is run once to the end in a copy to count them.
"""

import hashlib
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from msgspec import Struct

from pairing_desktop.progress import Cancelled, Progress
from pairing_desktop.services import (
    carrying,
    checking,
    collecting,
    demo,
    finalising,
    findings_export,
    form_printing,
    importing,
    importing_refused,
    importing_writing,
    joining,
    keeping,
    list_export,
    listing,
    mass,
    merging_files,
    restoring,
    reviewing,
    sample,
    submitting,
    workspace,
)
from pairing_desktop.services.form_printing import Wanted
from pairing_desktop.services.workspace import Workspace
from tests.services import sheets, small
from tests.services.small import QUARTER
from tests.services.test_joining import JOINT_FORMS

NEXT = "2024Q3"
FIRMS = 12
PACKET = "331123-2024Q2-r1.asice"
JOINT = "331123-2024Q2-joint.asice"


class Desk(Struct, frozen=True):
    """A clerk's folder: the data file, what lies beside it, and where the jobs write."""

    folder: Path
    ws: Workspace
    keys: demo.Keys

    @property
    def out(self) -> Path:
        return self.folder / "写到这里"

    @property
    def firms(self) -> list[str]:
        return [line.key for line in listing.list_records(self.ws, "firm", quarter=QUARTER).lines]

    def state(self) -> set[str]:
        """Return every file with its digest, and every row of the data file."""
        files = {f"{p.relative_to(self.folder)} {hashlib.sha256(p.read_bytes()).hexdigest()}"
                 for p in self.folder.rglob("*") if p.is_file() and not p.name.startswith(self.ws.path.name)}
        with closing(sqlite3.connect(f"file:{self.ws.path}?mode=ro", uri=True)) as conn:
            return files | set(conn.iterdump())


Work = Callable[[Desk, Progress], object]
Job = tuple[str, Callable[[Desk], Work]]
"""What the clerk asked for before (a dry run, a bulk change to be undone) and the work that may be cancelled."""


def plain(work: Work) -> Callable[[Desk], Work]:
    return lambda _desk: work


def planned(desk: Desk) -> tuple[importing.Source, importing.Plan]:
    return sheets.plan(desk.ws, desk.folder / "企业.xlsx")


def import_write(desk: Desk) -> Work:
    _, plan = planned(desk)
    return lambda desk, progress: importing_writing.carry_out(desk.ws, plan, progress)


def import_undo(desk: Desk) -> Work:
    done = importing_writing.carry_out(desk.ws, planned(desk)[1])
    return lambda desk, progress: importing_writing.undo(desk.ws, done.id, progress)


def import_refused(desk: Desk) -> Work:
    source, plan = planned(desk)
    return lambda desk, progress: importing_refused.save(source, plan, desk.out / "拒收.xlsx", progress)


def import_dry(desk: Desk, progress: Progress) -> object:
    source = importing.look(desk.folder / "企业.xlsx")
    layout = importing.layout_of(desk.ws, source, form="firm")
    return importing.dry_run(desk.ws, source, layout, form="firm", quarter=QUARTER, progress=progress)


def merge_file(desk: Desk) -> Work:
    other = desk.ws.save_copy(desk.folder / "另一份.pairing")
    with workspace.open_workspace(other, now=desk.ws.clock(), who="李四", clock=desk.ws.clock) as theirs:
        mass.change(theirs, "firm", desk.firms[:5], "phone", "0578-9000009", quarter=QUARTER)
        small.put(theirs, "firm", name="丙公司")
    mass.change(desk.ws, "firm", desk.firms[3:8], "phone", "1", quarter=QUARTER)
    plan = merging_files.preview(desk.ws, other)
    return lambda desk, progress: merging_files.merge(desk.ws, other, plan, progress=progress)


def change_undo(desk: Desk) -> Work:
    done = mass.change(desk.ws, "firm", desk.firms, "phone", "0578-9000009", quarter=QUARTER)
    return lambda desk, progress: mass.undo(desk.ws, done, progress=progress)


def written(kind: str) -> Callable[[Desk], Work]:
    wanted = Wanted(form="firm", quarter=QUARTER)
    return plain(lambda desk, progress: form_printing.write(desk.ws, wanted, desk.out / f"企业.{kind}", progress))


OPEN: tuple[Job, ...] = (
    ("审核", plain(lambda d, p: checking.check_quarter(d.ws, QUARTER, p))),
    ("排版预览", plain(lambda d, p: finalising.draft(d.ws, QUARTER, p))),
    ("估算大小", plain(lambda d, p: submitting.rehearse(d.ws, QUARTER, p))),
    ("定稿", plain(lambda d, p: submitting.finalise(d.ws, QUARTER, d.out, progress=p))),
    ("打印成 PDF", written("pdf")),
    ("存为工作簿", written("xlsx")),
    ("核对稿", plain(lambda d, p: joining.make(d.ws, QUARTER, d.out, progress=p))),
    ("收回会签件", plain(lambda d, p: joining.take_in(d.ws, d.folder / JOINT, progress=p))),
    ("导入预演", plain(import_dry)),
    ("导入", import_write),
    ("撤销导入", import_undo),
    ("拒收的行", import_refused),
    ("批量修改", plain(lambda d, p: mass.change(d.ws, "firm", d.firms, "phone", "1", quarter=QUARTER, progress=p))),
    ("撤销批量修改", change_undo),
    ("批量删除", plain(lambda d, p: mass.delete(d.ws, "firm", d.firms[5:], quarter=QUARTER, progress=p))),
    ("结转上期", plain(lambda d, p: carrying.carry(d.ws, source=QUARTER, target=NEXT, progress=p))),
    ("导出列表", plain(lambda d, p: list_export.write(
        d.ws, "firm", d.out / "企业.xlsx", quarter=QUARTER, columns=["", "revenue"], keys=d.firms, progress=p))),
    ("导出采集表", plain(lambda d, p: collecting.save(
        d.ws, "firm", d.out / "采集表.xlsx", quarter=QUARTER, with_records=True, progress=p))),
    ("合并数据文件", merge_file),
    ("另存副本", plain(lambda d, p: d.ws.save_copy(d.out / "副本.pairing", p))),
    ("从备份恢复", plain(lambda d, p: restoring.restore(
        d.folder / "备份.pairing", d.out / "恢复.pairing", who="张三", now=d.ws.clock(), progress=p))),
    ("排版打印", plain(lambda d, p: form_printing.drawn(d.ws, Wanted(form="firm", quarter=QUARTER), "pdf", p))),
    ("审核清单", plain(lambda d, p: findings_export.write(
        checking.kept_findings(d.ws, QUARTER), str, d.out / "清单.xlsx", p))),
    ("生成示例", plain(lambda d, p: sample.make_sample(
        d.out / "示例.pairing", now=d.ws.clock(), clock=d.ws.clock, through="2024Q1", progress=p).close())),
    ("修改痕迹校验", plain(lambda d, p: keeping.verify_history(d.ws, p))),
)
"""Jobs of a quarter that is being filled in."""

FINAL: tuple[Job, ...] = (
    ("签名", plain(lambda d, p: reviewing.sign_packet(
        d.folder / PACKET, d.keys.files["preparer"], d.keys.passwords["preparer"], now=d.ws.clock(), progress=p))),
    ("回收签名", plain(lambda d, p: submitting.collect(d.ws, d.folder / "签好" / PACKET, p))),
    ("报送", plain(lambda d, p: submitting.submit(d.ws, d.folder / "签好" / PACKET, p))),
    ("核验", plain(lambda d, p: reviewing.verify_files(
        [d.folder / "签好" / PACKET], trust=d.keys.root, crl=d.keys.crl, now=d.ws.clock(), progress=p,
        forms=d.ws.catalogue))),
)
"""Jobs of a quarter that was finalised; its packet was signed by all in another folder."""


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a quarter that passes its check, a backup of it, and a sheet with firms to import."""
    folder = tmp_path_factory.mktemp("在填")
    (folder / "写到这里").mkdir()
    with small.make(folder, **JOINT_FORMS) as ws:
        small.fill(ws)
        for number in range(FIRMS):
            small.put(ws, "firm", name=f"企业{number}", code="", revenue="5")
        joining.answer(joining.make(ws, QUARTER, folder).path, name="南湖区经信局", now=ws.clock())
        for finding in checking.check_quarter(ws, QUARTER).findings:
            checking.explain(ws, finding, "已核实")
        checking.check_quarter(ws, QUARTER)
        ws.save_copy(folder / "备份.pairing")
    rows = [(f"新企业{n}", None, n, None) for n in range(FIRMS)]
    sheets.write(folder / "企业.xlsx", [("企业名称", "统一社会信用代码", "营业收入（万元）", "联系电话"), *rows,
                                      ("坏的", None, "约十二", None)])
    return folder


@pytest.fixture(scope="module")
def final(opened: Path, keys: demo.Keys, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder whose quarter was finalised: its packet unsigned, and signed by all in a folder of its own."""
    folder = tmp_path_factory.mktemp("已定稿") / "县"
    shutil.copytree(opened, folder)
    with reopened(folder) as ws:
        done = submitting.finalise(ws, QUARTER, folder)
        (folder / "签好").mkdir()
        shutil.copyfile(done.packet, folder / "签好" / PACKET)
        for role in ws.about.roles:
            reviewing.sign_packet(folder / "签好" / PACKET, keys.files[role], keys.passwords[role], now=ws.clock())
    return folder


def reopened(folder: Path) -> Workspace:
    clock = small.Now(at=small.Now().at.replace(hour=20))
    return workspace.open_workspace(folder / "遂昌 县.pairing", now=clock(), who="张三", clock=clock)


@pytest.fixture
def fresh(tmp_path: Path, keys: demo.Keys) -> Iterator[Callable[[Path], Desk]]:
    """Copy a folder and open its data file, as often as asked."""
    made: list[Desk] = []

    def copy(of: Path) -> Desk:
        folder = tmp_path / str(len(made))
        shutil.copytree(of, folder)
        made.append(Desk(folder, reopened(folder), keys))
        return made[-1]

    yield copy
    for desk in made:
        desk.ws.close()


def cancelled_everywhere(job: Job, fresh: Callable[[Path], Desk], base: Path) -> None:
    name, asked = job
    counted = fresh(base)
    work, steps = asked(counted), 0

    def count(_step: str, _done: int, _total: int) -> None:
        nonlocal steps
        steps += 1

    work(counted, count)
    assert steps, f"{name} never tells how far it is, so it cannot be cancelled"
    desk = fresh(base)
    work, before = asked(desk), desk.state()
    for stop in sorted({0, steps // 2, steps - 1}):
        left = stop

        def progress(_step: str, _done: int, _total: int) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                raise Cancelled

        with pytest.raises(Cancelled):
            work(desk, progress)
        changed = sorted(line[:100] for line in before ^ desk.state())
        assert not changed, f"{name} cancelled at step {stop} of {steps} changed {changed[:5]}"


@pytest.mark.parametrize("job", OPEN, ids=[name for name, _ in OPEN])
def test_cancelled_while_a_quarter_is_filled_in(job: Job, fresh: Callable[[Path], Desk], opened: Path) -> None:
    cancelled_everywhere(job, fresh, opened)


@pytest.mark.parametrize("job", FINAL, ids=[name for name, _ in FINAL])
def test_cancelled_after_the_quarter_was_finalised(job: Job, fresh: Callable[[Path], Desk], final: Path) -> None:
    cancelled_everywhere(job, fresh, final)
