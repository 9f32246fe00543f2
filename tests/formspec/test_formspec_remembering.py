"""A memory of rules says what the rules say, for every record of the sample and for what differs by type alone."""

from pairing_desktop.formspec import rules
from pairing_desktop.formspec.lookup import MemoryLookup
from pairing_desktop.formspec.remembering import Memo
from tests.forms.sampling import Sample


def test_with_and_without_memory_are_the_same() -> None:
    sample = Sample()
    sample.enter("2024Q2")
    known = [one for _, one in sample.records.items()]
    lookup = MemoryLookup(known, period="2024Q2")
    memos: dict[str, Memo] = {}
    for again in range(2):
        for one in known:
            form = sample.catalogue.form(one.form)
            where = {"record_key": one.key, "period": "2024Q2", "subject": one.subject}
            payload = dict(one.payload)
            if again:  # one field after the other left out
                values = dict(payload["values"])
                values.pop(next(iter(values)), None)
                payload["values"] = values
            plain = rules.check(form, payload, lookup, **where)
            kept = rules.check(form, payload, lookup, **where, memo=memos.setdefault(one.form, Memo()))
            assert kept == plain


def test_values_that_are_equal_but_for_their_type_stay_apart() -> None:
    sample = Sample()
    form = sample.catalogue.form("enterprise")
    lookup, memo = MemoryLookup([]), Memo()
    for values in ({"above_scale": True, "above_scale_since": 1}, {"above_scale": False, "above_scale_since": 2019},
                   {"above_scale_since": 0, "above_scale": True}, {"above_scale": True, "above_scale_since": 2019}):
        payload = {"values": values}
        assert rules.check(form, payload, lookup, record_key="k", period="2024Q2", memo=memo) == rules.check(
            form, payload, lookup, record_key="k", period="2024Q2")
