"""What must hold of a form beyond its shape: names resolve, types have what they need, expressions compile."""

import keyword
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation

from pairing_desktop import paths
from pairing_desktop.formspec.compiling import Surroundings, guess
from pairing_desktop.formspec.coverage import missing_glyphs
from pairing_desktop.formspec.definition import Field, Form, Limit
from pairing_desktop.formspec.fieldtypes.choices import SEPARATORS
from pairing_desktop.formspec.program import CompiledRule, build
from pairing_desktop.formspec.values import MARK_WORDS, MARKS, NotUnderstood

Tell = Callable[..., None]
"""``tell(path, code, **place)`` takes one problem."""

SIDES = {"left": ("left",), "right": ("right",), "difference": ("left", "right"), "growth": ("left", "right"),
         "change": ("left",)}
"""The sides of a rule that each word of its message speaks of."""
NOT_IN_A_ROW = ("table",)
LONGEST_TITLE = 28
"""Characters of a form's title that one line of an upright page holds."""
ID = re.compile(r"[a-z]([a-z0-9_]*[a-z0-9])?")


def lint(form: Form, forms: Mapping[str, Form], limits: Mapping[str, Limit], tell: Tell) -> Surroundings:
    """Report everything wrong with a form; return what its expressions used of the others."""
    _ids(form, tell)
    for field in form.fields:
        _field(field, forms, tell, path=f"fields.{field.id}")
    _names(form, forms, tell)
    around = Surroundings(
        form,
        lambda form_id, name: forms[form_id].by_id.get(name),
        forms.__contains__,
        lambda: forms,
        {name: limit.value for name, limit in limits.items()},
        lambda form_id: forms[form_id].by_id,
    )
    parts = build(form, around, lambda where, code, **place: tell(where, f"expression.{code}", **place))
    for rule in parts.rules:
        _rule(rule, tell, path=f"rules.{rule.rule.id}")
    return around


def _rule(compiled: CompiledRule, tell: Tell, path: str) -> None:
    """Report a rule that says the same of every record, and a message of a side that the rule does not have."""
    if compiled.check.constant:
        tell(path, "expression.constant", text=compiled.rule.check)
    rule = compiled.rule
    absent = {"left": compiled.left is None and not rule.left, "right": compiled.right is None and not rule.right}
    for name in dict.fromkeys(re.findall(rf"(?<!\{{)\{{({'|'.join(SIDES)})\}}", rule.message)):
        lacking = [side for side in SIDES[name] if absent[side]]
        if lacking:
            tell(path, "expression.template_side", name=name, side="、".join(lacking))


def _repeated(words: Iterable[str]) -> list[str]:
    return [word for word, times in Counter(words).items() if times > 1]


def _ids(form: Form, tell: Tell) -> None:
    groups = {
        "sections": [section.id for section in form.sections],
        "fields": [field.id for field in form.fields],
        "rules": [rule.id for rule in form.rules],
        **{f"fields.{field.id}": [column.id for column in field.columns] for field in form.tables},
    }
    for path, words in groups.items():
        for word in _repeated(words):
            tell(f"{path}.{word}", "repeated", id=word)
        for word in dict.fromkeys(words):
            if not ID.fullmatch(word) or keyword.iskeyword(word):
                tell(f"{path}.{word}", "bad_id", id=word)
    _codes(form.fields, "fields", tell)
    for field in form.tables:
        _codes(field.columns, f"fields.{field.id}", tell)
    if form.version < 1:
        tell("version", "version", version=form.version)
    if len(form.title) > LONGEST_TITLE:
        tell("title", "long_title", length=len(form.title), most=LONGEST_TITLE)
    for place, section in enumerate(form.sections):
        if not section.fields:
            tell(f"sections[{place}]", "no_fields", title=section.title)


def _codes(fields: Sequence[Field], path: str, tell: Tell) -> None:
    """Report line codes that stand twice: notes and findings quote them."""
    labels: dict[str, str] = {}
    for field in fields:
        if field.code and field.code in labels:
            tell(f"{path}.{field.id}.code", "repeated_code", number=field.code, label=field.label,
                 other=labels[field.code])
        labels.setdefault(field.code, field.label)


