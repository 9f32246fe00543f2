"""A strict reader of YAML into structs: every fault found, each with its line; scalars stay as written ("02" is 02)."""

import typing
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

import msgspec
from msgspec import Struct, field

from pairing_desktop.formspec.compiling import guess
from pairing_desktop.formspec.definition import SCALED_TYPES, Choice, Field, Form, Rule, Section
from pairing_desktop.formspec.indicators import YEARLY, Draw, Grade, Indicator, IndicatorSet, Rating

Report = Callable[..., None]
"""``report(line, path, code, **place)``."""

_TRUE, _FALSE = ("true", "yes", "on"), ("false", "no", "off")


MAXIMUM_NODES = 50_000
MAXIMUM_DEPTH = 12
MAXIMUM_NUMBER = 1_000_000
LEAST: Mapping[str, int] = {"max_length": 1, "width": 0, "indent": 0, "blank_rows": 1}
"""The least number that may be written; leaving the key out says "as usual"."""
MOST: Mapping[str, int] = {"blank_rows": 99, "width": 267}
"""The greatest number that may be written; no page is wider in mm."""


STAND_INS: Mapping[type, Mapping[str, Any]] = {
    Form: {"version": 1, "title": "", "short": "", "group": "台账", "order": 0, "kind": "register"},
    Rule: {"level": "error"},
    IndicatorSet: {"id": "", "title": "", "term": YEARLY, "source": ""},
    Indicator: {"id": "", "level1": "", "level2": "", "label": "", "nature": "", "weight": ""},
    Draw: {"name": "", "form": ""},
    Grade: {"label": "", "least": ""},
    Rating: {"label": "", "share": ""},
}
"""What stands for a required member that could not be read, so that the rest is looked through in the same run."""
_HOLD_FIELDS = (Form, Section, Field)


