"""The sample of Suichang: the article's figures are in it, everything else is marked, nothing in it is wrong."""

from decimal import Decimal
from typing import Any

import pytest
from stdnum.cn import uscc

from pairing_desktop.formspec.fieldtypes.codes import organisation_code_valid
from tests import shipped
from tests.forms import sampling
from tests.forms.sampling import QUARTERS, read


@pytest.fixture
def quarters() -> dict[str, dict[str, Any]]:
    return sampling.quarters()


def of(quarters: dict[str, dict[str, Any]], quarter: str, form: str) -> dict[str, dict[str, Any]]:
    """Return a form's stored values by sample id."""
    records = quarters[quarter]["records"].items()
    return {name: known.payload["values"] for (kind, name), known in records if kind == form}


@pytest.mark.parametrize("quarter", QUARTERS)
def test_no_error_and_every_query_explained(quarters: dict[str, dict[str, Any]], quarter: str) -> None:
    explanations = [one for one in read("explanations")["explanations"] if one["quarter"] == quarter and one["record"]]
    words = {(one["form"], one["record"], one["rule"]): one["text"] for one in explanations}
    findings = quarters[quarter]["findings"]
    assert [found.message for _, _, found in findings if found.level == "error"] == []
    raised = {(form, name, found.rule) for form, name, found in findings}
    assert raised == set(words)
    assert all(words.values())


def test_counts_of_the_article(quarters: dict[str, dict[str, Any]]) -> None:
    diagnoses = of(quarters, "2024Q2", "diagnosis").values()
    firms = {stage: {d["enterprise"] for d in diagnoses if d["stage"] == stage} for stage in ("诊断", "预诊断")}
    assert (len(firms["诊断"]), len(firms["预诊断"])) == (40, 18)
    assert all(d["progress"] == "已完成" for d in diagnoses)
    assert len(of(quarters, "2024Q2", "lean_project")) == 10
    assert {p["fund_source"] for p in of(quarters, "2024Q2", "lean_project").values()} == {"南湖区专项资金"}
    summary = of(quarters, "2024Q2", "quarter_summary")["summary-2024Q2"]
    assert (summary["diagnosed"], summary["prediagnosed"], summary["lean_projects"]) == (40, 18, 10)


def test_shuangcai_as_published(quarters: dict[str, dict[str, Any]]) -> None:
    rows = {row["values"]["indicator"]: row for row in of(quarters, "2024Q2", "lean_project")["l01"]["kpis"]}
    for name, growth in (("营销额", "25.49"), ("产出量", "111.3")):
        values = rows[name]["values"]
        assert (values["how"], values["improvement"], values["improvement_unit"]) == ("企业直接提供增幅", growth, "%")
        assert not {"before", "after"} & values.keys()
    passed = rows["合格率"]
    assert (passed["values"]["before"], passed["values"]["after"]) == ("65.2", "99")
    assert (passed["values"]["improvement"], passed["values"]["improvement_unit"]) == ("33.8", "百分点")
    qualifiers = {path: marks["qualifier"] for path, marks in passed["marks"].items()}
    assert qualifiers == {"after": "以上", "improvement": "以上"}
    assert rows["设备、人员"]["values"]["words"] == "未增加设备和人员"


def test_the_real_firm_has_no_invented_facts(quarters: dict[str, dict[str, Any]]) -> None:
    assert of(quarters, "2024Q2", "enterprise")["shuangcai"].keys() == {"name", "county", "note"}
    assert not any(d["enterprise"] == "enterprise/shuangcai" for d in of(quarters, "2024Q2", "diagnosis").values())
    project = quarters["2024Q2"]["records"]["lean_project", "l01"].payload
    money = ("contract_sum", "subsidy", "own_money", "paid")
    assert all("示例" in project["marks"][name]["note"] for name in money)
    assert "示例" in project["values"]["note"]


def test_every_other_firm_is_marked_and_its_code_is_of_no_region(quarters: dict[str, dict[str, Any]]) -> None:
    firms = {name: firm for name, firm in of(quarters, "2024Q2", "enterprise").items() if name != "shuangcai"}
    assert len(firms) == 59
    codes = [firm["credit_code"] for firm in firms.values() if "credit_code" in firm]
    assert len(set(codes)) == len(codes) == 58
    for code in codes:
        assert uscc.is_valid(code)
        assert code[2:8] == "000000"
        assert organisation_code_valid(code)
    assert all("示例" in firm["name"] for firm in firms.values())


