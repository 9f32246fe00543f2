"""Lists against a plain sort in Python, whatever is in them; search by name, code, pinyin, initials."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pairing_desktop.store import index, records, search
from pairing_desktop.store.engine import Store
from pairing_desktop.store.index import SortValue
from tests.store.entries import NOW, put

BLANK: SortValue = (None, "")
VALUES: st.SearchStrategy[SortValue] = st.one_of(
    st.just(BLANK),
    st.tuples(st.integers(-5, 5).map(float), st.just("")),
    st.tuples(st.none(), st.sampled_from(["a", "b", "无", "𬳽"])),
)


def add(tx: object, values: dict[str, SortValue], key_text: str = "", **more: str) -> str:
    made = put(tx, **more).record  # type: ignore[arg-type]
    index.set_fields(tx, made, more.get("form", "enterprise"), values)  # type: ignore[arg-type]
    search.set_search(tx, made, more.get("form", "enterprise"), key_text)  # type: ignore[arg-type]
    return made


def in_order(rows: list[tuple[str, SortValue]], *, descending: bool) -> list[str]:
    """Sort as a clerk expects: numbers, below them words, blanks last both ways; equal ones by entry."""

    def place(row: tuple[str, SortValue]) -> tuple[bool, float, str, str]:
        key, (number, text) = row
        return (number is not None, number or 0.0, text, key)

    valued = [row for row in rows if row[1] != BLANK]
    blank = [row for row in rows if row[1] == BLANK]
    return [row[0] for row in sorted(valued, key=place, reverse=descending)] + [row[0] for row in blank]


@settings(deadline=None, max_examples=25)
@given(values=st.lists(VALUES, max_size=12), descending=st.booleans(), limit=st.integers(1, 5))
def test_pages_of_any_size_make_up_the_sorted_list(
    tmp_path_factory: pytest.TempPathFactory, values: list[SortValue], descending: bool, limit: int
) -> None:
    path = tmp_path_factory.mktemp("list") / "a.pairing"
    with Store.create(path, now=NOW, meta={}) as store:
        with store.begin() as tx:
            rows = [(add(tx, {"staff": value}), value) for value in values]
        with store.reading() as conn:
            got: list[str] = []
            for offset in range(0, len(values) + limit, limit):
                page = index.page(conn, "enterprise", sort=[("staff", descending)], offset=offset, limit=limit)
                assert page.total == len(values)
                got += [row.key for row in page.rows]
                again = index.order(conn, "enterprise", sort=[("staff", descending)], offset=offset, limit=limit)
                assert again == [row.key for row in page.rows]
    assert got == in_order(rows, descending=descending)


@pytest.fixture
def listed(store: Store) -> tuple[Store, list[str]]:
    with store.begin() as tx:
        keys = [
            add(
                tx,
                {"staff": (310.0, ""), "county": (None, "331123")},
                "双彩纺织 9133X shuangcaifangzhi scfz",
                label="甲",
            ),
            add(tx, {"staff": (15.0, ""), "county": (None, "331123")}, "环龙 9144Y huanlong hl", label="乙"),
            add(tx, {"staff": BLANK, "county": (None, "330402")}, "双箭 9155Z shuangjian sj 100%_a", label="丙"),
            add(tx, {"staff": (None, "wu")}, "宇恒电池 yuhengdianchi yhdc", label="丁"),
        ]
        add(tx, {"staff": (1.0, "")}, "双彩 园区", form="park", period="2024Q2", subject="s", label="园")
        add(tx, {}, "双彩 说明", form="@explanation", label="")
    return store, keys


@pytest.mark.parametrize("narrow", [0, 1000])
@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, [0, 1, 2, 3]),
        ({"sort": [("staff", False)]}, [3, 1, 0, 2]),
        ({"sort": [("staff", True)]}, [0, 1, 3, 2]),
        ({"sort": [("county", False), ("staff", True)]}, [2, 0, 1, 3]),
        ({"find": "双"}, [0, 2]),
        ({"find": "双", "sort": [("staff", True)]}, [0, 2]),
        ({"find": "SHUANG fz"}, [0]),
        ({"find": "%"}, [2]),
        ({"find": "_A"}, [2]),
        ({"find": "不在"}, []),
        ({"find": "  "}, [0, 1, 2, 3]),
        ({"filters": {"county": [(None, "331123")]}, "sort": [("staff", False)]}, [1, 0]),
        ({"filters": {"county": [BLANK]}}, [3]),
        ({"filters": {"staff": [(310.0, "")]}, "find": "双"}, [0]),
        ({"period": "2024Q2"}, []),
        ({"offset": 1, "limit": 2}, [1, 2]),
        ({"offset": 9, "sort": [("staff", True)]}, []),
        ({"offset": 3, "sort": [("staff", True)]}, [2]),
    ],
)
def test_lists(
    listed: tuple[Store, list[str]],
    monkeypatch: pytest.MonkeyPatch,
    narrow: int,
    asked: dict[str, object],
    expected: list[int],
) -> None:
    """Both ways of paging (few matches sorted, many walked) give the same."""
    monkeypatch.setattr(index, "_NARROW", narrow)
    monkeypatch.setattr(index, "_FEW", narrow)
    store, keys = listed
    with store.reading() as conn:
        found = {"find": store.texts.find(conn, "enterprise", str(asked.get("find", "")))}
        page = index.page(conn, "enterprise", **asked | found)  # type: ignore[arg-type]
    assert [row.key for row in page.rows] == [keys[n] for n in expected]
    if "offset" not in asked:
        assert page.total == len(expected)


def test_a_line_holds_the_current_revision(listed: tuple[Store, list[str]]) -> None:
    store, _ = listed
    with store.reading() as conn:
        (row,) = index.page(conn, "park", period="2024Q2", subject="s").rows
        record = records.get(conn, row.key)
    assert record is not None
    assert (row.label, row.payload, row.revision, row.form_digest) == ("园", record.payload, 1, record.form_digest)


def test_search_reaches_all_forms_but_the_programs_own(listed: tuple[Store, list[str]]) -> None:
    store, keys = listed
    with store.reading() as conn:
        hits = store.texts.search(conn, "双彩")
        assert [hit.form for hit in hits] == ["enterprise", "park"]
        assert [hit.key for hit in store.texts.search(conn, "hl")] == [keys[1]]
        assert [hit.key for hit in store.texts.search(conn, "dianchi")] == [keys[3]]
        half_width = "９１３３X".translate({ord("９"): "9", 0xFF11: "1", 0xFF13: "3"})
        assert [hit.key for hit in store.texts.search(conn, half_width)]
        assert len(store.texts.search(conn, "双", limit=2)) == 2
        assert store.texts.search(conn, " ") == []


def test_search_puts_beginnings_first(store: Store) -> None:
    with store.begin() as tx:
        inside = add(tx, {}, "大双彩 dashuangcai")
        word = add(tx, {}, "遂昌 双彩")
        start = add(tx, {}, "双彩")
    with store.reading() as conn:
        assert [hit.key for hit in store.texts.search(conn, "双彩")] == [start, word, inside]


def test_search_puts_the_very_name_first_and_what_only_sounds_like_it_last(store: Store) -> None:
    with store.begin() as tx:
        sound = add(tx, {}, "双禾\n\x01\nsh\nshuanghe")
        inside = add(tx, {}, "大ush厂\n\x01\ndushc")
        beginning = add(tx, {}, "SH材料\n\x01\nshcl")
        exact = add(tx, {}, "SH\n\x01\nsh")
    with store.reading() as conn:
        assert [hit.key for hit in store.texts.search(conn, "SH")] == [exact, beginning, inside, sound]


def test_a_change_replaces_what_lists_read(store: Store) -> None:
    with store.begin() as tx:
        key = add(tx, {"staff": (1.0, "")}, "旧名")
        index.set_fields(tx, key, "enterprise", {"staff": (2.0, "")})
        search.set_search(tx, key, "enterprise", "新名")
    with store.reading() as conn:
        assert store.texts.search(conn, "旧名") == []
        assert len(store.texts.search(conn, "新名")) == 1
        assert index.page(conn, "enterprise", filters={"staff": [(2.0, "")]}).total == 1
        assert index.page(conn, "enterprise", filters={"staff": [(1.0, "")]}).total == 0


def test_a_deleted_record_leaves_the_list(listed: tuple[Store, list[str]], path: Path) -> None:
    store, keys = listed
    with store.begin() as tx:
        records.delete(tx, key=keys[0], who="张三", at=NOW)
    with store.reading() as conn:
        assert index.page(conn, "enterprise", sort=[("staff", True)]).total == 3


PAIRS: st.SearchStrategy[tuple[SortValue, SortValue]] = st.tuples(VALUES, VALUES)


@settings(deadline=None, max_examples=25)
@given(values=st.lists(PAIRS, max_size=10), ways=st.tuples(st.booleans(), st.booleans()), limit=st.integers(1, 4))
def test_several_columns_sort_as_python_sorts(
    tmp_path_factory: pytest.TempPathFactory,
    values: list[tuple[SortValue, SortValue]],
    ways: tuple[bool, bool],
    limit: int,
) -> None:
    """The later column decides among equal ones; read by pages, and as a whole."""
    path = tmp_path_factory.mktemp("list") / "a.pairing"
    with Store.create(path, now=NOW, meta={}) as store:
        with store.begin() as tx:
            keys = [add(tx, {"county": first, "staff": second}) for first, second in values]
        by_key = dict(zip(keys, values, strict=True))
        expected = keys
        for place in (1, 0):
            rows = [(key, by_key[key][place]) for key in expected]
            groups = {value: [key for key, other in rows if other == value] for _, value in rows}
            once = [(group[0], value) for value, group in groups.items()]
            first_of = in_order(once, descending=ways[place])
            expected = [key for first in first_of for key in groups[by_key[first][place]]]
        sort = [("county", ways[0]), ("staff", ways[1])]
        with store.reading() as conn:
            got: list[str] = []
            for offset in range(0, len(values) + limit, limit):
                got += [row.key for row in index.page(conn, "enterprise", sort=sort, offset=offset, limit=limit).rows]
            assert index.order(conn, "enterprise", sort=sort) == expected
            assert index.order(conn, "enterprise", sort=sort, without=keys[:1]) == [k for k in expected if k != keys[0]]
    assert got == expected


def test_records_can_be_named_or_left_out(listed: tuple[Store, list[str]]) -> None:
    store, keys = listed
    with store.reading() as conn:
        some = index.page(conn, "enterprise", among=keys[1:3], sort=[("staff", True)])
        others = index.page(conn, "enterprise", without=keys[1:3])
        none = index.page(conn, "enterprise", among=())
    assert [row.key for row in some.rows] == keys[1:3]
    assert [row.key for row in others.rows] == [keys[0], keys[3]]
    assert (some.total, others.total, none) == (2, 2, index.Page(0, []))


def test_what_values_records_share(listed: tuple[Store, list[str]]) -> None:
    store, keys = listed
    with store.reading() as conn:
        found = index.shared(conn, "enterprise", "county")
        sheets = index.shared(conn, "park", "staff", period="2024Q2")
    assert [(each.value, each.records) for each in found] == [((None, "331123"), 2), ((None, "330402"), 1)]
    assert found[0].example == keys[0]
    assert [(each.value, each.records) for each in sheets] == [((1.0, ""), 1)]
    with store.reading() as conn:
        narrowed = index.shared(conn, "enterprise", "county", filters={"staff": [(310.0, ""), BLANK]},
                                find=store.texts.find(conn, "enterprise", "双"), without=keys[2:3])
    assert [(each.value, each.records) for each in narrowed] == [((None, "331123"), 1)]


@settings(deadline=None, max_examples=25)
@given(
    values=st.lists(PAIRS, max_size=10),
    wanted=st.tuples(st.sets(VALUES), st.sets(VALUES)),
    narrow=st.sampled_from([0, 1000]),
    sort=st.sampled_from([[], [("staff", True)], [("county", False)], [("county", True), ("staff", False)]]),
)
def test_fields_are_narrowed_to_any_of_several_values(
    tmp_path_factory: pytest.TempPathFactory,
    values: list[tuple[SortValue, SortValue]],
    wanted: tuple[set[SortValue], set[SortValue]],
    narrow: int,
    sort: list[tuple[str, bool]],
) -> None:
    path = tmp_path_factory.mktemp("list") / "a.pairing"
    with pytest.MonkeyPatch.context() as patch, Store.create(path, now=NOW, meta={}) as store:
        patch.setattr(index, "_NARROW", narrow)
        with store.begin() as tx:
            keys = [add(tx, {"county": first, "staff": second}) for first, second in values]
        expected = {key for key, (first, second) in zip(keys, values, strict=True)
                    if first in wanted[0] and second in wanted[1]}
        with store.reading() as conn:
            filters = {"county": wanted[0], "staff": wanted[1]}
            found = index.page(conn, "enterprise", filters=filters, sort=sort)
            whole = index.order(conn, "enterprise", sort=sort)
            assert [row.key for row in found.rows] == [key for key in whole if key in expected]
            assert found.total == len(expected)
            told = index.shared(conn, "enterprise", "staff", filters={"county": wanted[0]})
    assert {each.value: each.records for each in told} == Counter(
        second for first, second in values if first in wanted[0] and second != BLANK)


def test_a_figure_is_found_by_its_very_value(store: Store) -> None:
    figures = [0.1, 0.3, 12480.5, 99999999999999.9, 1e-9, 123456789012345.0, -0.07]
    with store.begin() as tx:
        keys = [add(tx, {"staff": (figure, "")}) for figure in figures]
    with store.reading() as conn:
        wanted = [(figure, "") for figure in figures]
        assert index.order(conn, "enterprise", filters={"staff": wanted}) == keys
        assert index.order(conn, "enterprise", filters={"staff": wanted[2:3]}) == keys[2:3]
