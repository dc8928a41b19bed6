"""The words of written objects that a person reads, in the language of who wrote them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.imaging.annotation import AnnotationKind

if TYPE_CHECKING:
    from highdicom.sr import LanguageOfContentItemAndDescendants

_LANGUAGES = {"zh": "Chinese", "en": "English"}
"""Language subtags of RFC 5646 and their meaning (PS3.16 CID 5000)."""


@dataclass(frozen=True, slots=True)
class Wording:
    """`language` is a key of CID 5000, "zh" or "en"; `kinds` are the names of what is measured;
    `drawn` says in a few words what a presentation state holds."""

    language: str = "en"
    kinds: Mapping[AnnotationKind, str] = field(default_factory=dict)
    drawn: str = "Marks and measurements"

    def tracking(self, kind: AnnotationKind, number: int) -> str:
        """What a measurement without words of its own is called."""
        return f"{self.kinds.get(kind) or str(kind)} {number}"

    def language_item(self) -> LanguageOfContentItemAndDescendants:
        """The language of a report (PS3.16 TID 1204).

        Raises:
            KeyError: a language this program does not write.
        """
        from highdicom.sr import CodedConcept, LanguageOfContentItemAndDescendants

        meaning = _LANGUAGES[self.language]
        return LanguageOfContentItemAndDescendants(CodedConcept(self.language, "RFC5646", meaning))


ENGLISH = Wording()
