"""The questions behind the signatures, asked of a packet: equal values, history, rules. Never raises on its content."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from pairing_desktop.errors import Problem, Trouble, problem
from pairing_desktop.progress import Progress, silent
from pairing_desktop.services import strange_data

if TYPE_CHECKING:
    from pairing_desktop.exchange.agreement_pdf import Beside
    from pairing_desktop.exchange.asked import Asked
    from pairing_desktop.exchange.history_answer import Earlier
    from pairing_desktop.exchange.packet_parts import Said
    from pairing_desktop.exchange.verifying import Answers
    from pairing_desktop.formspec.catalogue import Catalogue
    from pairing_desktop.formspec.indicators import IndicatorSet
    from pairing_desktop.signing.trust import Trust

class Asking(Struct, frozen=True):
    """What a verifier has at hand: forms, other packets, whether to draw everything again."""

    catalogue: Catalogue
    earlier: Sequence[Earlier] = ()
    """Other packets whose signatures hold."""
    refused: Sequence[str] = ()
    """Names of earlier packets that were handed over and prove nothing."""
    appearance: bool = True
    progress: Progress = silent
    indicators: Sequence[IndicatorSet] = ()
    """What assessments are compared with; none: the sets that came with the program."""

    @contextmanager
    def about(self, files: Mapping[str, bytes]) -> Iterator[Answers]:
        """Begin to read a packet's PDF beside other work, as that takes longest; give what answers about its files."""
        from pairing_desktop.exchange import agreement_pdf, joint_parts

        if joint_parts.is_joint(files):
            yield lambda _: {"agreement": self._joint(files)}
            return
        with agreement_pdf.reading(files) as beside:
            yield lambda said: self._answers(files, said, beside)

    def _answers(self, files: Mapping[str, bytes], said: Said, beside: Beside) -> dict[str, Asked]:
        from pairing_desktop.exchange.asked import NAMES, Asked

        if said.problems:
            return dict.fromkeys(NAMES, Asked(said.problems))
        data = said.data
        unknown = strange_data.forms(data, self.catalogue)
        other = unknown or strange_data.sheets(data, self.catalogue)
        return {"agreement": other or _safely(lambda: self._agreement(files, data, beside)),
                "history": _safely(lambda: self._history(files, data)),
                "rules": unknown or _safely(lambda: self._rules(data))}

    def _agreement(self, files: Mapping[str, bytes], data: Mapping[str, Any], beside: Beside) -> Asked:
        from pairing_desktop.documents.renderer import renderer
        from pairing_desktop.exchange.agreement import capped
        from pairing_desktop.services import agreeing, attachment_kinds, data_fields, earlier_packets, paper_signing

        found = agreeing.agreement(files, data, self.catalogue, beside, appearance=self.appearance,
                                   progress=self.progress)
        unseen = capped((*data_fields.against(data, self.catalogue), *attachment_kinds.unfit(data, files),
                         *earlier_packets.unchanged(data, self.catalogue, self.earlier)))
        alike = beside.places().renderer == renderer()
        codes = tuple(earlier_packets.codes_otherwise(data, self.catalogue, self.earlier, alike=alike))
        found = replace(found, problems=(*found.problems, *unseen, *(codes if alike else ()),
                                         *paper_signing.about_scans(files)),
                        warnings=(*found.warnings, *(() if alike else codes),
                                  *capped(data_fields.pointing_nowhere(data, self.catalogue)),
                                  *data_fields.without_partner(data, self.catalogue)))
        inside = self._carried(files, data)
        if inside is None:
            return found
        problems, warnings = (*found.problems, *inside.problems), (*found.warnings, *inside.warnings)
        return replace(found, problems=problems, warnings=warnings)

    def _carried(self, files: Mapping[str, bytes], data: Mapping[str, Any]) -> Asked | None:
        """Return the answer for the joint part that a packet carries; None without one that can be read."""
        from pairing_desktop.exchange import joint_parts, joint_verdict
        from pairing_desktop.exchange.agreement import capped
        from pairing_desktop.exchange.joint_parts import JOINT
        from pairing_desktop.exchange.packet_parts import DATA
        from pairing_desktop.services import countersigning, joint_agreeing
        from pairing_desktop.signing import container

        try:
            if JOINT not in files:
                return None
            inside = container.read(files[JOINT], name=JOINT).files
            found = self._joint(inside)
            joint = joint_parts.parse(inside.get(DATA, b""))
        except Trouble:
            return None  # told by the signatures' verdict
        others = joint_parts.differences(joint["records"], joint_verdict.records_of(data))
        named = [problem("agreement.joint_differs", place=words)
                 for words in countersigning.difference_words(self.catalogue, others)[:strange_data.NAMED]]
        asked = found.state != joint_agreeing.UNASKED
        besides = capped(joint_agreeing.said_otherwise(joint, data, self.catalogue)) if asked else ()
        return replace(found, problems=(*map(joint_verdict.inside, found.problems), *named),
                       warnings=(*map(joint_verdict.inside, found.warnings), *besides))

    def _joint(self, files: Mapping[str, bytes]) -> Asked:
        from pairing_desktop.services import joint_agreeing

        return joint_agreeing.agreement(files, self.catalogue, appearance=self.appearance)

    def _history(self, files: Mapping[str, bytes], data: Mapping[str, Any]) -> Asked:
        from pairing_desktop.exchange import history_answer
        from pairing_desktop.exchange.agreement import capped
        from pairing_desktop.exchange.packet_parts import DATA
        from pairing_desktop.services import earlier_packets

        identity = hashlib.sha256(files[DATA]).hexdigest()
        found = history_answer.history(data, identity, self.earlier)
        others = [each for each in self.earlier if each.identity != identity]
        proved, perhaps = earlier_packets.counted_otherwise(data, self.catalogue, others)
        notices = capped((*(problem("agreement.earlier_refused", name=name) for name in self.refused),
                          *earlier_packets.differing(data, self.catalogue, others), *perhaps,
                          *earlier_packets.gone(data, self.catalogue, others)))
        return replace(found, problems=(*found.problems, *capped(proved)),
                       state="contradictory" if proved else found.state, warnings=(*found.warnings, *notices))

    def _rules(self, data: Mapping[str, Any]) -> Asked:
        from pairing_desktop.services import rechecking

        found = rechecking.rules(data, self.catalogue, self.progress)
        return replace(found, warnings=(*found.warnings, *self._scored_otherwise(data)))

    def _scored_otherwise(self, data: Mapping[str, Any]) -> tuple[Problem, ...]:
        """Return what an assessment in the data asks otherwise than the indicator set of its term at hand."""
        from pairing_desktop.services import assessing_compared

        if not any(record["form"] == assessing_compared.FORM for record in data["records"]):
            return ()
        return tuple(assessing_compared.differing(data, self.indicators or shipped_indicators()))


