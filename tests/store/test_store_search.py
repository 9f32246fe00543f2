"""Search keys in memory are those of the file at every moment, whoever changed them."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pairing_desktop.store import records, search
from pairing_desktop.store.engine import Store
from tests.store.entries import NOW, put, undone

WORDS = ("双", "双彩", "彩纺", "s", "sc", "9133", "x", "%", "_", "不在", "双 sc", "sc 9133")


def add(tx: object, text: str, *, key: str | None = None, form: str = "enterprise") -> str:
    made = put(tx, form=form, key=key).record  # type: ignore[arg-type]
    search.set_search(tx, made, form, text)  # type: ignore[arg-type]
    return made


def found(store: Store, text: str, form: str = "enterprise") -> set[str]:
    with store.reading() as conn:
        answer = store.texts.find(conn, form, text)
    assert answer is not None
    return set(answer.keys)


def test_every_change_is_found_at_once(store: Store) -> None:
    with store.begin() as tx:
        first, last = add(tx, "双彩 sc 9133"), add(tx, "环龙 hl")
    assert found(store, "双") == {first}
    with store.begin() as tx:  # the last one changed before too: the same record, two changes
        add(tx, "双彩纺织", key=last)
    assert found(store, "双") == {first, last}
    with store.begin() as tx:
        records.delete(tx, key=last, who="", at=NOW)
    assert found(store, "双") == {first}
    with store.begin() as tx:
        again = add(tx, "双箭 sj")
    assert found(store, "双") == {first, again}
    assert found(store, "hl") == set()


def test_what_is_rolled_back_was_never_found(store: Store) -> None:
    with store.begin() as tx:
        kept = add(tx, "双彩")

    def fail() -> None:
        with store.begin() as tx:
            gone = add(tx, "双箭")
            asked = store.texts.find(tx, "enterprise", "双")
            assert asked is not None
            assert set(asked.keys) == {kept, gone}
            raise NotImplementedError

    with pytest.raises(NotImplementedError):
        fail()
    assert found(store, "双") == {kept}
    with store.begin() as tx:  # takes the number that the other had
        third = add(tx, "双禾")
    assert found(store, "双") == {kept, third}


def test_a_reader_finds_what_another_program_wrote_since(file_store: Store, path: Path) -> None:
    with file_store.begin() as tx:
        first = add(tx, "双彩")
    with Store.open(path, now=NOW, write=False) as reader:
        assert found(reader, "双") == {first}
        with file_store.begin() as tx:
            second = add(tx, "双箭")
            add(tx, "环龙", key=first)
        assert found(reader, "双") == {second}
        assert found(reader, "环") == {first}


@pytest.mark.outside
def test_two_clients_of_a_server_find_each_others_words(server_store: Store) -> None:
    assert server_store._writing is not None
    url = server_store._writing.url.render_as_string(hide_password=False)
    with Store.open_url(url) as other:
        with server_store.begin() as tx:
            first = add(tx, "双彩")
        assert found(other, "双") == {first}
        with other.begin() as tx:
            second = add(tx, "双箭")
        assert found(server_store, "双") == {first, second} == found(other, "双")


TEXTS = st.text(st.sampled_from("双彩纺织sc9 %_\n\x01x"), max_size=12)
CHANGES = st.lists(st.tuples(st.integers(0, 4), st.one_of(st.none(), TEXTS)), max_size=12)


@settings(deadline=None, max_examples=30)
@given(changes=CHANGES, word=st.sampled_from(WORDS))
def test_any_changes_leave_what_a_plain_look_finds(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, str | None]], word: str
) -> None:
    """None deletes. Asked after every change, so that each way of following is gone."""
    there: dict[str, str] = {}
    with Store.create(tmp_path_factory.mktemp("search") / "a.pairing", now=NOW, meta={}) as store:
        for number, text in changes:
            key = f"{number:036}"
            with store.begin() as tx:
                if text is not None:
                    add(tx, text, key=key)
                    there[key] = search.folded_lines(text)
                elif key in there:
                    records.delete(tx, key=key, who="", at=NOW)
                    del there[key]
            assert found(store, word) == {k for k, t in there.items() if all(w in t for w in word.split())}
            with store.reading() as conn:
                named = store.texts.names(conn, "enterprise", ["纺", "纺织"], few=2, among=9)
            lines = {k: t.partition("\n")[0] for k, t in there.items()}
            assert named == {k: line for k, line in lines.items() if "纺" in line}


def test_the_names_that_hold_the_rarest_parts_are_told(store: Store) -> None:
    with store.begin() as tx:
        many = [add(tx, f"竹业{n}\n9133竹箭") for n in range(4)]
        bamboo, last = add(tx, "竹箭竹业"), add(tx, "木业")
    with store.reading() as conn:
        def told(*parts: str, few: int = 9, among: int = 9) -> dict[str, str]:
            return store.texts.names(conn, "enterprise", parts, few=few, among=among)

        assert told("竹业", "竹箭", "不在", few=1) == {bamboo: "竹箭竹业"}, "codes are no names"
        assert told("竹业", "木业", few=1) == {last: "木业"}
        assert list(told("竹业", among=2)) == many[:2]
        assert set(told("竹业", "竹箭")) == {*many, bamboo}
        assert told("不在") == store.texts.names(conn, "park", ["竹"], few=1, among=1) == {}
    with undone(store) as tx:
        add(tx, "绿竹")
        assert store.texts.names(tx, "enterprise", ["绿"], few=1, among=1)
    with store.begin() as tx:  # takes the number that the other had
        add(tx, "青竹")
    with store.reading() as conn:
        assert store.texts.names(conn, "enterprise", ["青"], few=2, among=1)
        assert not store.texts.names(conn, "enterprise", ["绿"], few=2, among=1)
