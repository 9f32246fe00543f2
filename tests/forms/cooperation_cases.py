"""Cases of the rules of cooperation, matchmaking, funds, indicators and assessment; see ``rule_cases``."""

from tests.forms.case_makers import (
    Case,
    alone,
    at_most,
    before,
    forward,
    given,
    grows,
    growth,
    happened,
    rises,
    row,
    unit_slip,
)

_PAPERS = ("filed", "environment", "energy_review", "land_granted", "start", "end", "full")

COOPERATION_PROJECT: dict[str, Case] = {
    "host_side": ({}, {"host": "331122"}),
    "origin_side": ({}, {"origin": "330481"}),
    "moved": ({}, {"origin": "331123"}),
    "park_host": ({"park": "park1"}, {"park": "park1", "host": "331122"}),
    "fixed_within": at_most("fixed_investment", "12000", "total_investment", "9000", "12001"),
    "tax_within": at_most("tax_full", "1600", "profit_tax_full", "700", "1601"),
    "plan_order": before("planned_start", "planned_end"),
    "start_order": before("start", "end"),
    "full_order": before("end", "full"),
    "filed_order": before("filed", "start"),
    "land_order": before("land_granted", "start"),
    **{f"{field}_not_later": happened(field) for field in _PAPERS},
    "signed_stage": given("signed", "2023-03-20", stage="签约"),
    "started_stage": given("start", "2023-08-10", stage="开工"),
    "finished_stage": given("end", "2024-05-31", stage="竣工投产"),
    "full_stage": given("full", "2024-06-30", stage="达产"),
    "late_start": ({"stage": "签约", "planned_start": "2024-09-01"}, {"stage": "签约", "planned_start": "2024-06-01"}),
    "late_end": ({"stage": "试生产", "planned_end": "2024-06-30"}, {"stage": "试生产", "planned_end": "2024-06-29"}),
    "stage_back": forward("stage", "签约", "开工"),
    "ended_words": given("stage_words", "投资方调整布局", stage="已终止"),
    "capacity_within": row("capacities", {"product": "输送带", "now": "1060", "full": "6000"},
                           {"product": "输送带", "now": "6001", "full": "6000"}),
    "same_code": alone("cooperation_project", project_code="示例-1"),
    "same_name": alone("cooperation_project", name="示例项目"),
}

COOPERATION_PROGRESS: dict[str, Case] = {
    "fixed_within": at_most("fixed", "3600", "invest", "2900", "3601"),
    "invest_rolls": ({"invest_total": "8900", "invest_quarter": "2100", "previous": {"invest_total": "6800"}},
                     {"invest_total": "8900", "invest_quarter": "2000", "previous": {"invest_total": "6800"}}),
    "revision": given("revision_reason", "上季多报", tax_quarter="-1"),
    **{f"{f}_falls": rises(f, "100", "120")
       for f in ("invest", "fixed", "arrived", "output", "tax", "energy", "invest_total", "land_used")},
    "invest_since_start": at_most("invest", "8900", "invest_total", "3600", "8901"),
    "invest_year_quarter": at_most("invest_quarter", "3600", "invest", "2100", "3601"),
    "invest_quarter_positive": ({"invest_quarter": "0"}, {"invest_quarter": "-1"}),
    "invest_overrun": ({"invest_total": "13200"}, {"invest_total": "13201"}),
    **{f"{f}_growth": grows(f) for f in ("invest", "output", "tax", "energy")},
    **{f"{f}_ratio": unit_slip(f) for f in ("invest_total", "output", "tax", "energy")},
    "stage_back": forward("stage", "设备到位", "试生产"),
    "stage_project": ({}, {"stage": "达产"}),
    "produced_stage": given("output", "260", stage="竣工投产"),
    "capacity_within": COOPERATION_PROJECT["capacity_within"],
}

