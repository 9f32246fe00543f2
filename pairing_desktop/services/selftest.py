"""``selftest``: does this installation work on this PC? Also run by the packaged program."""

from __future__ import annotations

import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from pairing_desktop import paths
from pairing_desktop.errors import Trouble
from pairing_desktop.services import (
    checking,
    demo,
    enrolling,
    key_keeping,
    reviewing,
    sample,
    searching,
    submitting,
    trusting,
)
from pairing_desktop.services.workspace import Clock, Workspace, open_workspace, system_clock

if TYPE_CHECKING:
    from pairing_desktop.services.submitting import Finalised

FOLDER = "自检 文件夹 "
QUARTER = "2024Q1"


def run(say: Callable[[str], None], *, clock: Clock = system_clock) -> bool:
    """Check fonts, forms, a data file, PDF, workbook, signing and verifying in a folder with Chinese and spaces."""
    with tempfile.TemporaryDirectory(prefix=FOLDER, ignore_cleanup_errors=True) as folder:
        trial = _Trial(Path(folder), say, clock)
        passed = [trial.step(name, work) for name, work in trial.steps()]
    good = all(passed)
    say("自检通过，本机可以使用。" if good else "自检没有通过，请把上面的内容发给维护人员。")
    return good


class _Trial:
    """The steps share what the ones before have made; one that fails makes the later ones fail too, in words."""

    def __init__(self, folder: Path, say: Callable[[str], None], clock: Clock) -> None:
        self.folder = folder
        self.say = say
        self.clock = clock
        self.file = folder / "示例 数据.pairing"
        self.done: Finalised | None = None

    def steps(self) -> tuple[tuple[str, Callable[[], str]], ...]:
        return (
            ("字体", self._fonts), ("表式", self._forms), ("数据文件", self._workspace), ("审核", self._check),
            ("拼音检索", self._search), ("定稿、PDF 和工作簿", self._finalise), ("签名、报送和核验", self._sign),
            ("密钥文件和 UKey 支持", self._keys),
        )

    def step(self, name: str, work: Callable[[], str]) -> bool:
        start = time.perf_counter()
        try:
            said, good = work(), True
        except Trouble as bad:
            said, good = str(bad), False
        except Exception as bug:  # noqa: BLE001  # whatever fails on this PC is what the test is for
            said, good = f"{type(bug).__name__}: {bug}", False
        self.say(f"{'正常' if good else '失败'}  {name}：{said}（{time.perf_counter() - start:.1f} 秒）")
        return good

    @staticmethod
    def _fonts() -> str:
        from pairing_desktop.formspec.coverage import missing_glyphs

        names = sorted(p.name for p in paths.resource("fonts").glob("*.ttf"))
        lacking = missing_glyphs("遂昌县南湖区𬳽㛃䶮，。“”≥≤±㎡")
        if not names or lacking:
            raise RuntimeError(f"缺少字体或字形 {lacking}")
        return f"{len(names)} 个字体文件"

    @staticmethod
    def _forms() -> str:
        from pairing_desktop.formspec import catalogue

        return f"{len(catalogue.load(paths.forms()).forms)} 张表"

    def _workspace(self) -> str:
        sample.make_sample(self.file, now=self.clock(), clock=self.clock, through=QUARTER).close()
        return f"写入示例，{self.file.stat().st_size / 1e6:.1f} MB"

    def _open(self) -> Workspace:
        return open_workspace(self.file, now=self.clock(), clock=self.clock)

    def _check(self) -> str:
        with self._open() as ws:
            report = checking.check_quarter(ws, QUARTER)
        if not report.passes:
            raise RuntimeError(f"示例审核没有通过：强制 {report.errors}，待说明 {report.unexplained}")
        return f"{report.records} 条记录"

    def _search(self) -> str:
        with self._open() as ws:
            hits = searching.search(ws, "sczcy") or searching.search(ws, "sl")
        if not hits:
            raise RuntimeError("按拼音首字母没有找到记录")
        return hits[0].label

    def _finalise(self) -> str:
        with self._open() as ws:
            self.done = submitting.finalise(ws, QUARTER, self.folder)
            submitting.read_back(ws, self.done.packet)
        return f"{self.done.pages} 页，{self.done.size / 1e6:.1f} MB"

    def _sign(self) -> str:
        if self.done is None:
            raise RuntimeError("没有报送包可签")
        for name in ("trust", "keys"):
            (self.folder / name).mkdir()
        keys = demo.make_keys(self.folder, clock=self.clock)
        for role, key in keys.files.items():
            reviewing.sign_packet(self.done.packet, key, keys.passwords[role], now=self.clock())
        with self._open() as ws:
            trusting.keep(ws, keys.root, keys.crl)
            submitting.submit(ws, self.done.packet)
        verdict = reviewing.verify_files([self.done.packet], trust=keys.root, crl=keys.crl, now=self.clock())[0]
        if verdict.verdict != "valid":
            raise RuntimeError("；".join(map(str, verdict.problems)))
        return "有效"

    def _keys(self) -> str:
        """Make a key at rest, ask for its certificate, and load what talks to tokens."""
        from importlib import import_module

        import_module("pkcs11._pkcs11")
        secret, path = f"自检 shanlu 42 {uuid.uuid4().hex[:6]}", self.folder / "自检.pairkey"
        who = key_keeping.person(name="自检", role="head", county="331123")
        key_keeping.make(path, who, secret, now=self.clock())
        asked = enrolling.request(path, secret, self.folder / "申请", now=self.clock(), sample=True)
        return f"核对码 {asked.code}"