def test_the_park_is_the_articles_and_its_figures_are_marked(quarters: dict[str, dict[str, Any]]) -> None:
    park = of(quarters, "2024Q2", "park")["park1"]
    assert (park["name"], park["industrial"], park["mountain"]) == ("南湖遂昌竹产业共富产业园", "330402", "331123")
    assert "approval_no" not in park
    for quarter in QUARTERS:
        sheet = quarters[quarter]["records"]["park_progress", f"park1-{quarter}"].payload
        computed = {"invest", "let_rate", "firms_in", "firms_producing", "firms_above", "tax_per_mu"}
        words = {"firms", "milestones", "note"}
        typed = {name for name in sheet["values"] if not name.endswith("_quarter")} - computed - words
        assert all("示例" in sheet["marks"][name]["note"] for name in typed)


def test_this_quarter_is_the_year_to_date_less_the_last(quarters: dict[str, dict[str, Any]]) -> None:
    first = of(quarters, "2024Q1", "park_progress")["park1-2024Q1"]
    second = of(quarters, "2024Q2", "park_progress")["park1-2024Q2"]
    assert first["invest_quarter"] == first["invest"] == "5310.5"
    assert (second["invest"], second["invest_quarter"]) == ("12480", "7169.5")
    assert Decimal(second["tax_per_mu"]) == round(Decimal(second["tax"]) / Decimal(second["land_built"]), 2)


def test_posts_stand_for_people(quarters: dict[str, dict[str, Any]]) -> None:
    bureau = of(quarters, "2024Q2", "bureau")["bureau1"]
    assert all("示例" in bureau[name] for name in ("name", "preparer", "reviewer", "head"))
    assert all("示例" in row["values"]["holder"] for table in ("contacts", "cadres") for row in bureau[table])


def test_every_form_of_a_quarter_has_its_sample(quarters: dict[str, dict[str, Any]]) -> None:
    held = {form for form, _ in quarters["2024Q2"]["records"]}
    assert held == {form.id for form in shipped.forms().forms if form.kind != "yearly"}


def test_what_the_article_does_not_say_is_marked(quarters: dict[str, dict[str, Any]]) -> None:
    for form in ("cooperation_project", "chain_link", "investment_lead", "digital_service", "factor_exchange",
                 "exchange_activity", "financing"):
        assert all("示例" in values["note"] for values in of(quarters, "2024Q2", form).values())
    for form in ("cooperation_progress", "fund_use", "county_indicators"):
        figures = {f.id for f in shipped.forms().form(form).figures if not f.compute or f.compute_when}
        for (kind, name), known in quarters["2024Q2"]["records"].items():
            computed = {"leading_share"} if kind == "county_indicators" else set()
            for figure in (figures - computed) & known.payload["values"].keys() if kind == form else ():
                assert known.payload["marks"][figure]["note"] == "示例", (name, figure)


def test_a_figure_still_owed_is_not_worked_back(quarters: dict[str, dict[str, Any]]) -> None:
    sheet = quarters["2024Q2"]["records"]["county_indicators", "county-2024Q2"].payload
    assert "manufacturing" not in sheet["values"]
    assert sheet["marks"]["manufacturing"]["note"] == "待统计局反馈"
    assert sheet["values"]["manufacturing_growth"] == "9.8"


def test_tracks_add_up_and_documents_have_no_invented_number(quarters: dict[str, dict[str, Any]]) -> None:
    for quarter in QUARTERS:
        sheet = of(quarters, quarter, "fund_use")[f"fund-{quarter}"]
        for name in ("budget", "granted", "paid_out", "used"):
            total = sum(Decimal(row["values"][name]) for row in sheet["tracks"])
            assert total == Decimal(sheet[name]) == Decimal(sheet[f"track_{name}"])
        assert all("示例" in row["values"]["document_no"] for row in sheet["documents"])


def test_the_secondment_is_the_articles(quarters: dict[str, dict[str, Any]]) -> None:
    seconded = of(quarters, "2024Q2", "exchange_activity")["x01"]
    assert (seconded["kind"], seconded["to_unit"]) == ("挂职", "南湖区经信商务局")
    assert "示例" in seconded["holder"]