def _field(field: Field, forms: Mapping[str, Form], tell: Tell, path: str) -> None:
    _belongs(field, tell, path)
    if field.type == "reference" and field.form not in forms:
        tell(f"{path}.form", "form" if field.form else "needs", name=field.form, key="form", type=field.type,
             guess=guess(field.form, forms))
    if field.type in ("choice", "choices") and not field.choices and not field.choices_from:
        tell(path, "needs", key="choices", type=field.type)
    if field.type == "table" and not field.columns:
        tell(path, "needs", key="columns", type=field.type)
    _choices(field, tell, path)
    for name in field.marks:
        if name not in MARKS:
            tell(f"{path}.marks", "mark", name=name, guess=guess(name, MARKS))
    if field.nature and field.nature not in MARK_WORDS["nature"]:
        tell(f"{path}.nature", "wants_word", text=field.nature, words="、".join(MARK_WORDS["nature"]), guess="")
    for column in field.columns:
        if column.type in NOT_IN_A_ROW:
            tell(f"{path}.{column.id}", "in_row", type=column.type)
        else:
            _field(column, forms, tell, path=f"{path}.{column.id}")
    if _bounds(field, tell, path):
        _typed(field, tell, path)


_ONLY_FOR: Mapping[str, tuple[str, ...]] = {
    "choices": ("choice", "choices"), "choices_from": ("choice", "choices"), "form": ("reference",),
    "columns": ("table",), "rows": ("table",), "blank_rows": ("table",),
    "min_": ("whole", "decimal", "percent"), "max_": ("whole", "decimal", "percent"),
    "signed": ("whole", "decimal", "percent"),
    "max_length": ("text", "long_text"), "unit": ("whole", "decimal", "percent"),
    "cumulative": ("whole", "decimal", "percent"),
    "secret": ("attachment",),
}


def _belongs(field: Field, tell: Tell, path: str) -> None:
    for name, types in _ONLY_FOR.items():
        if getattr(field, name) and field.type not in types:
            tell(path, "no_use", key=name.rstrip("_"), type=field.type)
    if field.compute and field.type in ("table", "attachment"):
        tell(path, "no_use", key="compute", type=field.type)
    if field.compute and field.required and not field.compute_when:
        tell(path, "no_use", key="required", type="compute")
    if missing := missing_glyphs(field.label):
        tell(path, "glyph", characters=missing)
    if field.compute_when and not field.compute:
        tell(path, "needs", key="compute", type="compute_when")
    if not 0 <= field.scale <= 8:
        tell(f"{path}.scale", "scale", scale=field.scale)


def _choices(field: Field, tell: Tell, path: str) -> None:
    for word in dict.fromkeys(_repeated(c.code for c in field.choices) + _repeated(c.label for c in field.choices)):
        tell(f"{path}.choices", "repeated", id=word)
    for choice in field.choices:
        if not choice.code or not choice.label:
            tell(f"{path}.choices", "empty_choice")
        if field.type == "choices" and SEPARATORS.search(choice.label):
            tell(f"{path}.choices", "separator", label=choice.label)


def _bounds(field: Field, tell: Tell, path: str) -> bool:
    """Check min and max; tell whether the field's converter can be made."""
    good = True
    for name, text in (("min", field.min_), ("max", field.max_)):
        try:
            number = not text or Decimal(text).is_finite()
        except InvalidOperation:
            number = False
        if not number:
            tell(f"{path}.{name}", "wants_number", text=text)
            good = False
    if good and field.min_ and field.max_ and Decimal(field.min_) > Decimal(field.max_):
        tell(f"{path}.min", "bounds", least=field.min_, most=field.max_)
        return False
    return good


def _typed(field: Field, tell: Tell, path: str) -> None:
    """Check texts that are typed for the clerk: defaults and preset rows."""
    if field.type in {"reference", "attachment"}:
        return
    if field.default:
        _one_typed(field, field.default, tell, f"{path}.default")
    for place, row in enumerate(field.rows, start=1):
        for name, text in row.items():
            column = field.column_by_id.get(name)
            if column is None:
                tell(f"{path}.rows", "unknown_key", key=name, guess=guess(name, field.column_by_id))
            else:
                _one_typed(column, text, tell, f"{path}.rows[{place}].{name}")


