"""All forms of a programme: loaded strictly from YAML, compiled to JSON, found by id."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from pairing_desktop import errors
from pairing_desktop.formspec.definition import Choice, Field, Form, Limit
from pairing_desktop.formspec.lost import Lost

THRESHOLDS = "thresholds.yaml"
FORMAT = "pairing-desktop/forms/1"


class _Compiled(msgspec.Struct, frozen=True, kw_only=True):
    format: str
    forms: tuple[Form, ...]
    limits: dict[str, Limit]


class Catalogue(Struct, frozen=True, dict=True):
    """The forms in order of the navigation, and the thresholds."""

    forms: tuple[Form, ...]
    limits: dict[str, Limit]

    @cached_property
    def _by_id(self) -> dict[str, Form]:
        return {form.id: form for form in self.forms}

    def form(self, form_id: str) -> Form:
        """Return a form by id; KeyError if there is none."""
        return self._by_id[form_id]

    def __contains__(self, form_id: object) -> bool:
        return form_id in self._by_id

    @cached_property
    def digest(self) -> str:
        """Return the SHA-256 of the compiled catalogue."""
        return hashlib.sha256(self.compile()).hexdigest()

    def compile(self) -> bytes:
        """Return canonical JSON that ``from_compiled`` reads."""
        return _canonical(_Compiled(format=FORMAT, forms=self.forms, limits=self.limits))

    @classmethod
    def from_compiled(cls, data: bytes) -> "Catalogue":
        """Return the catalogue of ``compile``'s bytes; raise ``Trouble`` for anything else."""
        return _decoded(data)


@lru_cache(maxsize=4)
def _decoded(data: bytes) -> Catalogue:
    """Return the same catalogue for the same bytes: what is worked out from one serves the next data file too."""
    try:
        compiled = msgspec.json.decode(data, type=_Compiled)
    except msgspec.DecodeError:
        raise errors.trouble("formspec.compiled") from None
    if compiled.format != FORMAT:
        raise errors.trouble("formspec.compiled")
    return Catalogue(compiled.forms, compiled.limits)


def _canonical(value: Any) -> bytes:  # noqa: ANN401  # a struct
    """Return RFC 8785 JSON, members that have their default left out."""
    import rfc8785

    return rfc8785.dumps(_sparse(value))


def _sparse(value: Any) -> Any:  # noqa: ANN401
    """Return plain data. Equality decides what is a default (msgspec's ``omit_defaults`` goes by identity)."""
    if isinstance(value, msgspec.Struct):
        members = ((info, getattr(value, info.name)) for info in _members(type(value)))
        return {info.encode_name: _sparse(member) for info, member in members if member != _default(info)}
    if isinstance(value, tuple):
        return [_sparse(item) for item in value]
    if isinstance(value, dict):
        return {name: _sparse(item) for name, item in value.items()}
    return value


@cache
def _members(of: type[Struct]) -> tuple[msgspec.structs.FieldInfo, ...]:
    return msgspec.structs.fields(of)  # evaluates every annotation at each call


def _default(info: msgspec.structs.FieldInfo) -> Any:  # noqa: ANN401
    return info.default if info.default_factory is msgspec.NODEFAULT else info.default_factory()


def form_digest(form: Form) -> str:
    """Return the SHA-256 of a form compiled without its digest."""
    return hashlib.sha256(_canonical(msgspec.structs.replace(form, digest=""))).hexdigest()


def load(folder: Path) -> Catalogue:
    """Load all ``*.yaml`` of a folder; every fault found is in one ``Trouble``."""
    texts, problems = _read(folder)
    if not problems and not any(name != THRESHOLDS for name in texts):
        raise errors.trouble("formspec.folder", folder=folder)
    return _Loader(texts, problems).catalogue() if problems else _loaded(tuple(texts.items()))


def limits(folder: Path) -> dict[str, Limit]:
    """Return the thresholds of a folder alone, which takes milliseconds; every fault found is in one ``Trouble``."""
    file = folder / THRESHOLDS
    loader = _Loader({}, [])
    found = loader.limits(file.read_bytes() if file.is_file() else b"{}")
    errors.all_or_raise(loader.problems)
    return found


@lru_cache(maxsize=4)
def _loaded(texts: tuple[tuple[str, bytes], ...], thresholds: str = THRESHOLDS) -> Catalogue:
    """Load files whose content was not seen before; the shipped ones take a second."""
    return _Loader(dict(texts), [], thresholds).catalogue()


def read_folder(folder: Path) -> dict[str, bytes]:
    """Return the definition files of a folder in order; all that cannot be taken so are in one ``Trouble``."""
    texts, problems = _read(folder)
    errors.all_or_raise(problems)
    return texts