def mapping(data: bytes, report: Report) -> Any:  # noqa: ANN401  # a YAML node, None after a reported fault
    """Return a file's mapping. Aliases are refused: with them a few lines stand for billions."""
    import yaml

    try:
        node = yaml.compose(data.decode("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except UnicodeDecodeError:
        report(1, "", "utf8")
        return None
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        report(mark.line + 1 if mark else 1, "", "yaml")
        return None
    if not isinstance(node, yaml.MappingNode):
        report(1, "", "wants_mapping")
        return None
    aliased = _aliased(node)
    for line in aliased:
        report(line, "", "alias")
    return None if aliased else node


def _aliased(root: Any) -> list[int]:  # noqa: ANN401  # a YAML node
    """Return the lines of nodes that an alias repeats: those met twice. Each is entered once."""
    met: set[int] = set()
    lines: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if id(node) in met:
            lines.add(node.start_mark.line + 1)
            continue
        met.add(id(node))
        if node.id != "scalar":
            waiting += (part for pair in node.value for part in pair) if node.id == "mapping" else node.value
    return sorted(lines)


class _Wrong(Struct, frozen=True):
    """What stands for a value that could not be read; it was reported."""


WRONG = _Wrong()


class Reader(Struct):
    """Reads nodes of one file. ``lines`` remembers where each path stands.

    ``lost`` holds the ids of fields that are there and could not be read, ``stood_in`` the form's own such members.
    """

    report: Report
    lines: dict[str, int] = field(default_factory=dict)
    nodes: int = 0
    kept: dict[str, list[int]] = field(default_factory=dict)
    """Of each list's path, at which places of the file the items stand that could be read."""
    lost: set[str] = field(default_factory=set)
    stood_in: set[str] = field(default_factory=set)

    def fault(self, node: Any, path: str, code: str, **place: object) -> _Wrong:  # noqa: ANN401  # a YAML node
        """Report one fault."""
        self.report(node.start_mark.line + 1, path, code, **place)
        return WRONG

    def read(self, node: Any, kind: Any, path: str) -> Any:  # noqa: ANN401
        """Return the value of a node as ``kind``, or ``WRONG``."""
        self.lines.setdefault(path, node.start_mark.line + 1)
        self.nodes += 1
        if self.nodes > MAXIMUM_NODES or path.count(".") > MAXIMUM_DEPTH:
            return WRONG if self.nodes > MAXIMUM_NODES + 1 else self.fault(node, path, "too_much")
        origin = typing.get_origin(kind)
        if origin is tuple:
            return self._list(node, typing.get_args(kind)[0], path)
        if origin is dict:
            return self._mapping(node, path)
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            return self._struct(node, kind, path)
        return self._scalar(node, kind, path)

    def _scalar(self, node: Any, kind: Any, path: str) -> Any:  # noqa: ANN401
        if node.id != "scalar":
            return self.fault(node, path, "wants_value")
        if typing.get_origin(kind) is Literal:
            return self._literal(node, kind, path)
        text = str(node.value)
        if node.style is None and text in ("~", "null"):
            text = ""
        if kind is bool:
            word = text.lower()
            if word not in _TRUE + _FALSE:
                return self.fault(node, path, "wants_flag", text=text)
            return word in _TRUE
        return text if kind is str else self._number(node, kind, path, text)

    def _number(self, node: Any, kind: Any, path: str, text: str) -> Any:  # noqa: ANN401
        try:
            number = kind(text)
        except ValueError:
            number = MAXIMUM_NUMBER + 1
        if not abs(number) <= MAXIMUM_NUMBER:
            return self.fault(node, path, "wants_number", text=text)
        return number

    def _literal(self, node: Any, kind: Any, path: str) -> Any:  # noqa: ANN401
        words = [word for word in typing.get_args(kind) if word]
        text = str(node.value)
        if text in words or (not text and "" in typing.get_args(kind)):
            return text
        return self.fault(node, path, "wants_word", text=text, words="、".join(words), guess=guess(text, words))

    def _list(self, node: Any, kind: Any, path: str) -> Any:  # noqa: ANN401
        if node.id != "sequence":
            return self.fault(node, path, "wants_list")
        read = self._choice if kind is Choice else lambda n, p: self.read(n, kind, p)
        items = [read(child, f"{path}[{place}]") for place, child in enumerate(node.value)]
        self.kept[path] = [place for place, item in enumerate(items) if item is not WRONG]
        return tuple(items[place] for place in self.kept[path])

    def path_of(self, path: str, number: int) -> str:
        """Return the path of the n-th item of a list that could be read."""
        return f"{path}[{self.kept[path][number]}]"

    def _choice(self, node: Any, path: str) -> Any:  # noqa: ANN401
        if node.id == "scalar":
            self.lines.setdefault(path, node.start_mark.line + 1)
            return Choice(code=str(node.value), label=str(node.value))
        return self.read(node, Choice, path)

    def _mapping(self, node: Any, path: str) -> Any:  # noqa: ANN401
        if node.id != "mapping":
            return self.fault(node, path, "wants_mapping")
        found: dict[str, str] = {}
        for key, value in node.value:
            word = self.read(value, str, f"{path}.{key.value}")
            if word is not WRONG:
                found[str(key.value)] = word
        return found

    def _struct(self, node: Any, kind: type[msgspec.Struct], path: str) -> Any:  # noqa: ANN401
        if node.id != "mapping":
            return self.fault(node, path, "wants_mapping")
        known = {info.encode_name: info for info in msgspec.structs.fields(kind) if info.encode_name not in COMPUTED}
        values: dict[str, Any] = {}
        for key, value in node.value:
            name, place = str(key.value), f"{path}.{key.value}" if path else str(key.value)
            if name not in known:
                self.fault(key, place, "unknown_key", key=name, guess=guess(name, known) or _unquoted(name))
                self._lose(value, kind)
            elif known[name].name in values:
                self.fault(key, place, "twice", key=name)
            else:
                values[known[name].name] = self._member(value, known[name], kind, place)
        self._scaled(node, kind, values, path)
        if kind is Field and values.get("type") is WRONG:
            values["type"] = _meant(node)
        missing = [n for n, info in known.items() if info.required and info.name not in values]
        for name in missing:
            self.fault(node, path, "missing", key=name)
        read = {name: value for name, value in values.items() if value is not WRONG}
        unread = {info.name for info in known.values() if info.required} - read.keys()
        stand_ins = STAND_INS.get(kind, {})
        if unread - stand_ins.keys():
            self._lose(node, kind)
            return WRONG
        if kind is Form:
            self.stood_in |= unread
        return kind(**read, **{name: stand_ins[name] for name in unread})

    def _member(self, node: Any, info: msgspec.structs.FieldInfo, kind: type, path: str) -> Any:  # noqa: ANN401
        """Read one member; a required text that is empty is missing (an empty choice has its own fault)."""
        value, name = self.read(node, info.type, path), info.encode_name
        if value == "" and info.required and kind is not Choice:
            return self.fault(node, path, "missing", key=name)
        if name in LEAST and value is not WRONG and value < LEAST[name]:
            return self.fault(node, path, "least", key=name, number=node.value, least=LEAST[name])
        if name in MOST and value is not WRONG and value > MOST[name]:
            return self.fault(node, path, "most", key=name, number=node.value, most=MOST[name])
        return value

    def _scaled(self, node: Any, kind: type, values: Mapping[str, Any], path: str) -> None:  # noqa: ANN401
        """Refuse decimals where there are none; said here, where a written default is told from none."""
        type_name = values.get("type", WRONG)
        if kind is Field and "scale" in values and type_name not in (*SCALED_TYPES, WRONG):
            at = next(key for key, _ in node.value if key.value == "scale")
            self.fault(at, f"{path}.scale", "no_use", key="scale", type=type_name)

    def _lose(self, node: Any, kind: type) -> None:  # noqa: ANN401
        """Remember the fields in a node that comes to nothing."""
        if kind in _HOLD_FIELDS:
            self.lost.update(_ids(node, MAXIMUM_DEPTH))


def _meant(node: Any) -> Any:  # noqa: ANN401
    """Return the type that a field's misspelt one is most like, so that its other faults are told in the same run."""
    text = next(str(value.value) for key, value in node.value if key.value == "type")
    words = typing.get_args(next(info.type for info in msgspec.structs.fields(Field) if info.encode_name == "type"))
    return guess(text, words) or WRONG


def _ids(node: Any, depth: int) -> Iterator[str]:  # noqa: ANN401
    """Yield every ``id`` in a node."""
    if depth and node.id == "sequence":
        for child in node.value:
            yield from _ids(child, depth - 1)
    elif depth and node.id == "mapping":
        for key, value in node.value:
            if key.value == "id" and value.id == "scalar":
                yield str(value.value)
            yield from _ids(value, depth - 1)


COMPUTED = ("initials", "limits", "foreign", "digest")
"""Members that loading fills in: no keys of the grammar."""


def _unquoted(name: str) -> str:
    """Return what makes a key of half a text: a comma in a text within braces ends it."""
    return "" if name.isidentifier() and name.isascii() else "（花括号里的文字有逗号，要加引号）"