CHAIN_LINK: dict[str, Case] = {
    "demand_unit": row("demands", {"item": "工业丝", "amount": "6000", "unit": "吨"},
                       {"item": "工业丝", "amount": "6000"}),
    "delivered_within": at_most("delivered_total", "300", "contracted_total", "80", "301"),
    "paid_within": at_most("paid_total", "80", "delivered_total", "50", "81"),
    "attending_list": ({"attending": 1, "suppliers": [{"name": "甲"}]},
                       {"attending": 0, "suppliers": [{"name": "甲"}]}),
    "date_not_later": happened("date"),
    "trial_order": row("trials", {"product": "包装盒", "tested": "2024-04-10"},
                       {"product": "包装盒", "tested": "2024-03-10"}),
    "trial_not_later": row("trials", {"product": "包装盒", "tested": "2024-06-30"},
                           {"product": "包装盒", "tested": "2024-07-10"}),
    "outcome_back": forward("outcome", "在谈", "已签约"),
    "signed_sum": given("contracted_total", "300", outcome="已签约"),
    "delivered_sum": given("delivered_total", "80", outcome="已交付"),
    "suppliers_distinct": ({"suppliers": [{"name": "甲"}, {"name": "乙"}]}, {"suppliers": [{"name": "甲"}] * 2}),
    "same_link": alone("chain_link", title="示例对接", date="2024-03-15"),
}

INVESTMENT_LEAD: dict[str, Case] = {
    "two_sides": ({"referred_county": "331123"}, {"referred_county": "330402"}),
    "project_host": ({"project": "cooperation1", "referred_county": "331123"},
                     {"project": "cooperation1", "referred_county": "331122"}),
    "agreed_ratio": ({"agreed": "6000", "intended": "6000"}, {"agreed": "6000", "intended": "0.6"}),
    "land_limit": ({"intended": "6000", "land": "20"}, {"intended": "0.6", "land": "20"}),
    **{f"{field}_not_later": happened(field) for field in ("found", "referred", "signed")},
    "referred_order": before("found", "referred"),
    "signed_order": before("found", "signed"),
    "referred_both": ({"stage": "已推送", "referred": "2024-02-26", "referred_county": "331123"},
                      {"stage": "已推送", "referred": "2024-02-26"}),
    "signed_stage": given("signed", "2024-05-20", stage="签约"),
    "agreed_stage": given("agreed", "6000", stage="签约"),
    "started_project": given("project", "cooperation1", stage="落地开工"),
    "stage_back": forward("stage", "接洽", "考察"),
    "stopped_words": given("words", "投资方资金紧张", stage="搁置"),
    "code_given": given("code_name", "示例码", way="扫码共享"),
    "same_lead": alone("investment_lead", lead="示例信息"),
    "same_project": alone("investment_lead", project="cooperation1"),
}

DIGITAL_SERVICE: dict[str, Case] = {
    "investment_parts": ({"investment": "60", "support": "20", "own_money": "40"},
                         {"investment": "60", "support": "20", "own_money": "30"}),
    "paid_within": at_most("paid", "20", "support", "12", "21"),
    "plan_order": before("start", "plan_end"),
    "end_order": before("start", "end"),
    "end_not_later": happened("end"),
    "started_state": given("start", "2024-02-26"),
    "finished_state": given("end", "2024-06-21", state="已完成"),
    "finished_result": given("result", "订单齐套检查缩短", state="已完成"),
    "overdue": ({"plan_end": "2024-06-30"}, {"plan_end": "2024-06-29"}),
    "state_back": forward("state", "拟实施", "实施中"),
    "across": ({"helper_county": "330402"}, {"helper_county": "331123"}),
    "once": alone("digital_service", enterprise="firm1", kind="软件系统"),
}

_LAND = {"kind": "用地指标", "from_county": "331123", "to_county": "330402", "amount": "60", "done": "20", "unit": "亩"}

FACTOR_EXCHANGE: dict[str, Case] = {
    "item_sides": row("items", _LAND, _LAND | {"to_county": "331123"}),
    "from_side": row("items", _LAND, _LAND | {"from_county": "331122"}),
    "to_side": row("items", _LAND, _LAND | {"to_county": "331122"}),
    "done_within": row("items", _LAND, _LAND | {"done": "61"}),
    "item_unit": row("items", _LAND, {name: value for name, value in _LAND.items() if name != "unit"}),
    "land_unit": row("items", _LAND, _LAND | {"unit": "公顷"}),
    "money_unit": row("items", _LAND | {"kind": "资金", "unit": "万元"}, _LAND | {"kind": "资金", "unit": "元"}),
    "paid_within": at_most("paid", "1800", "price", "600", "1801"),
    "term_order": before("signed", "valid_until"),
    "signed_not_later": happened("signed"),
    "signed_state": given("signed", "2023-12-20"),
    "expired": ({"valid_until": "2025-12-31"}, {"valid_until": "2023-12-31"}),
    "state_back": forward("state", "已签订", "履行中"),
    "items_given": ({"items": [_LAND]}, {"items": []}),
    "same_number": alone("factor_exchange", agreement_no="示例-1"),
    "same_title": alone("factor_exchange", title="示例协议"),
}