def _read(folder: Path) -> tuple[dict[str, bytes], list[errors.Problem]]:
    """Return a folder's definition files, and what looks like one and is none."""
    texts: dict[str, bytes] = {}
    problems: list[errors.Problem] = []
    try:
        files = sorted(folder.iterdir()) if folder.is_dir() else []
    except OSError:
        raise errors.trouble("formspec.folder", folder=folder) from None
    for file in files:
        if file.suffix != ".yaml" and file.suffix.lower() in (".yaml", ".yml"):
            problems.append(errors.problem("formspec.load.suffix", file=file.name, name=f"{file.stem}.yaml"))
        elif file.suffix == ".yaml" and file.is_dir():
            problems.append(errors.problem("formspec.load.is_folder", file=file.name))
        elif file.suffix == ".yaml":
            try:
                texts[file.name] = file.read_bytes()
            except OSError as error:
                why = errors.system_reason(error)
                problems.append(errors.problem("formspec.load.unreadable", file=file.name, why=why))
    return texts, problems


def load_texts(texts: dict[str, bytes], *, thresholds: str = THRESHOLDS) -> Catalogue:
    """Load forms from the bytes of their files (also those of a task pack); ``thresholds`` is the file of limits."""
    return _loaded(tuple(texts.items()), thresholds)


class _File:
    """One YAML file being read: its problems, and where each path stands."""

    def __init__(self, name: str, problems: list[errors.Problem], lost: Lost) -> None:
        from pairing_desktop.formspec.strict import Reader

        self.name = name
        self.problems = problems
        self.lost = lost
        self.form_id = name.removesuffix(".yaml")
        self.reader = Reader(self._report)

    def _report(self, line: int, path: str, code: str, **place: object) -> None:
        hint = errors.problem("formspec.meant", guess=place["guess"]).message if place.get("guess") else ""
        where = errors.problem("formspec.where", file=self.name, line=line, path=path).message.rstrip()
        found = errors.problem(f"formspec.load.{code}", where=where, **{**place, "guess": hint})
        rest = {"file": self.name, "line": str(line), "path": path}
        self.problems.append(errors.Problem(found.code, found.message, found.remedy, rest))

    def tell(self, path: str, code: str, **place: object) -> None:
        """Take a problem found after reading, unless it only follows from what could not be read.

        Its line is that of the nearest known path.
        """
        if not self.lost.explains(self.form_id, path, code, place):
            self._report(self._line(path), path, code, **place)

    def root(self, data: bytes) -> Any:  # noqa: ANN401  # a YAML node, None after a reported fault
        """Return the file's mapping."""
        from pairing_desktop.formspec.strict import mapping

        return mapping(data, self._report)

    def _line(self, path: str) -> int:
        places = self.places
        while path:
            if path in places:
                return places[path]
            path = path.rpartition(".")[0]
        return 1

    @cached_property
    def places(self) -> dict[str, int]:
        """Return lines by the linter's paths: fields.<id>, rules.<id>, as well as the YAML's own."""
        return dict(self.reader.lines)

    def name_places(self, form: Form) -> None:
        """Learn where fields and rules stand under their ids."""
        lines, path_of = self.reader.lines, self.reader.path_of
        for s, section in enumerate(form.sections):
            path = path_of("sections", s)
            self.places[f"sections.{section.id}"] = lines.get(path, 1)
            for f, field in enumerate(section.fields):
                self._name_field(path_of(f"{path}.fields", f), field)
        for r, rule in enumerate(form.rules):
            self.places[f"rules.{rule.id}"] = lines.get(path_of("rules", r), 1)

    def _name_field(self, path: str, field: Field) -> None:
        lines = self.reader.lines
        for name in (f"fields.{field.id}", field.id):
            self.places[name] = lines.get(path, 1)
        for c, column in enumerate(field.columns):
            for name in (f"fields.{field.id}.{column.id}", f"{field.id}.{column.id}"):
                self.places[name] = lines.get(self.reader.path_of(f"{path}.columns", c), 1)


