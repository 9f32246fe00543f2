"""Whether a packet stands on one unbroken history: its journal links, its revisions on them, and earlier packets.

A packet carries the journal's head, the head that the last submitted packet carried, and the links between as [what,
digest]; each link's hash covers the one before (``store.journal`` writes the same). Two kinds of link explain packets
that lie on another chain: a restore, and a merge of another data file, whose text the packet carries: it names each
packet that went out from the other file by its identity and the end of the chain that it carried.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from pairing_desktop.errors import Problem, problem
from pairing_desktop.exchange.asked import Asked

BEGINNING = "0" * 64
RESTORE = "restore"
"""The link that says that the history begins anew from an earlier state."""
MERGE = "merge"
"""The link that says that another data file's records came in, and its submissions."""


_OF_REVISION = ("form", "key", "number", "natural_key", "subject", "period", "payload")
"""What a revision says for good; labels name other records too, which may be renamed."""

Carried = tuple[str, int, str]
"""A packet that went out from another data file: its identity, and the end of the chain that it carried."""


class Explained(Struct, frozen=True):
    """What the entries of a history explain: ``restarts`` are heads after restores, ``came`` packets of merged files.

    Two histories that went apart at a restore don't contradict each other: an entry says why. Two that share all of
    them do, unless a merge names the other.
    """

    restarts: frozenset[str]
    came: frozenset[Carried]


class Earlier(Struct, frozen=True):
    """Another packet of the same county, opened and judged by itself."""

    name: str
    identity: str
    data: Mapping[str, Any]


def link(previous: str, seq: int, what: str, digest: str) -> str:
    """Return the head that a link makes of the one before."""
    entry = json.dumps({"digest": digest, "seq": seq, "what": what}, sort_keys=True, separators=(",", ":"),
                       ensure_ascii=False)
    inner = hashlib.sha256(entry.encode()).digest()
    return hashlib.sha256(bytes.fromhex(previous) + inner).hexdigest()


def heads(history: Mapping[str, Any]) -> dict[int, str]:
    """Return the head after each link that a packet carries, its start among them. Raises ``ValueError``."""
    since = history["since"] or {"seq": 0, "head": BEGINNING}
    seq, head = since["seq"], since["head"]
    found = {seq: head}
    for what, digest in history["entries"]:
        seq += 1
        found[seq] = head = link(head, seq, what, digest)
    return found


def history(data: Mapping[str, Any], identity: str, earlier: Iterable[Earlier] = ()) -> Asked:
    """Return whether the history is first, continued, restarted, or contradicts an ``earlier`` packet of the county.

    Raises KeyError, TypeError or ValueError for data that isn't as our program writes it.
    """
    said = data["history"]
    known = heads(said)
    found: list[Problem] = []
    if known.get(said["seq"]) != said["head"] or max(known) != said["seq"] or not _merges_linked(said):
        found.append(problem("agreement.chain_broken", seq=_start(said)))
    others = [e for e in earlier if e.identity != identity and e.data["county"] == data["county"]]
    own = Earlier("", identity, data)
    found += [*_off_chain(data, others), *_revised_together(data), *_since_another(said, others)]
    found += [*_replaced_other(data, others), *_said_otherwise(data, others)]
    explained = {e.identity: _explained(e.data["history"], [*others, own]) for e in (own, *others)}
    found += [_contradiction(own, e) for e in others if not _reconciled(own, e, explained, [*others, own])]
    if found:
        return Asked(tuple(found), "contradictory")
    again = (*_numbered_alike(own, others), *_replaced_absent(data, others), *_revised_alike(own, others))
    if restarts := tuple(_restarted(said)):
        return Asked((), "restarted", (*again, *restarts))
    if said["since"] is None:
        return Asked((), "first", again)
    if any(e.identity == said["since"]["identity"] for e in others):
        return Asked((), "continued", again)
    return Asked((), "claimed", (*again, problem("agreement.earlier_needed")))


