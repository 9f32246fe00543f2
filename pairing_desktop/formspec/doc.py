"""The field reference ``forms/README.md``, generated from the forms and the grammar."""

from collections.abc import Iterable, Mapping, Sequence

from pairing_desktop.formspec import grammar
from pairing_desktop.formspec.catalogue import Catalogue
from pairing_desktop.formspec.compiling import COUNTY_MEMBERS, VARIABLES
from pairing_desktop.formspec.definition import Field, Form
from pairing_desktop.formspec.functions import FUNCTIONS, SPECIAL

KINDS = {"register": "台账", "event": "事项", "quarterly": "季报", "yearly": "年报"}
FILLS = {"M": "山区县", "I": "工业大县", "L": "牵头方"}
LEVELS = {"error": "强制性", "query": "核实性"}
LANGUAGE = (
    "加减乘除、比较（可连写 `0 <= x <= 100`）、`and` `or` `not`、`in`、`甲 if 条件 else 乙`。"
    "空白参与计算或比较，结果为空白，审核关系此时不适用；无按 0 计算和比较；除以 0 或无为空白；四舍五入。"
    "是否型字段直接写字段名：`solved` 是，`not solved` 否；没有 true、false。"
    "逐行审核的关系里，列名先于字段名。计算出来的数继承所用数字的限定词（以上、约……）。\n"
)
SIGNATURES: Mapping[str, str] = {
    "previous": "previous(字段)",
    "year_ago": "year_ago(字段)",
    "this_quarter": "this_quarter(字段)",
    "rows": "rows(表格, 列=值).列",
    "records": 'records("表", 字段=值).字段',
    "rank": "rank(字段)",
}


def reference_text(catalogue: Catalogue) -> str:
    """Return the whole Markdown text."""
    parts = [_opening(), _grammar(), _types(), _expressions(), _limits(catalogue), _contents(catalogue)]
    return "\n".join([*parts, *map(_form, catalogue.forms)]).rstrip() + "\n"


def _cell(text: str) -> str:
    return text.replace("\\n", "").replace("\n", "").replace("|", "\\|")


def _code(text: str) -> str:
    return f"`{_cell(text)}`" if text else ""


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return "\n".join(lines + [f"| {' | '.join(row)} |" for row in rows]) + "\n"


def _opening() -> str:
    return (
        "# 表式与字段说明\n\n"
        "本文件由 `pairing-desktop forms doc` 生成，请勿手改。"
        "表式是数据：增加一张表、一个字段，只改 `forms/` 里的 YAML；"
        "屏幕、列表、工作簿、PDF、报送包、审核都随之而来。\n"
    )


def _grammar() -> str:
    parts = [
        "## 表式文件的写法\n",
        "值都照写的读（`code: 02` 就是“02”）。写错的键会提示最像的，所有错误一次列出。\n",
    ]
    groups = [
        ("表", grammar.FORM_KEYS),
        ("字段 sections.fields、columns", grammar.FIELD_KEYS),
        ("审核关系 rules", grammar.RULE_KEYS),
        *grammar.OTHER_KEYS.values(),
    ]
    for title, keys in groups:
        parts += [f"### {title}\n", _table(["键", "含义"], [[_code(key), _cell(text)] for key, text in keys.items()])]
    return "\n".join(parts)


def _types() -> str:
    rows = [[_code(name), *map(_cell, words[:2]), _code(words[2])] for name, words in grammar.TYPES.items()]
    more = "空白、0、无是三个不同的值：空白不存，无存为“无”。"
    more += "只有数字、文字、附件可以填无（文字里就是这个字）；选项里有“无”的另算。"
    more += "看不懂的输入原样留在 raw 里，是一条强制性问题。\n"
    return "## 字段类型\n\n" + _table(["type", "类型", "可以这样填", "存为（JSON）"], rows) + "\n" + more


