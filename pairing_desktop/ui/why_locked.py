"""Why nothing can be typed somewhere: one line for whoever tries."""

from typing import TYPE_CHECKING

from pairing_desktop.formspec.definition import Field, Form
from pairing_desktop.ui.labels import plain

if TYPE_CHECKING:
    from pairing_desktop.ui.entry import Entry


def why_locked(entry: "Entry", path: str) -> str:
    """Return why a path cannot be typed into, and what to do where that can be changed."""
    if entry.workspace.readonly:
        return "数据文件以只读方式打开，不能填写"
    if entry.opened.locked:
        return f"{entry.opened.locked}，不能修改"
    if not path:
        return "上期的数只供对照，不能填写"
    field = entry.form.field(path)
    if field.type == "attachment":
        return f"“{plain(field.label)}”是文件：按 F2 选文件"
    computed = f"“{plain(field.label)}”由程序计算，不用填"
    deciding = "、".join(f"“{plain(f.label)}”" for f in _deciding(entry.form, path, field))
    return f"{computed}；要自己填，先改{deciding}" if deciding else computed


def _deciding(form: Form, path: str, field: Field) -> list[Field]:
    """Return the fields that decide whether another is computed."""
    table = f"{path.partition('/')[0]}." if "/" in path else ""
    guards = [one.guard for one in form.program.computations if one.path == f"{table}{field.id}" and one.guard]
    return [form.field(name.replace(".", "/-/")) for guard in guards for name in sorted(guard.uses)]
