"""Bytes of the pictures that the report of the open case shows."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import assert_never

from app.session.case import CaseClosed, CaseOpened


@dataclass(frozen=True, slots=True)
class ReportPictures:
    """`known` has PNG by SHA-256, None where the server has it no more; `taking` while one is on
    its way into the report."""

    known: Mapping[str, bytes | None] = field(default_factory=dict, repr=False)
    taking: bool = False


@dataclass(frozen=True, slots=True)
class PictureCame:
    sha256: str
    png: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class TakingPicture:
    on: bool


ReportPictureFact = PictureCame | TakingPicture | CaseOpened | CaseClosed


def reduce_report_pictures(now: ReportPictures, fact: ReportPictureFact) -> ReportPictures:
    match fact:
        case PictureCame(sha256, png):
            return replace(now, known={**now.known, sha256: png})
        case TakingPicture(on):
            return replace(now, taking=on)
        case CaseOpened() | CaseClosed():
            return ReportPictures() if now.known or now.taking else now
        case _:
            assert_never(fact)
