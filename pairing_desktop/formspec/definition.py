"""What a form is, as data: loaded from ``forms/*.yaml`` by ``catalogue``, or from compiled JSON in milliseconds.

Every attribute here is a key of the YAML grammar unless its docstring says *computed at load*.
"""

from functools import cached_property
from typing import TYPE_CHECKING, Literal

from msgspec import Struct
from msgspec import field as member

if TYPE_CHECKING:
    from pairing_desktop.formspec.fieldtypes import FieldType
    from pairing_desktop.formspec.program import Program

NUMBER_TYPES = ("whole", "decimal", "percent")
SCALED_TYPES = ("decimal", "percent")
KINDS = ("register", "event", "quarterly", "yearly")
GROUPS = ("台账", "填报")

FieldTypeName = Literal[
    "text", "long_text", "whole", "decimal", "percent", "date", "quarter", "choice", "choices", "yes_no", "county",
    "reference", "credit_code", "attachment", "table",
]
Kind = Literal["register", "event", "quarterly", "yearly"]
Level = Literal["error", "query"]


class Choice(Struct, frozen=True, kw_only=True):
    """One choice. In YAML ``{code, label}`` or just the label, which is then the code too."""

    code: str
    label: str
    initials: str = ""
    """Pinyin initials, *computed at load*."""


class Field(Struct, frozen=True, kw_only=True, dict=True):
    """One field, or one column of a table field."""

    id: str
    label: str
    type: FieldTypeName
    unit: str = ""
    code: str = ""
    """Line code on a statistical sheet: "02"."""
    required: bool = False
    help: str = ""
    compute: str = ""
    """Expression whose value the field takes; the field is then locked and grey."""
    compute_when: str = ""
    """Guard of ``compute``: where it is not true the clerk types the value (growth given by the firm)."""
    scale: int = 2
    """Decimals shown and allowed (decimal, percent)."""
    as_given: bool = False
    """Decimals are shown as given, ``scale`` only limits them: 65.2 and 99 in one column."""
    signed: bool = False
    """A growth figure: shown with its plus sign."""
    min_: str = member(name="min", default="")
    max_: str = member(name="max", default="")
    choices: tuple[Choice, ...] = ()
    choices_from: Literal["", "industries", "counties"] = ""
    form: str = ""
    """Target of a reference: a form id."""
    columns: tuple["Field", ...] = ()
    rows: tuple[dict[str, str], ...] = ()
    """Preset rows of a table: {column id: typed text}."""
    blank_rows: int = 0
    """Empty rows that a form printed blank keeps in a table after the preset ones; 0 is the house's number."""
    indent: int = 0
    """Level of 其中."""
    group: str = ""
    """Heading row above this field inside a statistical sheet."""
    carry: bool = True
    """Carried forward (结转上期)."""
    of_year: bool = False
    """A figure or table of the year: carried forward within it, not into the next."""
    nature: str = ""
    """Nature the figure has unless its mark says otherwise."""
    marks: tuple[str, ...] = ()
    """Marks a clerk may set: nature, qualifier, source, status, note."""
    max_length: int = 0
    """Characters; 0 is the type's own limit."""
    cumulative: bool = False
    """A year-to-date or since-start figure."""
    quarter_of: str = ""
    """Year-to-date field of which this computed one is the quarter's part; both share a row of a statistical sheet."""
    point: bool = False
    """期末数: a figure at the end of the period."""
    search: bool = False
    """Found by the search box though it is no column of the list (former names, serial and contract numbers)."""
    private: bool = False
    """Stays in the county: never in a packet."""
    secret: bool = False
    """An attachment that holds a firm's secret: 仅留本县 until somebody says 上报."""
    width: float = 0
    """Millimetres on paper; 0 is automatic."""
    detail: bool = False
    """A column that paper prints in a second block under its table, beside the row's first column repeated."""
    default: str = ""
    """Typed text a new record starts with."""

    @cached_property
    def converter(self) -> "FieldType":
        """Return the type's conversions bound to this field (``fieldtypes.field_type``)."""
        from pairing_desktop.formspec.fieldtypes import make

        return make(self)

    def carries(self, *, new_year: bool = False) -> bool:
        """Tell whether what is typed here comes along into a later sheet (of the next year)."""
        return self.carry and not (new_year and self.of_year)

    @cached_property
    def column_by_id(self) -> dict[str, "Field"]:
        """Return a table's columns by id."""
        return {column.id: column for column in self.columns}

    @cached_property
    def plain_label(self) -> str:
        """Return the label without the line breaks it has in a column head."""
        return self.label.replace("\n", "")

    @cached_property
    def offered(self) -> tuple[str, ...]:
        """Return the answers that a drop-down offers."""
        if self.type == "yes_no":
            return ("是", "否")
        return tuple(choice.label for choice in self.choices) if self.type == "choice" else ()

    @property
    def computed(self) -> bool:
        """Tell whether the program may fill the field."""
        return bool(self.compute)

    @property
    def is_number(self) -> bool:
        """Tell whether the field is a figure."""
        return self.type in NUMBER_TYPES


Column = Field


class Section(Struct, frozen=True, kw_only=True):
    """A titled part of a form."""

    id: str
    title: str
    fields: tuple[Field, ...]
    hint: str = ""


class Rule(Struct, frozen=True, kw_only=True):
    """One check: ``check`` must be true where ``when`` holds; a blank in it means it does not apply."""

    id: str
    number: str = ""
    """Number in the domain's table of rules, as text."""
    level: Level
    check: str
    at: str
    """Where the finding shows: a field, or ``table.column`` for a rule with ``table``."""
    when: str = ""
    left: str = ""
    """Expression of the value found; the left side of ``check`` when empty."""
    right: str = ""
    message: str
    """Template: {left} {right} {difference} {growth} {change} {limit.name} and field ids."""
    table: str = ""
    """Evaluated once for each row of this table; columns are seen before fields."""
    waivable: bool = True
    remedy: str = ""