def merged(said: Mapping[str, Any]) -> list[tuple[int, str, Mapping[str, Any]]]:
    """Return what a packet says of merges: number of the link, its text, and what the text says.

    Raises KeyError, TypeError or ValueError for what isn't as our program writes it.
    """
    found = []
    for seq, text in said.get("merges", ()):
        if not (isinstance(seq, int) and isinstance(text, str)):
            raise TypeError(text)
        merge = json.loads(text)
        for one in merge["sent"]:
            bytes.fromhex(one["head"])
            if not (isinstance(one["seq"], int) and isinstance(one["identity"], str)):
                raise TypeError(one)
        for head in (*merge["restarts"], merge["other_head"]):
            bytes.fromhex(head)
        if not isinstance(merge["file"], str):
            raise TypeError(merge)
        found.append((seq, text, merge))
    return found


def _restarted(said: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield why a history does not simply go on: a restore, or packets that went out from a file merged since."""
    if any(what == RESTORE for what, _ in said["entries"]):
        yield problem("agreement.restarted")
    for _, _, merge in merged(said):
        if merge["sent"]:
            yield problem("agreement.merged", file=merge["file"])


def _merges_linked(said: Mapping[str, Any]) -> bool:
    """Tell whether what a packet says of merges is just what the links of merges cover."""
    start = _start(said)
    links = {start + n: digest for n, (what, digest) in enumerate(said["entries"], 1) if what == MERGE}
    told = merged(said)
    digests = {seq: hashlib.sha256(text.encode()).hexdigest() for seq, text, _ in told}
    return links == digests and len(told) == len(links)


def _reconciled(one: Earlier, other: Earlier, explained: Mapping[str, Explained], pool: Iterable[Earlier]) -> bool:
    """Tell whether two packets can both be: on one chain, apart at a restore, or joined by a merge that names one."""
    if _on_one_chain(one, other) or explained[one.identity].restarts != explained[other.identity].restarts:
        return True
    first, second = _carried(one), _carried(other)
    for each in pool:
        came = explained[each.identity].came
        if (first in came and (second in came or _on_one_chain(each, other))) or (
                second in came and _on_one_chain(each, one)):
            return True
    return False


def _on_one_chain(one: Earlier, other: Earlier) -> bool:
    return _agrees(heads(one.data["history"]), one.data["history"], other.data["history"])


def _carried(one: Earlier) -> Carried:
    said = one.data["history"]
    return one.identity, said["seq"], said["head"]


def _contradiction(own: Earlier, other: Earlier) -> Problem:
    """Return that another packet stands on another history: an earlier one, or one that has the same number."""
    if _alike(own, other):
        return problem("agreement.forked", number=own.data["submission"], name=other.name)
    return problem("agreement.rewritten", name=other.name)


def _replaced_other(data: Mapping[str, Any], others: Iterable[Earlier]) -> Iterator[Problem]:
    """Yield that what this submission replaces is none of the packets at hand that have its number."""
    said = data["replaces"]
    if said is None:
        return
    before = [e for e in others if (e.data["period"], e.data["submission"]) == (data["period"], said["submission"])]
    if before and all(e.identity != said["identity"] for e in before):
        yield problem("agreement.replaces_other", number=said["submission"], name=before[-1].name)


def _replaced_absent(data: Mapping[str, Any], others: Iterable[Earlier]) -> Iterator[Problem]:
    """Yield a notice that the packet that is replaced is not at hand; of the last one submitted another tells."""
    said, since = data["replaces"], data["history"]["since"]
    last = since is not None and said is not None and since["identity"] == said["identity"]
    if said is not None and not last and all(e.identity != said["identity"] for e in others):
        yield problem("agreement.replaced_absent", number=said["submission"])


def _numbered_alike(own: Earlier, others: Iterable[Earlier]) -> Iterator[Problem]:
    """Yield other submissions of the same number: after a restore the county counts on from what it still knows."""
    for other in others:
        if _alike(own, other):
            yield problem("agreement.numbered_alike", number=own.data["submission"], name=other.name)


def _alike(own: Earlier, other: Earlier) -> bool:
    return all(other.data[name] == own.data[name] for name in ("period", "submission"))


def _explained(said: Mapping[str, Any], pool: Iterable[Earlier]) -> Explained:
    """Return what a packet's entries explain, as far back as packets at hand tell it.

    A merge's text counts only where a link covers it.
    """
    by_identity = {e.identity: e.data["history"] for e in pool}
    restarts: set[str] = set()
    came: set[Carried] = set()
    step: Mapping[str, Any] | None = said
    while step is not None:
        seq, since = _start(step), step["since"]
        known = heads(step)
        restarts |= {known[seq + n] for n, (what, _) in enumerate(step["entries"], 1) if what == RESTORE}
        for _, _, merge in merged(step) if _merges_linked(step) else ():
            restarts.update(merge["restarts"])
            came |= {(one["identity"], one["seq"], one["head"]) for one in merge["sent"]}
        step = by_identity.pop(since["identity"], None) if since else None
    return Explained(frozenset(restarts), frozenset(came))


def _start(said: Mapping[str, Any]) -> int:
    seq: int = said["since"]["seq"] if said["since"] else 0
    return seq


def _agrees(known: Mapping[int, str], said: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tell whether another packet's head can lie on the same chain: where both tell a link's head, it is the same."""
    if said["since"] and said["since"]["seq"] == other["seq"] and said["since"]["head"] != other["head"]:
        return False
    theirs = heads(other)
    return all(theirs[seq] == known[seq] for seq in theirs.keys() & known.keys())


def _revised_together(data: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield records that claim one revision: it covers the record's own key, so that of one of them is another's."""
    first: dict[str, str] = {}
    for record in data["records"]:
        if record["revision"] in first:
            other = first[record["revision"]]
            yield problem("agreement.revision_twice", record=record["label"][:40], other=other[:40])
        first[record["revision"]] = record["label"]


def _said_otherwise(data: Mapping[str, Any], others: Iterable[Earlier]) -> Iterator[Problem]:
    """Yield of each packet at hand the first record that bears a revision of this one's and says something else.

    A revision never changes; what a record holds is shown as its form has it, so that both must have the same form.
    """
    own = {record.get("revision"): record for record in data["records"]}
    forms = _digests(data)
    for each in others:
        theirs = _digests(each.data)
        for record in each.data["records"]:
            now = own.get(record.get("revision"))
            if now is None or all(now.get(name) == record.get(name) for name in _OF_REVISION):
                continue
            if now["form"] != record["form"] or forms.get(now["form"]) == theirs.get(now["form"]):
                yield problem("agreement.revision_differs", record=now["label"][:40], name=each.name)
                break


def _revised_alike(own: Earlier, others: Iterable[Earlier]) -> Iterator[Problem]:
    """Yield of each packet on this chain the first record that is revised as often there, by another revision.

    What the cover calls 未变 goes by that number.
    """
    numbers = {(record["key"], record.get("number")): record for record in own.data["records"]}
    for each in (e for e in others if _on_one_chain(own, e)):
        for record in each.data["records"]:
            now = numbers.get((record["key"], record.get("number")))
            if now and now["revision"] != record.get("revision") and now["payload"] != record["payload"]:
                yield problem("agreement.number_alike", record=now["label"][:40], name=each.name)
                break


def _digests(data: Mapping[str, Any]) -> dict[str, str]:
    """Return the digest of each form by which a packet's records were read."""
    return {form["id"]: form.get("digest", "") for form in data["forms"]}


def _since_another(said: Mapping[str, Any], others: Iterable[Earlier]) -> Iterator[Problem]:
    """Yield a packet at hand at whose end this history goes on, while it names another one that is not there."""
    since = said["since"]
    if since is None or any(e.identity == since["identity"] for e in others):
        return
    for each in others:
        end = each.data["history"]
        if (end["seq"], end["head"]) == (since["seq"], since["head"]):
            yield problem("agreement.since_another", name=each.name)


def _off_chain(data: Mapping[str, Any], others: Iterable[Earlier]) -> Iterator[Problem]:
    """Yield the first record whose revision is neither on the links carried nor in the packets before.

    Unless the packets at hand lead back to the beginning, what was not revised since cannot be looked for.
    """
    by_identity = {e.identity: e.data["history"] for e in others}
    listed: set[str] = set()
    step: Mapping[str, Any] | None = data["history"]
    while step is not None:
        listed |= {digest for what, digest in step["entries"] if what == "revision"}
        if step["since"] is None:
            break
        step = by_identity.pop(step["since"]["identity"], None)
    if step is None:
        return
    for record in data["records"]:
        if record["revision"] not in listed:
            yield problem("agreement.revision_off_chain", record=record["label"])
            return
