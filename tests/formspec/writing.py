"""Forms for tests, written inline as YAML."""

from pairing_desktop.errors import Problem, Trouble
from pairing_desktop.formspec.catalogue import Catalogue, load_texts
from pairing_desktop.formspec.definition import Form
from pairing_desktop.formspec.values import Payload

HEAD = """
id: {id}
version: 1
title: {id} 表
short: {id}
group: 台账
order: {order}
kind: {kind}
{more}
"""


def source(body: str, *, form: str = "sheet", kind: str = "quarterly", more: str = "") -> dict[str, bytes]:
    """Return one form's file: its head, then the body (``sections:`` and what follows)."""
    order = sum(form.encode())  # each its own
    return {f"{form}.yaml": (HEAD.format(id=form, kind=kind, more=more, order=order) + body).encode()}


def fields(*lines: str, rules: tuple[str, ...] = (), **head: str) -> dict[str, bytes]:
    """Return a form of one section with fields (and rules) given as inline YAML."""
    listed = "".join(f"      - {line}\n" for line in lines)
    body = f"sections:\n  - id: only\n    title: 唯一\n    fields:\n{listed}"
    if rules:
        body += "rules:\n" + "".join(f"  - {line}\n" for line in rules)
    return source(body, **head)


def load(*files: dict[str, bytes], thresholds: str = "") -> Catalogue:
    """Return the catalogue of some files."""
    texts = {name: data for file in files for name, data in file.items()}
    if thresholds:
        texts["thresholds.yaml"] = thresholds.encode()
    return load_texts(texts)


def one(*files: dict[str, bytes], thresholds: str = "") -> Form:
    """Return the first file's form."""
    name = next(iter(files[0])).removesuffix(".yaml")
    return load(*files, thresholds=thresholds).form(name)


def problems(*files: dict[str, bytes], thresholds: str = "") -> tuple[Problem, ...]:
    """Return what the loader has against some files."""
    try:
        load(*files, thresholds=thresholds)
    except Trouble as trouble:
        return trouble.problems
    return ()


def payload(**values: object) -> Payload:
    """Return a stored record."""
    return {"values": values}