def _safely(ask: Callable[[], Asked]) -> Asked:
    """Return the answer; data that makes no sense is an answer too."""
    from pairing_desktop.exchange.asked import Asked

    try:
        return ask()
    except Trouble as error:
        return Asked(error.problems)
    except strange_data.MISFITS as error:
        return Asked((problem("agreement.data_malformed", what=strange_data.lacking(error)),))


@cache
def shipped() -> Catalogue:
    """Return the forms that came with the program."""
    from pairing_desktop import paths
    from pairing_desktop.formspec import catalogue

    return catalogue.load(paths.forms())


@cache
def shipped_indicators() -> tuple[IndicatorSet, ...]:
    """Return the indicator sets that came with the program: samples."""
    from pairing_desktop.formspec import indicators_loading
    from pairing_desktop.formspec.indicators import TERMS

    return tuple(indicators_loading.example(shipped(), term) for term in TERMS)


AGED = frozenset({"signing.expired", "signing.revoked", "signing.root_expired"})
"""What may have come over an earlier packet since it was received: it still tells where the history stood."""


def other_packets(paths: Sequence[Path], trust: Trust) -> tuple[list[Earlier], list[str]]:
    """Return the packets among files whose signatures hold, by their data, and the names of the other packets.

    A packet that nobody signed, or that was changed, says nothing about another one.
    """
    from pairing_desktop.exchange import packet, packet_parts
    from pairing_desktop.exchange.history_answer import Earlier, heads, merged
    from pairing_desktop.signing import container

    found, refused = [], []
    names = Counter(path.name for path in paths)
    for path in paths:
        called = path.name if names[path.name] == 1 else f"{path.absolute().parent.name}/{path.name}"
        try:
            content = container.read(path).files.get(packet_parts.DATA, b"")
            data = packet_parts.parse_data(content)
            heads(data["history"])
            merged(data["history"])
        except (Trouble, *strange_data.MISFITS):
            refused.append(path.name)
            continue
        verdict = packet.verify(path, trust, name=path.name)
        if verdict.signatures and all(p.code in AGED for p in verdict.problems):
            found.append(Earlier(called, hashlib.sha256(content).hexdigest(), data))
        else:
            refused.append(path.name)
    return found, refused