def _expressions() -> str:
    plain = [
        [_code(f"{name}({'…' if spec.repeats or len(spec.takes) > 1 else 'x'})"), _cell(spec.text)]
        for name, spec in FUNCTIONS.items()
    ]
    special = [[_code(SIGNATURES[name]), _cell(text)] for name, text in SPECIAL.items()]
    names = [[_code(name), _cell(text)] for name, (_, text) in VARIABLES.items()]
    dots = [
        ["`表格.列`", "一列值"],
        ["`引用字段.字段`", "所引用记录的一项"],
        ["`subject.字段`", "所属记录的一项"],
        ["`limit.名称`", "thresholds.yaml 里的界限"],
        ["`县字段." + " / ".join(COUNTY_MEMBERS) + "`", "县的代码、名称、市、是否 26 县、退出名单的时间"],
    ]
    return "\n".join(
        [
            "## 计算式与审核式\n",
            LANGUAGE,
            _table(["函数", "含义"], [*plain, *special]),
            _table(["名称", "含义"], names),
            _table(["点号", "含义"], dots),
        ]
    )


def _limits(catalogue: Catalogue) -> str:
    rows = [
        [_code(f"limit.{name}"), limit.value, _cell(limit.title), _cell(limit.source)]
        for name, limit in catalogue.limits.items()
    ]
    return "## 审核界限\n\n" + _table(["名称", "数值", "含义", "出处"], rows)


def _contents(catalogue: Catalogue) -> str:
    rows = [
        [
            _code(f.id),
            _cell(f.title),
            KINDS[f.kind],
            "、".join(FILLS[w] for w in f.fills),
            "是" if f.joint else "",
            str(len(f.fields)),
            str(len(f.rules)),
        ]
        for f in catalogue.forms
    ]
    return "## 现有的表\n\n" + _table(["表", "名称", "种类", "谁填", "共同", "字段", "审核关系"], rows)


def _form(form: Form) -> str:
    parts = [f"## {form.title} `{form.id}`\n", f"第 {form.version} 版。{form.help}\n"]
    if form.subject:
        parts.append(f"所属：`{form.subject}`。\n")
    for section in form.sections:
        parts.append(f"### {section.title}\n")
        plain = [field for field in section.fields if field.type != "table"]
        if plain:
            parts.append(_fields(plain))
        parts += [
            f"表格 `{t.id}`：{_cell(t.label)}。{t.help}\n\n{_fields(t.columns)}"
            for t in section.fields
            if t.type == "table"
        ]
    if form.rules:
        parts += ["### 审核关系\n", _rules(form)]
    return "\n".join(parts)


def _fields(fields: Iterable[Field]) -> str:
    rows = [
        [_cell(f.code), _code(f.id), _cell(f.label), _type(f), _cell(f.unit), "是" if f.required else "", _about(f)]
        for f in fields
    ]
    return _table(["代码", "字段", "名称", "类型", "单位", "必填", "说明"], rows)


def _type(field: Field) -> str:
    name = grammar.TYPES[field.type][0]
    return f"{name} → `{field.form}`" if field.type == "reference" else name


def _about(field: Field) -> str:
    words = [_cell(field.help)]
    if field.choices:
        shown = "、".join(c.label if c.code == c.label else f"{c.code} {c.label}" for c in field.choices)
        words.append(f"选项：{_cell(shown)}")
    if field.compute:
        when = f"，当 {_code(field.compute_when)}" if field.compute_when else ""
        words.append(f"计算：{_code(field.compute)}{when}")
    return "<br>".join(word for word in words if word)


def _rules(form: Form) -> str:
    rows = []
    for rule in form.rules:
        check = _code(rule.check) + (f"<br>当 {_code(rule.when)}" if rule.when else "")
        check += f"<br>逐行 `{rule.table}`" if rule.table else ""
        rows.append([rule.number, _code(rule.id), LEVELS[rule.level], check, _code(rule.at), _cell(rule.message)])
    return _table(["编号", "关系", "级别", "应当成立", "定位", "提示"], rows)
