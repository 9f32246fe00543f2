"""Every rule of the shipped forms with a record that it passes and one that it fails, as stored values.

A case is (changes that pass, changes that fail) to the form's base record. Besides fields a change may name
``previous`` and ``year_ago`` (the earlier sheet's values) and ``also`` (further records: form → list of values).
"""

from tests.forms.case_makers import (
    Case,
    Values,
    alone,
    at_most,
    given,
    grows,
    growth,
    ratio,
    rises,
    unit_slip,
)
from tests.forms.cooperation_cases import (
    ASSESSMENT,
    CHAIN_LINK,
    COOPERATION_PROGRESS,
    COOPERATION_PROJECT,
    COUNTY_INDICATORS,
    DIGITAL_SERVICE,
    EXCHANGE_ACTIVITY,
    FACTOR_EXCHANGE,
    FINANCING,
    FUND_USE,
    INVESTMENT_LEAD,
)

PERIOD = "2024Q2"

WORLD: dict[str, dict[str, Values]] = {
    "pairing": {"pairing1": {"title": "南湖—遂昌", "industrial": "330402", "mountain": "331123"}},
    "park": {"park1": {"name": "示例园区", "host": "331123", "planned_area": "620", "planned_investment": "150000"}},
    "enterprise": {"firm1": {"name": "示例一", "county": "331123"}, "firm2": {"name": "示例二", "county": "331123"}},
    "diagnosis": {"diagnosis1": {"enterprise": "firm1"}},
    "lean_project": {"project1": {"enterprise": "firm1", "stage": "实施中", "subsidy": "40", "own_money": "28"}},
    "cooperation_project": {"cooperation1": {"name": "示例项目", "host": "331123", "stage": "试生产",
                                             "total_investment": "12000"}},
}
"""Records of other forms that any case may refer to; those of the case's own form stand aside."""

BASE: dict[str, Values] = {
    "bureau": {"county": "331123", "preparer": "统计岗", "reviewer": "科长"},
    "pairing": {"title": "南湖—遂昌", "state": "结对中", "industrial": "330402", "mountain": "331123"},
    "enterprise": {"name": "示例一", "county": "331123"},
    "diagnosis": {"enterprise": "firm1", "stage": "诊断", "progress": "已完成"},
    "lean_project": {"enterprise": "firm1", "stage": "实施中", "contract_no": "1"},
    "lean_progress": {"stage": "实施中"},
    "park": {"name": "示例园区", "pairing": "pairing1"},
    "park_progress": {},
    "cooperation_project": {"name": "示例项目", "pairing": "pairing1", "track": "3", "origin": "330402",
                            "host": "331123"},
    "cooperation_progress": {"stage": "试生产"},
    "chain_link": {"title": "示例对接", "date": "2024-03-15", "outcome": "在谈"},
    "investment_lead": {"lead": "示例信息", "found": "2024-02-21", "source_county": "330402", "stage": "线索"},
    "digital_service": {"enterprise": "firm1", "kind": "软件系统", "state": "实施中"},
    "factor_exchange": {"title": "示例协议", "pairing": "pairing1", "state": "履行中"},
    "exchange_activity": {"title": "示例培训", "kind": "培训", "start": "2024-03-21"},
    "financing": {"enterprise": "firm1", "fund": "示例基金", "kind": "银行贷款", "contacted": "2024-03-06"},
    "fund_use": {},
    "county_indicators": {},
    "quarter_summary": {},
    "assessment": {},
}

SUBJECT = {"lean_progress": "project1", "park_progress": "park1", "cooperation_progress": "cooperation1"}


def kpi(**cells: object) -> Values:
    """Return a change to one KPI row."""
    return {"kpis": [{"indicator": "合格率", **cells}]}


def milestone(**cells: object) -> Values:
    """Return a change to one milestone."""
    return {"milestones": [{"content": "验收", **cells}]}