class _Loader:
    """``problems``: what was found already, of files that hold forms nobody could read."""

    def __init__(self, texts: dict[str, bytes], problems: list[errors.Problem], thresholds: str = THRESHOLDS) -> None:
        self.texts = texts
        self.thresholds = thresholds
        self.problems = problems
        self.files: dict[str, _File] = {}
        unread = {problem.place["file"].rpartition(".")[0] for problem in problems}
        self.lost = Lost(forms=unread, all_limits=thresholds.removesuffix(".yaml") in unread)

    def catalogue(self) -> Catalogue:
        """Read, lint and finish everything; raise all problems at once."""
        limits = self.limits(self.texts.get(self.thresholds, b"{}"))
        forms: dict[str, Form] = {}
        for name, data in self.texts.items():
            form = self._form(name, data) if name != self.thresholds else None
            if form is None:
                continue
            if form.id in forms:
                self.files[form.id].tell("id", "repeated", id=form.id)
            self._named(name, form)
            forms[form.id] = form
        self._tell_alike(forms)
        self._tell_renamed(limits)
        finished = list(self._linted(forms, limits))
        errors.all_or_raise(self.problems)
        return Catalogue(tuple(sorted(finished, key=lambda form: (form.order, form.id))), limits)

    def limits(self, data: bytes) -> dict[str, Limit]:
        """Read the file of thresholds."""
        file = self.files[self.thresholds] = _File(self.thresholds, self.problems, self.lost)
        node = file.root(data)
        self.lost.all_limits |= node is None
        found: dict[str, Limit] = {}
        for key, value in node.value if node is not None else ():
            limit = file.reader.read(value, Limit, str(key.value))
            if isinstance(limit, Limit):
                if re.fullmatch(r"[0-9]+(\.[0-9]+)?", limit.value):
                    found[str(key.value)] = limit
                else:
                    file.tell(f"{key.value}.value", "limit", text=limit.value, title=limit.title)
            if str(key.value) not in found:
                self.lost.limits.add(str(key.value))
        return found

    def _form(self, name: str, data: bytes) -> Form | None:
        file = _File(name, self.problems, self.lost)
        node = file.root(data)
        form = file.reader.read(node, Form, "") if node is not None else None
        if not isinstance(form, Form):
            self.lost.forms |= {file.form_id, _written_id(node)}
            return None
        file.form_id = form.id
        self.lost.fields[form.id] = file.reader.lost
        if "kind" in file.reader.stood_in:
            self.lost.kinds.add(form.id)
        file.name_places(form)
        self.files[form.id] = file
        return form

    def _named(self, name: str, form: Form) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9_]*", form.id) or name != f"{form.id}.yaml":
            self.files[form.id].tell("id", "file_name", id=form.id)

    def _tell_alike(self, forms: dict[str, Form]) -> None:
        """Report forms that nobody could tell apart on screen and on paper, or whose order nobody decided."""
        for key in ("title", "short", "order"):
            before: dict[object, str] = {}
            for form in forms.values():
                text = getattr(form, key)
                if text in before:
                    self.files[form.id].tell(key, "alike", key=key, text=text, other=before[text])
                before.setdefault(text, form.id)

    def _tell_renamed(self, limits: dict[str, Limit]) -> None:
        """Report a threshold by another name once, at its line, not wherever forms miss it.

        A name that is missed in one place only is a slip of that form.
        """
        from pairing_desktop.formspec.compiling import guess

        texts = (data.decode("utf-8", "replace") for name, data in self.texts.items() if name != self.thresholds)
        wanted = Counter(name for text in texts for name in re.findall(r"\blimit\.([a-z][a-z0-9_]*)", text))
        for name in sorted(wanted.keys() - limits.keys() - self.lost.limits):
            written = guess(name, limits.keys() - wanted.keys())
            if written and wanted[name] > 1:
                self.files[self.thresholds].tell(written, "limit_name", written=written, name=name)
                self.lost.limits.add(name)

    def _linted(self, forms: dict[str, Form], limits: dict[str, Limit]) -> Iterable[Form]:
        from pairing_desktop.formspec.linting import lint
        from pairing_desktop.formspec.threshold_words import worded

        for form_id, written in forms.items():
            form = worded(written, limits, self.files[form_id].tell)
            around = lint(form, forms, limits, self.files[form_id].tell)
            used = {name: limits[name].value for name in sorted(around.used_limits)}
            foreign = {name: dict(sorted(types.items())) for name, types in sorted(around.used_foreign.items())}
            yield _finished(form, used, foreign)


def _written_id(node: Any) -> str:  # noqa: ANN401  # a YAML node or None
    """Return the id that a file gives its form, "" if none can be read."""
    keys = node.value if node is not None else ()
    return next((str(value.value) for key, value in keys if key.value == "id" and value.id == "scalar"), "")


def _finished(form: Form, limits: dict[str, str], foreign: dict[str, dict[str, str]]) -> Form:
    """Return the form with everything that is computed at load."""
    replace = msgspec.structs.replace
    sections = tuple(replace(s, fields=tuple(_ready(field) for field in s.fields)) for s in form.sections)
    whole = replace(form, sections=sections, limits=limits, foreign=foreign)
    return replace(whole, digest=form_digest(whole))


def _ready(field: Field) -> Field:
    from pairing_desktop.formspec.pinyin import initials

    choices = tuple(Choice(code=c.code, label=c.label, initials=initials(c.label)) for c in field.choices)
    unit = field.unit or ("%" if field.type == "percent" else "")
    columns = tuple(_ready(column) for column in field.columns)
    return msgspec.structs.replace(field, choices=choices, unit=unit, columns=columns)
