"""Which picture each cell of a stage gets. A missing attribute never matches, and never raises."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from app.imaging.geometry import normal
from app.imaging.hanging.schema import Axis, Cell, Stage
from app.imaging.priors import CaseStudy
from app.imaging.series import Instance, Series

PROJECTIONS = frozenset({"CR", "DX", "MG", "RG", "IO", "PX", "XA", "RF"})
"""Modalities whose pictures are looked at one by one: each is hung for itself."""
_AXES = (Axis.SAGITTAL, Axis.CORONAL, Axis.AXIAL)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A picture that a cell may begin with: slice `index` (from 0) of a series."""

    series: Series
    index: int
    instance: Instance

    @property
    def key(self) -> tuple[str, int]:
        """The same for the same picture."""
        return self.series.uid, self.index


@dataclass(frozen=True, slots=True)
class Hung:
    """A cell of a stage and what it found, None where the case holds nothing of the kind."""

    cell: Cell
    found: Candidate | None


@lru_cache(maxsize=512)
def _pattern(word: str) -> re.Pattern[str]:
    plain = re.escape(word)
    # Latin words stand alone ("PA" is not in "spatial"); Chinese is written without spaces.
    return re.compile(rf"(?<![A-Za-z]){plain}(?![A-Za-z])" if word.isascii() else plain, re.I)


def says(text: str, word: str) -> bool:
    """Whether a description has a word, in whatever case."""
    return _pattern(word).search(text) is not None


def words_of(series: Series, instance: Instance) -> str:
    """Where the words of a selector are looked for."""
    return f"{series.first.series_description} {instance.hanging.region}"


def axis_of(instance: Instance) -> Axis | None:
    """The direction a picture is cut in, None where it has no orientation."""
    plane = instance.plane()
    orientation = plane.orientation if plane is not None else instance.orientation
    if orientation is None:
        return None
    parts = [abs(part) for part in normal(orientation)]
    return _AXES[parts.index(max(parts))]


def candidates(study: CaseStudy | None) -> tuple[Candidate, ...]:
    """Every picture that may begin a cell: each projection, and the first slice of each stack."""
    found: list[Candidate] = []
    for series in study.images if study is not None else ():
        alone = series.first.modality in PROJECTIONS
        seen: set[str] = set()
        for index, ref in enumerate(series.slices):
            instance = series.instance(ref.sop_instance_uid)
            if instance is None or instance.sop_instance_uid in seen:
                continue
            seen.add(instance.sop_instance_uid)
            found.append(Candidate(series, index, instance))
            if not alone:
                break
    return tuple(found)


def matches(cell: Cell, candidate: Candidate) -> bool:
    """Whether every criterion that a cell names holds."""
    instance = candidate.instance
    facts, text = instance.hanging, words_of(candidate.series, instance)
    return (
        (not cell.modalities or instance.modality in cell.modalities)
        and (not cell.views or facts.view in cell.views)
        and (cell.laterality is None or facts.laterality == cell.laterality)
        and (cell.plane is None or axis_of(instance) is cell.plane)
        and (not cell.words or any(says(text, word) for word in cell.words))
        and not any(says(text, word) for word in cell.not_words)
    )


def _resembles(candidate: Candidate, other: Candidate) -> bool:
    mine, theirs = candidate.instance, other.instance
    return (
        mine.modality == theirs.modality
        and axis_of(mine) is axis_of(theirs)
        and _agree(mine.hanging.view, theirs.hanging.view)
        and _agree(mine.hanging.laterality, theirs.hanging.laterality)
        and _agree(mine.hanging.body_part, theirs.hanging.body_part)
    )


def _agree(a: str, b: str) -> bool:
    return not a or not b or a == b


def _likeness(candidate: Candidate, other: Candidate) -> tuple[bool, bool, int]:
    """Greater for what resembles more: the same view, the same name, about as many slices."""
    named = candidate.series.first.series_description.casefold()
    count = abs(len(candidate.series.slices) - len(other.series.slices))
    return (
        candidate.instance.hanging.view == other.instance.hanging.view,
        bool(named) and named == other.series.first.series_description.casefold(),
        -count,
    )


def hang(stage: Stage, current: CaseStudy, prior: CaseStudy | None) -> tuple[Hung, ...]:
    """What each cell of a stage shows, in order.

    Among what matches, the first preferred word wins, then the likeness to another cell, then the
    greater stack, then the order of the study.
    """
    pools = {"current": candidates(current), "prior": candidates(prior)}
    used: set[tuple[str, int]] = set()
    hung: list[Hung] = []
    for cell in stage.cells:
        model = hung[cell.like].found if cell.like is not None else None
        if cell.like is not None and model is None:
            hung.append(Hung(cell, None))
            continue
        pool = [c for c in pools[cell.study] if matches(cell, c)]
        if model is not None:
            pool = [c for c in pool if _resembles(c, model)]
        if not cell.again:
            pool = [c for c in pool if c.key not in used]
        found = _best(cell, pool, model)
        if found is not None:
            used.add(found.key)
        hung.append(Hung(cell, found))
    return tuple(hung)


def _best(cell: Cell, pool: Iterable[Candidate], model: Candidate | None) -> Candidate | None:
    def rank(candidate: Candidate) -> tuple[int, tuple[bool, bool, int], int]:
        text = words_of(candidate.series, candidate.instance)
        said = (n for n, word in enumerate(cell.prefer) if says(text, word))
        preferred = -next(said, len(cell.prefer))
        alike = _likeness(candidate, model) if model is not None else (False, False, 0)
        return preferred, alike, len(candidate.series.slices)

    # Of equals `max` keeps the first, which is the order of the study.
    return max(pool, key=rank, default=None)
