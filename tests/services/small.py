"""A small programme for the services' tests: its forms, a clock that is told what time it is, and a clerk's hands."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec import Struct, field

from pairing_desktop.services import entering, workspace
from pairing_desktop.services.workspace import Person, Workspace

QUARTER = "2024Q2"
FILE = "遂昌 县.pairing"
PEOPLE = (
    Person("preparer", "填表人", "企业科统计岗", "0578-9000001"),
    Person("reviewer", "审核人", "企业科科长"),
    Person("head", "单位负责人", "局长"),
)

FORMS = {
    "firm": """
id: firm
version: 1
title: 企业名录
short: 企业
group: 台账
order: 10
kind: register
fills: [M, I]
name: name
natural_key: [code]
sections:
  - id: main
    title: 基本情况
    fields:
      - {id: name, label: 企业名称, type: text, required: true}
      - {id: code, label: 统一社会信用代码, type: credit_code}
      - {id: revenue, label: 营业收入, type: decimal, unit: 万元, marks: [qualifier, note]}
      - {id: former, label: 曾用名, type: text, search: true}
      - {id: phone, label: 联系电话, type: text, private: true}
      - {id: report, label: 材料, type: attachment}
rules:
  - {id: code_missing, number: "1", level: query, check: given(code), at: code, message: "信用代码待补"}
  - {id: small, number: "13", level: query, check: revenue < 1000, at: revenue, message: "营业收入 {left} 偏大"}
  - id: twice
    number: "19"
    level: error
    check: count(records("firm", name=name)) <= 1
    at: name
    message: "“{name}”登记了两次"
list: {columns: [name, code, revenue], sort: name}
print:
  layout: roster
  columns:
    - {field: name, title: 企业名称, width: 60}
    - {field: code, title: 信用代码, width: 60}
    - {field: revenue, title: 营业收入, width: 50}
""",
    "visit": """
id: visit
version: 1
title: 走访记录
short: 走访
group: 填报
order: 20
kind: event
fills: [M]
name: firm
date: day
closed: done
sections:
  - id: main
    title: 走访
    fields:
      - {id: firm, label: 企业, type: reference, form: firm, required: true}
      - {id: day, label: 日期, type: date, required: true}
      - {id: done, label: 是否办结, type: yes_no}
      - {id: cost, label: 费用, type: decimal, unit: 元}
      - {id: paid, label: 已付, type: decimal, unit: 元}
      - {id: sum, label: 应等于, type: decimal, compute: paid + 1}
rules:
  - id: cost_paid
    number: "5"
    level: error
    check: cost >= paid
    at: cost
    waivable: false
    message: "费用 {left} 少于已付 {right}"
list: {columns: [firm, day, cost], sort: -day}
print: {layout: card}
""",
    "park": """
id: park
version: 1
title: 园区台账
short: 园区
group: 台账
order: 30
kind: register
fills: [L]
name: name
sections:
  - id: main
    title: 园区
    fields:
      - {id: name, label: 园区名称, type: text, required: true}
list: {columns: [name]}
print: {layout: card}
""",
    "sheet": """
id: sheet
version: 1
title: 园区季报
short: 园区季报
group: 填报
order: 40
kind: quarterly
subject: park
fills: [L]
sections:
  - id: main
    title: 投资
    fields:
      - {id: total, label: 累计投资, type: decimal, unit: 万元, required: true, marks: [qualifier, note]}
      - {id: words, label: 说明, type: text, carry: false}
      - id: firms
        label: 企业
        type: table
        columns:
          - {id: firm, label: 企业, type: reference, form: firm}
          - {id: staff, label: 人数, type: whole}
rules:
  - id: falls
    number: "7"
    level: query
    check: total >= previous(total)
    at: total
    message: "累计投资 {left} 少于上季 {right}"
  - {id: limit, number: "8", level: error, check: total <= 100, at: total, message: "累计投资 {left} 超过 {right}"}
list: {columns: [total, words]}
print: {layout: statistical}
""",
    "note": """
id: note
version: 1
title: 季度小结
short: 小结
group: 填报
order: 50
kind: quarterly
fills: [M, I]
sections:
  - id: main
    title: 小结
    fields:
      - {id: words, label: 主要做法, type: long_text, required: true}
list: {columns: [words]}
print: {layout: card}
""",
}


class Now(Struct):
    """A clock that moves a second at every look, and further when told."""

    at: datetime = datetime(2024, 7, 11, 8, 42, tzinfo=UTC)
    step: timedelta = field(default=timedelta(seconds=1))

    def __call__(self) -> datetime:
        self.at += self.step
        return self.at


def forms_folder(folder: Path, **more: str) -> Path:
    """Write the small programme's forms to a folder."""
    folder.mkdir(exist_ok=True)
    for name, text in {**FORMS, **more}.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def make(folder: Path, *, clock: Now | None = None, **more: str) -> Workspace:
    """Make a data file of the small programme."""
    clock = clock or Now()
    forms = forms_folder(folder / "forms", **more)
    return workspace.create(folder / FILE, county="331123", partner="330402", bureau="遂昌县某局",
                            people=PEOPLE, now=clock(), forms=forms, who="张三", clock=clock)


class Laid(Struct, frozen=True):
    """A data file that every test of a run gets a copy of: laying one takes a tenth of a second."""

    folder: Path
    at: datetime
    """What the clock said when it was laid."""

    def copy(self, folder: Path, *, clock: Now) -> Workspace:
        """Copy it to a test's folder and open it, as if it had just been made there."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        clock.at = self.at
        return workspace.open_workspace(folder / FILE, who="张三", now=clock.at, clock=clock)


def lay(folder: Path, fill: Callable[[Workspace], object] = lambda ws: None, **more: str) -> Laid:
    """Make a data file of the small programme to be copied, with what ``fill`` enters."""
    clock = Now()
    with make(folder, clock=clock, **more) as ws:
        fill(ws)
    return Laid(folder, clock.at)


def put(ws: Workspace, form: str, *, key: str | None = None, quarter: str = QUARTER, subject: str = "", why: str = "",
        **values: str) -> entering.Saved:
    """Type and save a record as a clerk does."""
    opened = entering.open_record(ws, form=form, key=key, quarter=quarter, subject=subject)
    for name, text in values.items():
        opened.draft.type(name, text)
    return entering.save(ws, opened.draft, why)


def fill(ws: Workspace, quarter: str = QUARTER) -> dict[str, str]:
    """Fill a quarter so that its check passes; returns the records' keys."""
    keys = {}
    if quarter == QUARTER:
        firm = {"name": "甲公司", "code": "91350100M000100Y43", "revenue": "12.5", "phone": "13800000000"}
        keys["firm"] = put(ws, "firm", **firm).key
        keys["visit"] = put(ws, "visit", firm="甲公司", day="2024-05-06", done="是", cost="10", paid="4").key
        keys["park"] = put(ws, "park", name="竹产业园").key
    else:
        keys["park"] = entering.choices(ws, "park", "竹产业园")[0].key
    keys["sheet"] = put(ws, "sheet", quarter=quarter, subject=keys["park"], total="50", words="无").key
    keys["note"] = put(ws, "note", quarter=quarter, words="走访企业一家。").key
    return keys