BUREAU: dict[str, Case] = {
    "one_per_county": alone("bureau", county="331123"),
    "separate_posts": ({"reviewer": "科长"}, {"reviewer": "统计岗"}),
    "office_phone": ({"office_phone": "0578-8120000"}, {"office_phone": "12"}),
    "preparer_phone": ({"preparer_phone": "13800000000"}, {"preparer_phone": "1380000"}),
    "reviewer_phone": ({"reviewer_phone": "13800000000、0578-8120000"}, {"reviewer_phone": "无号"}),
    "head_phone": ({"head_phone": "8120000"}, {"head_phone": "0578"}),
    "contact_phone": ({"contacts": [{"post": "联络员", "phone": "8120000"}]},
                      {"contacts": [{"post": "联络员", "phone": "x"}]}),
    "cadre_dates": ({"cadres": [{"holder": "甲", "start": "2024-01-08", "end": "2024-12-31"}]},
                    {"cadres": [{"holder": "甲", "start": "2024-01-08", "end": "2023-12-31"}]}),
}

PAIRING: dict[str, Case] = {
    "two_counties": ({}, {"industrial": "331123"}),
    "mountain_county": ({}, {"mountain": "330402"}),
    "industrial_county": ({}, {"industrial": "331122"}),
    "one_mountain": ({}, {"also": {"pairing": [{"state": "结对中", "mountain": "331123", "industrial": "330481"}]}}),
    "one_industrial": ({}, {"also": {"pairing": [{"state": "结对中", "mountain": "331122", "industrial": "330402"}]}}),
    "has_park": ({"also": {"park": [{"pairing": "self"}]}}, {}),
    "term_years": ({"start_year": 2023, "end_year": 2025}, {"start_year": 2023, "end_year": 2022}),
    "target_from": ({"start_year": 2023, "targets": [{"year": 2024}]},
                    {"start_year": 2023, "targets": [{"year": 2022}]}),
    "target_to": ({"end_year": 2025, "targets": [{"year": 2024}]}, {"end_year": 2025, "targets": [{"year": 2026}]}),
    "target_unit": ({"targets": [{"content": "诊断", "value": "10", "unit": "个"}]},
                    {"targets": [{"content": "诊断", "value": "10"}]}),
}

ENTERPRISE: dict[str, Case] = {
    "code_missing": given("credit_code", "91000000MA00000157"),
    "industry_missing": given("industry", "C20"),
    "class_digits": ({"industry_class": "2041"}, {"industry_class": "204"}),
    "class_exists": ({"industry_class": "6510"}, {"industry_class": "9910"}),
    "class_division": ({"industry": "C20", "industry_class": "2041"}, {"industry": "C20", "industry_class": "2110"}),
    "same_code": alone("enterprise", credit_code="91000000MA00000157"),
    "same_name": alone("enterprise", name="示例一"),
    "little_giant": ({"honours": ["专精特新", "小巨人"]}, {"honours": ["小巨人"]}),
    "scale_missing": given("above_scale", False),
    "scale_revenue": ({"above_scale": True, "revenue": "2000"}, {"above_scale": True, "revenue": "1999.99"}),
    "scale_since": given("above_scale_since", 2020, above_scale=True),
    "scale_only": ({"above_scale_since": 2020, "above_scale": True}, {"above_scale_since": 2020, "above_scale": False}),
    "figures_of_year": given("figures_year", 2023, revenue="100"),
    "since_not_later": ({"above_scale_since": 2024}, {"above_scale_since": 2025}),
    "figures_not_later": ({"figures_year": 2023}, {"figures_year": 2025}),
    "park_county": ({"park": "park1", "county": "331123"}, {"park": "park1", "county": "331122"}),
    "phone": ({"phone": "0578-8120000"}, {"phone": "没有"}),
}

