"""Finding cases by a part of a word, where their words rest sealed.

Of a sealed row `search_text` is U+0001 and, sorted and each once between blanks, a word of two
letters for every character and every pair of neighbours of the patient's name, the reason and the
department: the first 12 bits of an HMAC under a key of this purpose. A search asks for the words of
its own pairs; several pairs share a word, so that what is found is opened and looked at. Numbers of
cases are found as they are.
"""

import base64
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import and_, func, or_

from protocol.consultation import CaseContent
from server.domain.case import Case
from server.store.row_keys import GroupKey
from server.store.sealed_rows import MARK
from server.store.tables import ConsultationRow

_PURPOSE = "consultations.search_text"


def search_text(number: str, content: CaseContent, key: GroupKey | None) -> str:
    """What the database keeps to find a case by; without a key its text."""
    parts = _parts(number, content)
    if key is None:
        return "\n".join(parts)
    words = {word_of(gram, key) for part in parts[1:] for gram in _grams(part)}
    return f"{MARK} {' '.join(sorted(words))} "


def may_have(text: str, key: GroupKey | None) -> Any:
    """The condition for rows that may have a text; those that have it are among them."""
    text = text.casefold()
    found = [
        func.lower(ConsultationRow.number).contains(text, autoescape=True),
        and_(
            ConsultationRow.search_text.not_like(f"{MARK}%"),
            ConsultationRow.search_text.contains(text, autoescape=True),
        ),
    ]
    if key is not None:
        asked = {word_of(gram, key) for gram in (_pairs(text) if len(text) > 1 else (text,))}
        words = [ConsultationRow.search_text.like(f"{MARK}% {one} %") for one in sorted(asked)]
        found.append(and_(*words))
    return or_(*found)


def has(case: Case, text: str) -> bool:
    return text.casefold() in "\n".join(_parts(case.number, case.content))


def _parts(number: str, content: CaseContent) -> tuple[str, ...]:
    name = "" if content.patient is None else content.patient.name
    words = (number, name, content.reason, content.department)
    return tuple(one.casefold() for one in words)


def _grams(text: str) -> Iterable[str]:
    yield from text
    yield from _pairs(text)


def _pairs(text: str) -> Iterator[str]:
    return (text[at : at + 2] for at in range(len(text) - 1))


def word_of(gram: str, key: GroupKey) -> str:
    """Two letters of base64url: one of 4,096 words. `_` would be a wild card."""
    first = key.mac(_PURPOSE, gram)[:3]
    return base64.b64encode(first, altchars=b"-.")[:2].decode()