def _one_typed(field: Field, text: str, tell: Tell, path: str) -> None:
    try:
        why = field.converter.problem(field.converter.parse(text).value)
    except NotUnderstood as refused:
        why = refused.message
    if why:
        tell(path, "default", text=text, why=why)


OF_FIELDS = {"list.columns": "table_column", "list.sort": "table_unsorted", "natural_key": "table_key"}
"""Where a form names fields and a table cannot stand, with what is said of one."""


def _no_tables(form: Form, named: Mapping[str, Sequence[str]], tell: Tell) -> None:
    """Check that a list and a key are of fields, and that no column of a list stands there twice."""
    tables = {table.id for table in form.tables}
    for path, code in OF_FIELDS.items():
        for name in dict.fromkeys(named[path]):
            if name in tables:
                tell(path, code, name=name)
    for name in _repeated(form.list.columns):
        tell("list.columns", "column_twice", name=name)


def _names(form: Form, forms: Mapping[str, Form], tell: Tell) -> None:
    """Check every place where the form names its own fields or another form."""
    ids = list(form.by_id)
    named: dict[str, Sequence[str]] = {
        "name": [form.name], "date": [form.date], "list.sort": [form.list.sort.removeprefix("-")],
        "list.columns": form.list.columns, "print.columns": [column.field for column in form.print.columns],
        "natural_key": [name for name in form.natural_key if name not in ("subject", "period")],
    }
    for path, names in named.items():
        _known(path, names, ids, tell)
    _no_tables(form, named, tell)
    if form.date in ids and form.by_id[form.date].type not in ("date", "quarter"):
        tell("date", "date_type", name=form.date)
    if form.subject and form.subject not in forms:
        tell("subject", "form", name=form.subject, guess=guess(form.subject, forms))
    elif form.subject and (form.kind == "register" or form.subject == form.id):
        tell("subject", "no_use", key="subject", type=form.kind)
    if form.icon and not paths.resource("icons", f"{form.icon}_regular.svg").is_file():
        tell("icon", "icon", name=form.icon, guess=guess(form.icon, _icons()))
    for field in form.fields:
        _known(f"fields.{field.id}.quarter_of", [field.quarter_of], ids, tell)
        if field.quarter_of in ids and not form.by_id[field.quarter_of].cumulative:
            tell(f"fields.{field.id}.quarter_of", "not_cumulative", name=field.quarter_of)
    _known("renames", [new for new in form.renames.values() if not _is_path(form, new)], ids, tell)
    _pictures(form, tell)
    _beside(form, forms, tell)
    _layout(form, tell)


def _icons() -> list[str]:
    return sorted(file.name.removesuffix("_regular.svg") for file in paths.resource("icons").glob("*_regular.svg"))


def _known(path: str, names: Iterable[str], known: Iterable[str], tell: Tell) -> None:
    for name in names:
        if name and name not in known:
            tell(path, "no_field", name=name, guess=guess(name, known))


def _pictures(form: Form, tell: Tell) -> None:
    tables = {field.id: field for field in form.tables}
    for picture in form.print.pictures:
        _known("print.pictures", [picture.table], tables, tell)
        if picture.table in tables:
            columns = tables[picture.table].column_by_id
            _known("print.pictures", (picture.name, picture.value, picture.against, picture.full), columns, tell)


def _beside(form: Form, forms: Mapping[str, Form], tell: Tell) -> None:
    references = [field.id for field in form.fields if field.type == "reference"]
    for beside in form.print.beside:
        _known("print.beside", [beside.after], references, tell)
        target = forms.get(form.by_id[beside.after].form) if beside.after in references else None
        if target is not None and beside.field not in target.by_id:
            tell("print.beside", "no_field", name=beside.field, guess=guess(beside.field, target.by_id),
                 form=target.id)


def _is_path(form: Form, path: str) -> bool:
    try:
        form.field(path)
    except KeyError:
        return False
    return True


def _layout(form: Form, tell: Tell) -> None:
    if form.print.layout == "roster" and not form.print.columns:
        tell("print", "needs", key="columns", type="roster")
    if form.kind in ("quarterly", "yearly") and (form.date or form.closed):
        tell("kind", "no_use", key="date" if form.date else "closed", type=form.kind)
    if not form.name and form.kind in ("register", "event"):
        tell("name", "needs", key="name", type=form.kind)