DIAGNOSIS: dict[str, Case] = {
    "percent_unit": ({"baseline": [{"indicator": "准交率", "unit": "%", "value": "1"}]},
                     {"baseline": [{"indicator": "准交率", "unit": "%", "value": "0.99"}]}),
    "weights_hundred": ({"weight_total": "100"}, {"weight_total": "98"}),
    "score_limit": ({"scores": [{"dimension": "战略", "full": "10", "score": "10"}]},
                    {"scores": [{"dimension": "战略", "full": "10", "score": "10.5"}]}),
    "benchmark_limit": ({"scores": [{"dimension": "战略", "full": "10", "benchmark": "8"}]},
                        {"scores": [{"dimension": "战略", "full": "10", "benchmark": "11"}]}),
    "percent_range": ({"baseline": [{"indicator": "准交率", "unit": "%", "value": "100"}]},
                      {"baseline": [{"indicator": "准交率", "unit": "%", "value": "101"}]}),
    "pass_and_defect": (
        {"baseline": [{"indicator": "一次合格率", "value": "88.4"}, {"indicator": "不良率", "value": "11.6"}]},
        {"baseline": [{"indicator": "一次合格率", "value": "88.4"}, {"indicator": "不良率", "value": "10.6"}]}),
    "dates_order": ({"start": "2024-05-13", "end": "2024-05-17"}, {"start": "2024-05-13", "end": "2024-05-12"}),
    "confirm_order": ({"end": "2024-05-17", "confirmed_on": "2024-05-20"},
                      {"end": "2024-05-17", "confirmed_on": "2024-05-16"}),
    "end_not_later": ({"end": "2024-06-30"}, {"end": "2024-07-01"}),
    "start_not_later": ({"progress": "进行中", "start": "2024-06-30"}, {"progress": "进行中", "start": "2024-07-01"}),
    "confirmed_not_later": ({"confirmed_on": "2024-06-30"}, {"confirmed_on": "2024-07-01"}),
    "confirmed_date": given("confirmed_on", "2024-05-20", confirmed=True),
    "finished_institution": given("institution", "示例研究院"),
    "finished_experts": given("experts", 3),
    "finished_start": given("start", "2024-05-13"),
    "finished_end": given("end", "2024-05-17"),
    "finished_conclusion": given("conclusion", "建议改进"),
    "report_kept": given("report_place", "档案室"),
    "once_per_stage": alone("diagnosis", enterprise="firm1", stage="诊断"),
}

_POINTS = {"unit": "%", "how": "前后值计算", "before": "65.2", "after": "99"}
_PERCENT = {"unit": "天", "how": "前后值计算", "before": "18", "after": "12"}
_GROWTH = {"unit": "%", "how": "企业直接提供增幅"}

