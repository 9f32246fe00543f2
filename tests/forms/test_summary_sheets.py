"""The computed sheets over the sample: the article's figures, others added up here from the sample's files."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest

from pairing_desktop import paths
from pairing_desktop.formspec import summary_compiling, summary_values
from pairing_desktop.formspec.summary_values import Computed, Line, Records, Shown
from tests import shipped
from tests.forms import sampling
from tests.forms.sampling import QUARTERS, read

Sheets = dict[str, dict[str, Computed]]


@pytest.fixture(scope="module")
def sheets() -> Sheets:
    """Return the sheets of both quarters, each as it stood after that quarter."""
    code = summary_compiling.load(paths.forms(), shipped.forms())
    found: Sheets = {}
    for quarter, after in sampling.quarters().items():
        records = Records(after["records"].values(), code, quarter)
        found[quarter] = {one.sheet.id: summary_values.compute(one, records) for one in code.sheets}
    return found


def lines(sheet: Computed, block: str) -> list[Line]:
    return [line for part in sheet.parts if part.id == block for line in part.lines]


def row(sheet: Computed, block: str, *words: str) -> dict[str, Shown]:
    """Return the line that begins with some words, by column."""
    part = next(part for part in sheet.parts if part.id == block)
    found = [line for line in part.lines if [c.text for c in line.cells[:len(words)]] == list(words)]
    assert len(found) == 1, words
    return dict(zip((head.id for head in part.heads), found[0].cells, strict=True))


def total(form: str, *names: str, quarter: str = "2024Q2") -> Decimal:
    """Add up a sample file's figures of a quarter's sheets."""
    values = [r["values"] for r in read(form)["records"] if r["quarter"] == quarter]
    return sum((Decimal(v[n]) for v in values for n in names), start=Decimal(0))


def latest(records: Iterable[dict[str, Any]], name: str) -> list[str]:
    """Return a field as it stands after all changes."""
    found = []
    for record in records:
        value = record["values"].get(name, "")
        for change in record.get("changes", ()):
            value = change.get("values", {}).get(name, value)
        found.append(value)
    return found


@pytest.mark.parametrize(("quarter", "counts"), [("2024Q1", ("12", "24", "8")), ("2024Q2", ("18", "40", "10"))])
def test_the_funnel_counts_the_article_s_firms(sheets: Sheets, quarter: str, counts: tuple[str, ...]) -> None:
    funnel = sheets[quarter]["funnel"]
    assert tuple(row(funnel, "stages", n)["total"].text for n in ("预诊断", "诊断", "标杆建设")) == counts
    assert funnel.parts[0].funnel == tuple(zip(("预诊断", "诊断", "标杆建设"), map(int, counts), strict=True))


def test_a_counted_figure_knows_its_records(sheets: Sheets) -> None:
    shown = row(sheets["2024Q2"]["funnel"], "stages", "诊断")["total"]
    assert len(shown.behind) == 40
    assert {b.form for b in shown.behind} == {"diagnosis"}
    assert len({b.key for b in shown.behind}) == 40


def test_shuangcai_s_growth_stands_alone_and_its_pass_rate_in_points(sheets: Sheets) -> None:
    effects = sheets["2024Q2"]["lean_effects"]
    for name, text in (("营销额", "+25.49"), ("产出量", "+111.3")):
        found = row(effects, "effects", "双彩", name)
        assert (found["before"].text, found["after"].text, found["points"].text) == ("—", "—", "—")
        assert (found["growth"].text, found["how"].text) == (text, "企业直接提供增幅")
    passed = row(effects, "effects", "双彩", "合格率")
    assert (passed["before"].text, passed["after"].text) == ("65.2", "99以上")
    assert (passed["points"].text, passed["points"].qualifier, passed["growth"].text) == ("+33.8以上", "以上", "—")
    assert passed["points"].held == Decimal("33.8")
    assert row(effects, "words", "双彩", "设备、人员")["words"].text == "未增加设备和人员"


def test_the_kinds_of_effects_add_up_to_all_indicators(sheets: Sheets) -> None:
    effects = sheets["2024Q2"]["lean_effects"]
    listed = [*lines(effects, "effects"), *lines(effects, "words")]
    kinds = lines(effects, "kinds")
    assert sum(int(line.cells[-1].text) for line in kinds) == len(listed)


def test_no_line_has_both_points_and_percent(sheets: Sheets) -> None:
    for line in lines(sheets["2024Q2"]["lean_effects"], "effects"):
        assert [line.cells[5].text, line.cells[6].text].count("—") == 1


def test_improvement_is_what_the_two_values_say(sheets: Sheets) -> None:
    for line in lines(sheets["2024Q2"]["lean_effects"], "effects"):
        unit, before, after = line.cells[2].text, line.cells[3].held, line.cells[4].held
        if not isinstance(before, Decimal) or not isinstance(after, Decimal):
            continue
        points = round(after - before, 2)
        growth = round((after - before) / before * 100, 2)
        assert (line.cells[5].held if unit == "%" else line.cells[6].held) == (points if unit == "%" else growth)


def test_parks_show_the_sheet_s_own_figures(sheets: Sheets) -> None:
    park = row(sheets["2024Q2"]["parks"], "land", "南湖遂昌竹产业共富产业园")
    assert park["invest"].held == total("park_progress", "infra", "industry") == Decimal(12480)
    assert park["let_rate"].held == round(total("park_progress", "plant_let") / total("park_progress", "plant_built")
                                          * 100, 2)
    firms = row(sheets["2024Q2"]["parks"], "firms", "合计")
    assert firms["firms_in"].held == 23
    assert firms["tax_per_mu"].held == round(Decimal("1384.2") / Decimal(262), 2)
    assert [behind.text for behind in firms["tax_per_mu"].behind] == ["税收收入 1,384.20", "已建成 262.00"]


@pytest.mark.parametrize("quarter", QUARTERS)
def test_funds_by_track_add_up_to_the_county_s(sheets: Sheets, quarter: str) -> None:
    funds = sheets[quarter]["funds"]
    county, tracks = row(funds, "county", "财政专项激励资金（示例数）"), row(funds, "tracks", "合计")
    for name in ("budget", "granted", "paid_out", "used"):
        assert county[name].held == tracks[name].held == total("fund_use", name, quarter=quarter)
    paid, budget = total("fund_use", "paid_out", quarter=quarter), total("fund_use", "budget", quarter=quarter)
    assert county["rate"].held == tracks["rate"].held == round(paid / budget * 100, 2)


def test_money_of_projects_is_the_sample_s(sheets: Sheets) -> None:
    projects = read("lean_project")["records"]
    for label, name in (("标杆建设项目合同额", "contract_sum"), ("其中：专项资金补助", "subsidy"),
                        ("标杆建设项目已支付补助", "paid")):
        shown = row(sheets["2024Q2"]["funds"], "projects", label)["now"]
        assert shown.held == sum(map(Decimal, latest(projects, name)))
        assert len(shown.behind) == 10


def test_expected_agreed_and_actual_stand_apart(sheets: Sheets) -> None:
    found = {(line.cells[0].text, line.cells[3].text): line.cells[4] for line in
             lines(sheets["2024Q2"]["tracks"], "tracks") if line.kind == "plain" and "金额" in line.cells[0].text}
    assert {key: shown.text for key, shown in found.items()} == {
        ("意向金额", "预计"): "约800", ("签约金额", "协议"): "300.00", ("交付金额", "实际"): "80.00",
        ("到款金额", "实际"): "50.00"}


def test_leads_inherit_about(sheets: Sheets) -> None:
    tracks = lines(sheets["2024Q2"]["tracks"], "tracks")
    shown = next(line for line in tracks if line.cells[0].text == "意向投资额")
    assert (shown.cells[4].text, shown.cells[4].held) == ("约10,500", Decimal(10500))


def test_targets_stand_beside_what_is_recorded(sheets: Sheets) -> None:
    targets = sheets["2024Q2"]["targets"]
    found = {line.cells[1].text: [line.cells[n].text for n in (3, 4, 5)] for line in lines(targets, "targets")}
    assert found == {
        "园区完成投资（示例）": ["25,000", "12,480", "49.92"],
        "组织产业链对接（示例）": ["4", "2", "50.00"],
        "共享招商信息（示例）": ["20", "3", "15.00"],
        "实施数字化改造帮扶（示例）": ["6", "2", "33.33"],
        "实施精益管理标杆建设项目（示例）": ["10", "10", "100.00"],
    }
    assert not [line for line in lines(targets, "targets") if "推定" in line.cells[6].text]


def test_every_figure_with_a_value_opens_records(sheets: Sheets) -> None:
    for sheet in sheets["2024Q2"].values():
        for part in sheet.parts:
            for line in part.lines:
                for shown in line.cells:
                    if shown.figure and shown.text not in ("—", "0"):
                        assert shown.behind, (sheet.sheet.id, line.id, shown.text)