EXCHANGE_ACTIVITY: dict[str, Case] = {
    "people_parts": ({"participants": 60, "entrepreneurs": 45, "officials": 15},
                     {"participants": 59, "entrepreneurs": 45, "officials": 15}),
    "dates_order": before("start", "end"),
    "start_not_later": happened("start"),
    "seconded_from": given("from_unit", "示例局", kind="挂职"),
    "seconded_to": given("to_unit", "南湖区经信商务局", kind="挂职"),
    "units_differ": ({"kind": "挂职", "from_unit": "甲局", "to_unit": "乙局"},
                     {"kind": "挂职", "from_unit": "甲局", "to_unit": "甲局"}),
    "agreement_name": given("agreement", "示例协议", kind="协议签订"),
    "people_given": given("participants", 60),
    "same_activity": alone("exchange_activity", title="示例培训", start="2024-03-21"),
}

FINANCING: dict[str, Case] = {
    "arrived_within": at_most("arrived", "500", "agreed", "300", "501"),
    "agreed_ratio": ({"agreed": "500", "intended": "500"}, {"agreed": "500", "intended": "0.05"}),
    "signed_order": before("contacted", "signed"),
    "arrived_order": before("signed", "arrived_on"),
    **{f"{field}_not_later": happened(field) for field in ("contacted", "signed", "arrived_on")},
    "signed_stage": given("signed", "2024-05-15", stage="签约"),
    "agreed_stage": given("agreed", "500", stage="签约"),
    "arrived_stage": given("arrived_on", "2024-05-27", stage="到位"),
    "arrived_sum": ({"stage": "到位", "arrived": "300"}, {"stage": "到位", "arrived": "0"}),
    "stage_back": forward("stage", "对接", "意向"),
    "once": alone("financing", enterprise="firm1", fund="示例基金", kind="银行贷款"),
}

_DOCUMENT = {"document_no": "示例文件1", "granted_on": "2024-03-08", "arrived_on": "2024-03-15"}

FUND_USE: dict[str, Case] = {
    **{f"track_{f}": ({f: "820", f"track_{f}": "820"}, {f: "820", f"track_{f}": "800"})
       for f in ("budget", "granted", "paid_out", "used")},
    "documents_sum": ({"granted": "3000", "document_total": "3000"}, {"granted": "3000", "document_total": "2000"}),
    "revision": given("revision_reason", "上季多报", used_quarter="-1"),
    **{f"{f}_falls": rises(f, "100", "120") for f in ("granted", "arrived", "paid_out", "used")},
    "rate_computed": ({"paid_out": "2650", "budget": "5200", "rate": "50.96"},
                      {"paid_out": "2650", "budget": "5200", "rate": "51"}),
    "rate_blank": ({"budget": "0"}, {"budget": "0", "rate": "0"}),
    **{f"{f}_growth": grows(f) for f in ("granted", "paid_out", "used")},
    **{f"{f}_ratio": unit_slip(f) for f in ("budget", "paid_out", "used")},
    "rate_range": ({"rate": "100"}, {"rate": "100.1"}),
    "document_order": row("documents", _DOCUMENT, _DOCUMENT | {"arrived_on": "2024-03-07"}),
    "document_not_later": row("documents", _DOCUMENT, _DOCUMENT | {"granted_on": "2024-07-01"}),
    "arrived_not_later": row("documents", _DOCUMENT, _DOCUMENT | {"arrived_on": "2024-07-01"}),
    "arrived_within": at_most("arrived", "3000", "granted", "3000", "3001"),
    "paid_within": ({"granted": "3000", "carried_in": "320", "paid_out": "3320"},
                    {"granted": "3000", "carried_in": "320", "paid_out": "3321"}),
    "used_within": at_most("used", "820", "paid_out", "510", "821"),
    "track_used_within": row("tracks", {"track": "1", "paid_out": "320", "used": "200"},
                             {"track": "1", "paid_out": "320", "used": "321"}),
    "execution": ({"rate": "90"}, {"rate": "50.96"}),
    "documents_distinct": ({"documents": [_DOCUMENT]}, {"documents": [_DOCUMENT, _DOCUMENT]}),
    "finance_agrees": ({"finance_paid": "820", "paid_out": "820"}, {"finance_paid": "800", "paid_out": "820"}),
    "finance_confirms": ({"finance_confirmed": True}, {"finance_confirmed": False}),
    "finance_asked": given("finance_confirmed", True),
}