LEAN_PROJECT: dict[str, Case] = {
    "percent_unit_before": (kpi(unit="%", before="65"), kpi(unit="%", before="0.65")),
    "percent_unit_after": (kpi(unit="%", after="99"), kpi(unit="%", after="0.99")),
    "contract_parts": ({"contract_sum": "68", "subsidy": "40", "own_money": "28"},
                       {"contract_sum": "68", "subsidy": "40", "own_money": "26"}),
    "paid_within": at_most("paid", "30", "subsidy", "30", "30.01"),
    "percent_before": (kpi(unit="%", before="65.2"), kpi(unit="%", before="652")),
    "percent_after": (kpi(unit="%", after="99"), kpi(unit="%", after="990")),
    "pass_and_defect": ({"kpis": [{"indicator": "一次合格率", "after": "95"}, {"indicator": "不良率", "after": "5"}]},
                        {"kpis": [{"indicator": "一次合格率", "after": "95"}, {"indicator": "不良率", "after": "6"}]}),
    "pass_and_defect_before": (
        {"kpis": [{"indicator": "一次合格率", "before": "65.2"}, {"indicator": "不良率", "before": "34.8"}]},
        {"kpis": [{"indicator": "一次合格率", "before": "65.2"}, {"indicator": "不良率", "before": "30"}]}),
    "improvement_points": (kpi(**_POINTS, improvement="33.8"), kpi(**_POINTS, improvement="51.84")),
    "improvement_percent": (kpi(**_PERCENT, improvement="-33.33"), kpi(**_PERCENT, improvement="-6")),
    "both_values": (kpi(**_POINTS), kpi(unit="%", how="前后值计算", before="65.2")),
    "growth_stands": (kpi(**_GROWTH, improvement="25.49"), kpi(**_GROWTH)),
    "growth_unit": (kpi(**_GROWTH, improvement_unit="%"), kpi(**_GROWTH)),
    "growth_only": (kpi(**_GROWTH, improvement="111.3"), kpi(**_GROWTH, improvement="111.3", before="100")),
    "words_given": (kpi(how="定性描述", words="未增加设备和人员"), kpi(how="定性描述")),
    "growth_limit": (kpi(improvement="25.49", improvement_unit="%"), kpi(improvement="111.3", improvement_unit="%")),
    "direction_up": (kpi(better="升", improvement="1"), kpi(better="升", improvement="-1")),
    "direction_down": (kpi(better="降", improvement="-1"), kpi(better="降", improvement="1")),
    "signed_order": ({"signed": "2023-09-01", "start": "2023-09-01"}, {"signed": "2023-09-12", "start": "2023-09-01"}),
    "plan_order": ({"start": "2023-09-01", "plan_end": "2024-08-31"},
                   {"start": "2023-09-01", "plan_end": "2023-08-31"}),
    "end_order": ({"start": "2023-09-01", "end": "2024-06-28"}, {"start": "2023-09-01", "end": "2023-06-28"}),
    "end_not_later": ({"end": "2024-06-30"}, {"end": "2024-07-01"}),
    "accepted_order": ({"end": "2024-06-01", "accepted": "2024-06-20"},
                       {"end": "2024-06-01", "accepted": "2024-05-20"}),
    "accepted_not_later": ({"accepted": "2024-06-30"}, {"accepted": "2024-07-15"}),
    "milestone_not_later": (milestone(actual="2024-06-30"), milestone(actual="2024-07-01")),
    "milestone_done": (milestone(state="完成", actual="2024-06-30"), milestone(state="完成")),
    "milestone_late": (milestone(state="完成", planned="2024-01-31", actual="2024-01-30"),
                       milestone(state="完成", planned="2024-01-31", actual="2024-02-26")),
    "overdue": ({"plan_end": "2024-06-30"}, {"plan_end": "2024-06-15"}),
    "accepted_stage": ({"stage": "已验收", "accepted": "2024-06-20", "acceptance_result": "通过"},
                       {"stage": "已验收", "accepted": "2024-06-20"}),
    "finished_stage": given("end", "2024-06-14", stage="待验收"),
    "confirmed_date": given("confirmed_on", "2024-06-20", confirmed=True),
    "confirmed_not_later": ({"confirmed_on": "2024-06-30"}, {"confirmed_on": "2024-07-01"}),
    "diagnosed_firm": ({"diagnosis": "diagnosis1"}, {"diagnosis": "diagnosis1", "enterprise": "firm2"}),
    "once": alone("lean_project", enterprise="firm1"),
    "same_contract": alone("lean_project", enterprise="firm1", contract_no="1"),
}

LEAN_PROGRESS: dict[str, Case] = {
    "percent_unit": (kpi(unit="%", value="99"), kpi(unit="%", value="0.99")),
    "paid_year": at_most("paid", "21", "paid_total", "9", "22"),
    "own_year": at_most("own", "18", "own_total", "6", "19"),
    "pass_and_defect": ({"kpis": [{"indicator": "一次合格率", "value": "95"}, {"indicator": "不良率", "value": "5"}]},
                        {"kpis": [{"indicator": "一次合格率", "value": "95"}, {"indicator": "不良率", "value": "15"}]}),
    "paid_quarter_positive": ({"paid_quarter": "0"}, {"paid_quarter": "-1"}),
    "own_quarter_positive": ({"own_quarter": "0"}, {"own_quarter": "-1"}),
    "paid_rolls": ({"paid_total": "21", "paid_quarter": "9", "previous": {"paid_total": "12"}},
                   {"paid_total": "21", "paid_quarter": "8", "previous": {"paid_total": "12"}}),
    "revision": given("revision_reason", "上季多报", paid_quarter="-1"),
    "paid_falls": rises("paid_total", "12", "21"),
    "own_falls": rises("own_total", "12", "21"),
    "progress_falls": rises("progress", "55", "78"),
    "milestones_fall": rises("milestones_done", 2, 3),
    "subsidy_limit": ({"paid_total": "40"}, {"paid_total": "40.01"}),
    "own_limit": ({"own_total": "28"}, {"own_total": "31"}),
    "ratio": ({"paid_total": "21", "previous": {"paid_total": "12"}},
              {"paid_total": "300", "previous": {"paid_total": "12"}}),
    "gain_growth": ({"gain": "14", "year_ago": {"gain": "10"}}, {"gain": "16", "year_ago": {"gain": "10"}}),
    "percent_range": ({"kpis": [{"indicator": "准交率", "unit": "%", "value": "95"}]},
                      {"kpis": [{"indicator": "准交率", "unit": "%", "value": "950"}]}),
    "stage_back": ({"previous": {"stage": "实施中"}}, {"previous": {"stage": "待验收"}}),
    "stage_project": ({}, {"stage": "待验收"}),
    "finished_progress": ({"stage": "已验收", "progress": "100"}, {"stage": "已验收", "progress": "90"}),
}

