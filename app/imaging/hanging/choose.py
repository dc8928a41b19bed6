"""Which protocol suits a case: every criterion must hold, and each that holds has its points.

The more a protocol asks for and gets, the better it suits: a protocol for CT of the chest wins
over one for CT, and one that shows the prior wins where there is one to compare with.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from app.imaging.hanging.place import Hung, hang, says
from app.imaging.hanging.schema import Match, Protocol
from app.imaging.priors import CaseStudy, Relation, comparable


class Criterion(Enum):
    """What is asked, and what it counts when it holds."""

    MODALITY = 8
    BODY_PART = 16
    WORDS = 15
    IMAGES = 2
    PRIOR = 64
    FILLED_CELL = 1


@dataclass(frozen=True, slots=True)
class Case:
    """What is to be hung: the current study, and the prior to compare it with."""

    current: CaseStudy
    prior: CaseStudy | None = None

    @classmethod
    def of(cls, studies: Iterable[CaseStudy]) -> Case | None:
        """None where the current study has no pictures."""
        found = tuple(studies)
        current = next((s for s in found if s.relation is Relation.CURRENT and s.images), None)
        return cls(current, comparable(found)) if current is not None else None

    @property
    def modality(self) -> str:
        """The modality of most series of the current study."""
        named = [series.first.modality for series in self.current.images]
        return max(named, key=named.count)


@dataclass(frozen=True, slots=True)
class Suited:
    """A protocol that may be used, and why: (criterion, points) for each that holds."""

    protocol: Protocol
    reasons: tuple[tuple[Criterion, int], ...]

    @property
    def points(self) -> int:
        """The sum of `reasons`."""
        return sum(points for _criterion, points in self.reasons)


def suited(protocol: Protocol, case: Case) -> Suited | None:
    """Whether a protocol suits, with its reasons; None where a criterion does not hold."""
    match, reasons = protocol.match, list[tuple[Criterion, int]]()
    if match.modalities:
        if not set(match.modalities) & case.current.modalities:
            return None
        reasons.append((Criterion.MODALITY, Criterion.MODALITY.value))
    about = _about(match, case)
    if about is None:
        return None
    reasons.extend((criterion, criterion.value) for criterion in about)
    if match.images is not None:
        count = sum(len(series.slices) for series in case.current.images)
        if not match.images[0] <= count <= match.images[1]:
            return None
        reasons.append((Criterion.IMAGES, Criterion.IMAGES.value))
    if match.prior:
        if case.prior is None:
            return None
        reasons.append((Criterion.PRIOR, Criterion.PRIOR.value))
    hung = hang(protocol.stages[0], case.current, case.prior)
    filled = sum(1 for one in hung if one.found is not None)
    if filled < match.fills or (match.prior and not _shows_prior(hung)):
        return None
    if filled:
        reasons.append((Criterion.FILLED_CELL, filled * Criterion.FILLED_CELL.value))
    return Suited(protocol, tuple(reasons))


def _shows_prior(hung: Iterable[Hung]) -> bool:
    return any(one.cell.study == "prior" and one.found is not None for one in hung)


def _about(match: Match, case: Case) -> list[Criterion] | None:
    """What of body part and words holds; None where neither does though one is asked for."""
    text = " ".join(
        part
        for series in case.current.images
        for part in (
            series.first.study_description,
            series.first.series_description,
            series.first.hanging.region,
        )
    )
    if any(says(text, word) for word in match.not_words):
        return None
    found: list[Criterion] = []
    if case.current.body_parts & set(match.body_parts):
        found.append(Criterion.BODY_PART)
    if any(says(text, word) for word in match.words):
        found.append(Criterion.WORDS)
    if (match.body_parts or match.words) and not found:
        return None
    return found


def ranked(protocols: Iterable[Protocol], case: Case) -> tuple[Suited, ...]:
    """The protocols that suit, the best first; of equals the one that stands first in its file."""
    found = [one for protocol in protocols if (one := suited(protocol, case)) is not None]
    return tuple(sorted(found, key=lambda one: -one.points))