COUNTY_INDICATORS: dict[str, Case] = {
    "leading_within": at_most("leading_output", "285000", "output", "62000", "285001"),
    "revision": given("revision_reason", "上季多报", output_quarter="-1"),
    **{f"{f}_falls": rises(f, "100", "120") for f in ("manufacturing", "output", "leading_output")},
    "share_computed": ({"leading_output": "62000", "output": "285000", "leading_share": "21.75"},
                       {"leading_output": "62000", "output": "285000", "leading_share": "52.1"}),
    **{f"{f}_limit": ({f: "-50"}, {f: "-50.1"}) for f in ("manufacturing_growth", "output_growth")},
    "leading_output_growth": grows("leading_output"),
    "firms_above_growth": growth("firms_above"),
    **{f"{f}_ratio": unit_slip(f) for f in ("manufacturing", "output", "leading_output")},
    "share_range": ({"leading_share": "52.1"}, {"leading_share": "521"}),
    "giant_within": at_most("little_giant", 20, "special", 3, 21),
    **{f"{f}_missing": given(f, "8.4")
       for f in ("manufacturing", "output", "manufacturing_growth", "output_growth")},
}

_INDICATOR = {"number": "1.1", "indicator": "示例指标", "nature": "≥", "weight": "6", "target": "5", "actual": "6",
              "score": "6", "evidence": "1-01"}
_QUALITY = {"number": "7.1", "indicator": "示例指标", "nature": "定性", "weight": "6", "score": "5.4",
            "done": "九个已确认"}


def indicator(**bad: object) -> Case:
    """Return a case of one indicator."""
    return row("indicators", _INDICATOR, _INDICATOR | bad)


ASSESSMENT: dict[str, Case] = {
    "weights_hundred": ({"weight_total": "100"}, {"weight_total": "98"}),
    "score_limit": indicator(score="6.1"),
    "total_sum": ({"total": "95", "score_total": "94", "bonus": "2", "deduction": "1"},
                  {"total": "96", "score_total": "94", "bonus": "2", "deduction": "1"}),
    "actual_missing": indicator(actual=None),
    "score_missing": row("indicators", _QUALITY, _QUALITY | {"score": None}),
    "done_missing": row("indicators", _QUALITY, _QUALITY | {"done": None}),
    "target_missing": indicator(target="0"),
    "target_equal": row("indicators", _INDICATOR | {"nature": "=", "target": "0"},
                        _INDICATOR | {"nature": "=", "target": None}),
    "drawn_differs": row("indicators", _INDICATOR | {"recorded": "6"}, _INDICATOR | {"recorded": "5"}),
    "missed_reason": row("indicators", _QUALITY | {"reason": "一个待确认", "measures": "一月确认"}, _QUALITY),
    "evidence_missing": indicator(evidence=None),
    "bonus_reason": given("bonus_words", "省级表彰", bonus="2"),
    "bonus_limit": ({"bonus": "10"}, {"bonus": "10.01"}),
    "deduction_limit": ({"deduction": "10"}, {"deduction": "10.01"}),
    "total_least": ({"score_total": "5", "bonus": "1", "deduction": "6"},
                    {"score_total": "5", "bonus": "1", "deduction": "6.01"}),
    "numbers_distinct": ({"indicators": [_INDICATOR, _QUALITY]}, {"indicators": [_INDICATOR, _INDICATOR]}),
    "evidence_distinct": ({"evidence": [{"number": "1-01"}, {"number": "1-02"}]},
                          {"evidence": [{"number": "1-01"}] * 2}),
}