PARK: dict[str, Case] = {
    "parents_industrial": ({"industrial": "330402"}, {"industrial": "330481"}),
    "parents_mountain": ({"mountain": "331123"}, {"mountain": "331122"}),
    "host_side": ({"industrial": "330402", "mountain": "331123", "host": "331123"},
                  {"industrial": "330402", "mountain": "331123", "host": "331122"}),
    "shares_hundred": ({"shares": [{"share": "51"}, {"share": "49"}], "share_total": "100"},
                       {"shares": [{"share": "51"}], "share_total": "51"}),
    "tax_hundred": ({"mountain_tax": "60", "industrial_tax": "40"}, {"mountain_tax": "60", "industrial_tax": "60"}),
    "tax_both": ({"mountain_tax": "60", "industrial_tax": "40"}, {"mountain_tax": "60"}),
    "contribution_unit": ({"contributions": [{"kind": "资金", "amount": "3000", "unit": "万元"}]},
                          {"contributions": [{"kind": "资金", "amount": "3000"}]}),
    "approved_order": ({"approved": "2022-01-10", "started": "2022-03-18"},
                       {"approved": "2022-04-10", "started": "2022-03-18"}),
    "started_not_later": ({"started": "2024-06-30"}, {"started": "2024-07-01"}),
    "started_state": given("started", "2022-03-18", state="在建"),
    "same_park": alone("park", name="示例园区"),
}


_AMOUNTS = ("infra", "industry", "agreed", "arrived", "output", "revenue", "revenue_above", "research", "energy", "tax")
_SINCE_START = ("invest_total", "land_supplied", "land_built", "plant_built")
_GROWING = ("invest", "output", "revenue", "profit", "research", "energy", "tax")
_TWICE = [{"enterprise": "firm1"}, {"enterprise": "firm1"}]