class Marks(Struct, frozen=True, kw_only=True):
    """The five marks of an approved statistical sheet; empty unless really given."""

    number: str = ""
    maker: str = ""
    approver: str = ""
    document: str = ""
    valid_until: str = ""

    @property
    def complete(self) -> bool:
        """Tell whether a statistical head may be printed at all."""
        return all((self.number, self.maker, self.approver, self.document, self.valid_until))


class Head(Struct, frozen=True, kw_only=True):
    """What stands above a printed form."""

    kind: Literal["worksheet", "statistics"] = "worksheet"
    annex: str = ""
    """"5" prints as 附件5."""
    notice: str = ""
    unit: str = ""
    """计量单位 at the upper right."""
    marks: Marks = Marks()


class ListView(Struct, frozen=True, kw_only=True):
    """Columns of the list on screen."""

    columns: tuple[str, ...] = ()
    sort: str = ""
    """Field id; a leading "-" is descending."""


class PrintColumn(Struct, frozen=True, kw_only=True):
    """One column of a printed roster; a line break in the title breaks the head."""

    field: str
    title: str = ""
    width: float = 0


class Picture(Struct, frozen=True, kw_only=True):
    """A drawing of a table: ``radar`` of value against another column, or ``bars`` before and after."""

    kind: Literal["radar", "bars"]
    table: str
    name: str
    """Column that names the axis or group."""
    value: str
    against: str = ""
    full: str = ""
    """Column with the full mark of each axis of a radar; the title says it."""
    title: str = ""


class PrintBeside(Struct, frozen=True, kw_only=True):
    """A field of a referenced record, printed on a card after the reference: a firm's credit code."""

    after: str
    """The reference."""
    field: str
    """A field of the form that it refers to."""


class PrintLayout(Struct, frozen=True, kw_only=True):
    """How the form lies on paper."""

    layout: Literal["card", "roster", "statistical", "scoring"] = "card"
    landscape: bool = False
    columns: tuple[PrintColumn, ...] = ()
    stamped: bool = False
    stamps: tuple[str, ...] = ()
    """Titles of the stamp cells at the foot, for example 企业（盖章）."""
    pictures: tuple[Picture, ...] = ()
    beside: tuple[PrintBeside, ...] = ()
    measure: str = "条"
    """The measure word that counts records: 共60家."""
    blank_rows: int = 0
    """Rows of a roster printed blank; 0 fills a page."""
    about: str = "填报对象"
    """What paper calls the record that a sheet hangs on: 园区名称."""


class Limit(Struct, frozen=True, kw_only=True):
    """A threshold that the province can change (``forms/thresholds.yaml``)."""

    value: str
    title: str
    source: str = ""


class Form(Struct, frozen=True, kw_only=True, dict=True):
    """One form. Complete in itself: evaluating its rules needs no other definition."""

    id: str
    version: int
    title: str
    short: str
    icon: str = ""
    group: Literal["台账", "填报"]
    order: int
    kind: Kind
    subject: str = ""
    """Form whose records this one hangs on: ``lean_progress`` on ``lean_project``."""
    joint: bool = False
    fills: tuple[Literal["M", "I", "L"], ...] = ()
    name: str = ""
    """Field whose shown text names the record; empty: the subject's name, or the period."""
    natural_key: tuple[str, ...] = ()
    date: str = ""
    """Field with the event's date."""
    closed: str = ""
    """Expression: the event is finished."""
    head: Head = Head()
    sections: tuple[Section, ...]
    rules: tuple[Rule, ...] = ()
    list: ListView = ListView()
    print: PrintLayout = PrintLayout()
    notes: tuple[str, ...] = ()
    help: str = ""
    renames: dict[str, str] = {}
    """Fields of an earlier version: {old path: new path}."""
    limits: dict[str, str] = {}
    """Thresholds its expressions name, *computed at load*."""
    foreign: dict[str, dict[str, str]] = {}
    """Types of other forms' fields its expressions read: {form: {field: type}}, *computed at load*."""
    digest: str = ""
    """SHA-256 of the compiled form without this member, *computed at load*."""

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """Return all fields of all sections in order; a table is one field."""
        return tuple(field for section in self.sections for field in section.fields)

    @cached_property
    def by_id(self) -> dict[str, Field]:
        """Return the fields by id."""
        return {field.id: field for field in self.fields}

    @cached_property
    def figures(self) -> tuple[Field, ...]:
        """Return the numeric fields in order (not table columns)."""
        return tuple(field for field in self.fields if field.is_number)

    @cached_property
    def tables(self) -> tuple[Field, ...]:
        """Return the table fields in order."""
        return tuple(field for field in self.fields if field.type == "table")

    @cached_property
    def searched(self) -> tuple[Field, ...]:
        """Return what a search looks through: codes, others' names, texts of the list and those declared."""
        return tuple(f for f in self.fields if f.search or f.type == "credit_code"
                     or (f.id in self.list.columns and f.type in ("text", "reference")))

    @cached_property
    def program(self) -> "Program":
        """Return the form's expressions, parsed once."""
        from pairing_desktop.formspec.program import Program

        return Program(self)

    def field(self, path: str) -> Field:
        """Return a field by id, ``table.column`` or a value's path ``table/row/column``; KeyError if there is none."""
        head, *rest = path.replace("/", ".").split(".")
        found = self.by_id[head]
        return found.column_by_id[rest[-1]] if rest else found
