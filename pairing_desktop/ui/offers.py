"""What a field with a list offers while one types in it, and how to say what a field accepts."""

from pairing_desktop.formspec.definition import Field
from pairing_desktop.formspec.fieldtypes.choices import counties, find, matching, options
from pairing_desktop.formspec.reference import county
from pairing_desktop.formspec.values import NotUnderstood
from pairing_desktop.services import entering
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.ui.drop_list import Offer

LIMIT, TYPED = 60, 20
"""Records offered before anything is typed, and while one types."""

WAYS = {
    "whole": "可写 1,200、1200、１２００、1.2万；没有填 0 或无",
    "percent": "可写 65.2、65.2%、99以上",
    "date": "可写 20240331、2024-3-31、2024年3月31日、3.31",
    "quarter": "可写 2024Q2、2024年二季度、二季度",
    "choice": "可写文字的一部分、代码或拼音首字母",
    "choices": "可选多项，用顿号分开；可写拼音首字母",
    "county": "可写名称、六位代码或拼音首字母",
    "reference": "可写名称的一部分、信用代码或拼音首字母",
    "yes_no": "可写 是、否、y、n",
    "credit_code": "18 位；还没有就空着，会提示待补",
    "attachment": "按 Enter 选择文件",
}


def offers(workspace: Workspace, field: Field, text: str) -> list[Offer]:
    """Return what can be chosen in a field, what matches ``text`` best first."""
    if field.type == "reference":
        limit = TYPED if text.strip() else LIMIT
        records = entering.choices(workspace, field.form, text, limit)
        records = records or (entering.near(workspace, field.form, text) if text.strip() else [])
        return [Offer(o.key, o.label, "名称相近" if o.near else o.detail, near=o.near) for o in records]
    if field.type == "yes_no":
        return _yes_no(field, text)
    if field.type == "county":
        about = workspace.about
        found = matching(counties((about.county, about.partner)), text)[:LIMIT]
        return [Offer(o.code, o.label, c.city if (c := county(o.code)) else "") for o in found]
    return [Offer(o.code, o.label) for o in matching(options(field), text)[:LIMIT]]


def _yes_no(field: Field, text: str) -> list[Offer]:
    try:
        said = field.converter.parse(text).value
    except NotUnderstood:
        said = None
    return [offer for offer in (Offer(value=True, label="是"), Offer(value=False, label="否"))
            if said in (None, offer.value)]


def meant(field: Field, text: str, found: list[Offer]) -> Offer | None:
    """Return the offer that typed text can only mean; None where it may mean several, or none."""
    found = [offer for offer in found if not offer.near]
    if field.type in ("reference", "yes_no"):
        exact = [offer for offer in found if text.strip() in (offer.label, offer.value)]
    else:
        codes = [option.code for option in find(options(field), text)]
        exact = [offer for offer in found if offer.value in codes]
    few = exact or found
    return few[0] if len(few) == 1 else None


def ways(field: Field) -> str:
    """Return in words what can be typed into a field."""
    if field.type == "decimal":
        return f"可写 26、26万、0.0026亿（{field.unit}）" if field.unit == "万元" else "可写 1,200.5、1.2万、99以上"
    return WAYS.get(field.type, "")