PARK_PROGRESS: dict[str, Case] = {
    "land_available_within": at_most("land_available", "620", "land_planned", "410", "621"),
    "land_supplied_within": at_most("land_supplied", "410", "land_available", "286.5", "411"),
    "land_built_within": at_most("land_built", "286.5", "land_supplied", "262", "304.5"),
    "land_supplied_planned": at_most("land_supplied", "620", "land_planned", "410", "621"),
    "land_built_available": at_most("land_built", "410", "land_available", "262", "411"),
    "land_built_planned": at_most("land_built", "620", "land_planned", "262", "621"),
    "planned_register": ({"land_planned": "620"}, {"land_planned": "600"}),
    "invest_parts": ({"invest": "12480", "infra": "4260", "industry": "8220"},
                     {"invest": "12481", "infra": "4260", "industry": "8220"}),
    "plant_within": at_most("plant_let", "86400", "plant_built", "73850", "86401"),
    "revenue_within": at_most("revenue_above", "35905.5", "revenue", "30388", "36000"),
    "invest_rolls": ({"invest_total": "48930", "invest_quarter": "7169.5", "previous": {"invest_total": "41760.5"}},
                     {"invest_total": "48930", "invest_quarter": "7000", "previous": {"invest_total": "41760.5"}}),
    "revision": given("revision_reason", "上季多报", tax_quarter="-1"),
    **{f"{field}_falls": rises(field, "100", "120") for field in _AMOUNTS},
    "signed_falls": rises("signed", 2, 5),
    **{f"{field}_falls": rises(field, "100", "120") for field in _SINCE_START},
    "invest_since_start": at_most("invest", "48930", "invest_total", "12480", "48931"),
    "invest_year_quarter": at_most("invest_quarter", "12480", "invest", "7169.5", "12481"),
    "invest_quarter_positive": ({"invest_quarter": "0"}, {"invest_quarter": "-1"}),
    "invest_overrun": ({"invest_total": "165000"}, {"invest_total": "165001"}),
    "arrived_agreed": at_most("arrived", "36500", "agreed", "9120", "36501"),
    "producing_within": at_most("firms_producing", 23, "firms_in", 17, 24),
    "above_within": at_most("firms_above", 23, "firms_in", 7, 24),
    "above_producing": at_most("firms_above", 17, "firms_producing", 7, 18),
    "tax_per_mu": ({"tax": "1384.2", "land_built": "262", "tax_per_mu": "5.28"},
                   {"tax": "1384.2", "land_built": "262", "tax_per_mu": "5.2"}),
    "tax_per_mu_blank": ({"land_built": "0"}, {"land_built": "0", "tax_per_mu": "0"}),
    **{f"{f}_growth": grows(f) for f in _GROWING},
    "staff_growth": growth("staff"),
    **{f"{f}_ratio": unit_slip(f) for f in ("invest_total", "plant_built", "output", "revenue", "energy", "tax")},
    "staff_ratio": ratio("staff"),
    "milestone_not_later": ({"milestones": [{"content": "竣工", "actual": "2024-06-18"}]},
                            {"milestones": [{"content": "竣工", "actual": "2024-07-18"}]}),
    "firms_register": ({"firms_in": 1, "also": {"enterprise": [{"park": "park1"}]}}, {"firms_in": 2}),
    "firms_distinct": ({"firms": [{"enterprise": "firm1"}, {"enterprise": "firm2"}]}, {"firms": _TWICE}),
}

_DONE = {"enterprise": "firm1", "progress": "已完成"}

QUARTER_SUMMARY: dict[str, Case] = {
    "diagnosed_list": ({"diagnosed": 1, "also": {"diagnosis": [_DONE | {"stage": "诊断"}] * 2}}, {"diagnosed": 1}),
    "prediagnosed_list": ({"prediagnosed": 1, "also": {"diagnosis": [_DONE | {"stage": "预诊断"}]}},
                          {"prediagnosed": 2}),
    "projects_list": ({"lean_projects": 1}, {"lean_projects": 1, "also": {"lean_project": [{"stage": "实施中"}]}}),
    "parks_list": ({"parks": 1}, {"parks": 2}),
    "diagnosed_falls": rises("diagnosed", 24, 40),
    "prediagnosed_falls": rises("prediagnosed", 12, 18),
    "projects_fall": rises("lean_projects", 8, 10),
}


CASES: dict[str, dict[str, Case]] = {
    "bureau": BUREAU, "pairing": PAIRING, "enterprise": ENTERPRISE, "diagnosis": DIAGNOSIS,
    "lean_project": LEAN_PROJECT, "lean_progress": LEAN_PROGRESS, "park": PARK,
    "park_progress": PARK_PROGRESS, "cooperation_project": COOPERATION_PROJECT,
    "cooperation_progress": COOPERATION_PROGRESS, "chain_link": CHAIN_LINK, "investment_lead": INVESTMENT_LEAD,
    "digital_service": DIGITAL_SERVICE, "factor_exchange": FACTOR_EXCHANGE, "exchange_activity": EXCHANGE_ACTIVITY,
    "financing": FINANCING, "fund_use": FUND_USE, "county_indicators": COUNTY_INDICATORS,
    "quarter_summary": QUARTER_SUMMARY, "assessment": ASSESSMENT,
}
