"""The windows offered for a picture: the file's own, and those of the modality under fixed keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from app.imaging.voi import Percentiles, Voi, Window, keyed_presets
from app.viewers.dicom.captions import preset_line
from app.viewers.dicom.reasons import preset_words
from app.viewers.dicom.tools import PRESETS

Wanted: TypeAlias = Voi | Percentiles
"""A window, or how one is found in the picture that is seen."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One window that can be chosen; `action` is the table's entry that chooses it, empty where
    none does."""

    wanted: Wanted
    action: str = ""

    @property
    def words(self) -> str:
        """Its name and its numbers, where it has them before it is chosen."""
        if isinstance(self.wanted, Percentiles):
            low, high = self.wanted.low, self.wanted.high
            return f"{preset_words(self.wanted.explanation)}  {low:g}–{high:g} %"
        return preset_line(self.wanted)

    def is_in_force(self, voi: Voi | None) -> bool:
        """Whether a picture is seen by it."""
        return same(self.wanted, voi)


def same(one: Wanted, other: Voi | None) -> bool:
    """Whether two windows show the same; tables are the same only as one object."""
    if isinstance(one, Window) and isinstance(other, Window):
        return (one.center, one.width, one.function) == (other.center, other.width, other.function)
    return one is other


def own_windows(presets: tuple[Voi, ...], modality: str) -> tuple[Voi, ...]:
    """Of what a picture offers, what the file says, or what stands for it."""
    keyed = keyed_presets(modality)
    return tuple(one for one in presets if one not in keyed)


def keyed(action: str, modality: str) -> Wanted | None:
    """What one of the keys 1 to 9 chooses: the same in every file of a modality."""
    offered = keyed_presets(modality)
    return offered[PRESETS[action]] if PRESETS[action] < len(offered) else None


def choices(presets: tuple[Voi, ...], modality: str) -> tuple[Choice, ...]:
    """The file's own in its order, then the modality's in the order of their keys. One that the
    file says too stands once, with its key, under the file's name where it has one."""
    found = [Choice(one) for one in own_windows(presets, modality)] if presets else []
    for action in PRESETS if presets else ():
        wanted = keyed(action, modality)
        if wanted is None:
            continue
        there = next((n for n, one in enumerate(found) if _twice(one, wanted)), None)
        if there is None:
            found.append(Choice(wanted, action))
        else:
            own = found[there].wanted
            found[there] = Choice(own if own.explanation else wanted, action)
    return tuple(found)


def _twice(one: Choice, wanted: Wanted) -> bool:
    return isinstance(wanted, Window) and same(one.wanted, wanted) and not one.action


def after(presets: tuple[Voi, ...], modality: str, voi: Voi | None) -> Voi | None:
    """The file's window after the one in force, the first where none of its own is."""
    own = own_windows(presets, modality)
    at = next((n for n, one in enumerate(own) if same(one, voi)), -1)
    return own[(at + 1) % len(own)] if own else None
