"""Names as lists have them: numbered, with marks, with a word on the firm in brackets."""

from pathlib import Path

import pytest

from pairing_desktop.services.workspace import Workspace
from tests.services import sheets, small


@pytest.mark.parametrize("written", ["1.遂昌带号厂", "2、遂昌带号厂", "（3）遂昌带号厂", "④ 遂昌带号厂",
                                     "12．遂昌带号厂", "★遂昌带号厂", "遂昌带号厂*", "※ 5.遂昌带号厂"])
def test_a_lists_own_numbers_and_marks_are_no_part_of_a_name(ws: Workspace, tmp_path: Path, written: str) -> None:
    small.put(ws, "firm", name="遂昌带号厂")
    path = sheets.write(tmp_path / "表.xlsx", [("企业名称", "营业收入（万元）"), (written, 12)])
    _, plan = sheets.plan(ws, path, "firm")
    assert [(row.fate.label, row.fate.state) for row in plan.rows] == [("遂昌带号厂", "changed")]
    assert f"“企业名称”的“{written}”按“遂昌带号厂”读入" in plan.notes
    visits = sheets.write(tmp_path / "走访.xlsx", [("企业", "日期"), (written, "2024-05-07")])
    _, plan = sheets.plan(ws, visits, "visit")
    assert [(row.fate.label, row.fate.state) for row in plan.rows] == [("遂昌带号厂", "new")]


@pytest.mark.parametrize("name", ["3.5万吨竹纤维厂", "360度设计公司", "3D打印公司", "（香港）竹业公司", "2号车间"])
def test_what_only_looks_like_a_number_or_mark_stays(ws: Workspace, tmp_path: Path, name: str) -> None:
    path = sheets.write(tmp_path / "表.xlsx", [("企业名称", "曾用名"), ("示例乙厂", "1.老乙"), (name, "")])
    _, plan = sheets.plan(ws, path, "firm")
    assert [row.fate.label for row in plan.rows] == ["示例乙厂", name]
    assert plan.rows[0].fate.payload["values"]["former"] == "1.老乙"


def test_a_word_on_the_firm_in_its_name_is_asked_about(ws: Workspace, tmp_path: Path) -> None:
    names = ["遂昌甲厂（停产）", "遂昌乙厂(原遂昌旧名厂)", "遂昌丙厂（有限合伙）"]
    path = sheets.write(tmp_path / "表.xlsx", [("企业名称", "营业收入（万元）"), *((name, 12) for name in names)])
    _, plan = sheets.plan(ws, path, "firm")
    assert [row.fate.label for row in plan.rows] == names
    said = {one.row: one.message for one in plan.findings if one.field == "name"}
    assert said == {2: "名称里的“（停产）”像是说明，不是名称，请核对",
                    3: "名称里的“(原遂昌旧名厂)”像是说明，不是名称，请核对"}


@pytest.mark.parametrize(("text", "person", "phone"), [
    ("王某1 0578-81123456", "王某1", "0578-81123456"), ("王某（13800000000）", "王某", "13800000000"),
    ("王某、李某，电话：0578-8112345转801", "王某、李某", "0578-8112345转801"), ("办公室", "办公室", None),
    ("王某\n0578-81123456", "王某", "0578-81123456"),
    ("王某13800000000/8112345", "王某", "13800000000、8112345"), ("0578-81123456", "0578-81123456", None)])
def test_a_person_and_a_telephone_in_one_cell_go_to_both_fields(county_ws: Workspace, tmp_path: Path, text: str,
                                                                person: str, phone: str | None) -> None:
    path = sheets.write(tmp_path / "表.xlsx", [("企业名称", "联系人及电话"), ("遂昌甲厂", text)])
    _, plan = sheets.plan(county_ws, path, "enterprise", keep_errors=True)
    values = plan.rows[0].fate.payload["values"]
    assert (values["contact"], values.get("phone")) == (person, phone)
    both = sheets.write(tmp_path / "乙.xlsx", [("企业名称", "联系人", "电话"), ("遂昌甲厂", text, "0578-8222222")])
    _, plan = sheets.plan(county_ws, both, "enterprise", keep_errors=True)
    assert plan.rows[0].fate.payload["values"]["contact"] == text.replace("\n", " ")
