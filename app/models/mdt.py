"""An MDT on the screen: whom one may ask, where each opinion is, and what the minutes say."""

from dataclasses import dataclass
from typing import assert_never
from uuid import UUID

from PySide6.QtCore import QCoreApplication

from app.models.times import moment
from protocol.account import Account, Role
from protocol.consultation import ConsultationSummary
from protocol.mdt import Dissent, Mdt, MdtOpinion, Minutes
from protocol.report import Report
from protocol.second_opinion import SecondState


@dataclass(frozen=True, slots=True)
class ExpertChoice:
    """Somebody who may be named; `line` says why them."""

    expert_id: UUID
    name: str
    departments: tuple[str, ...] = ()
    line: str = ""


@dataclass(frozen=True, slots=True)
class AskMdtProps:
    """`holder` chairs where somebody holds the case; else one of `chairs` is to be named."""

    holder: str
    chairs: tuple[ExpertChoice, ...]
    experts: tuple[ExpertChoice, ...]


@dataclass(frozen=True, slots=True)
class DissentProps:
    """An opinion beside which the chair notes whether its expert agrees with the conclusion."""

    opinion_id: UUID
    who: str
    dissent: Dissent | None


def experts_of(row: ConsultationSummary, accounts: tuple[Account, ...]) -> tuple[ExpertChoice, ...]:
    """Who may be named for an opinion, by name; never who holds the case."""
    chair = None if row.expert is None else row.expert.id
    return tuple(
        ExpertChoice(one.id, one.display_name, one.expert.departments)
        for one in sorted(accounts, key=lambda one: one.display_name)
        if one.expert is not None and one.id != chair and Role.EXPERT in one.roles
    )


def standing(mdt: Mdt) -> tuple[str, ...]:
    """Where each opinion is, in a few words."""
    return tuple(f"{_who(one)}: {_state(one, mdt)}" for one in mdt.opinions)


def late_again(mdt: Mdt) -> tuple[MdtOpinion, ...]:
    """Opinions that were signed again after all had been shown."""
    opened = mdt.opened_at
    if opened is None:
        return ()
    return tuple(one for one in mdt.signed if one.signed_at is not None and one.signed_at > opened)


def dissents_of(mdt: Mdt | None, dissents: tuple[Dissent, ...]) -> tuple[DissentProps, ...]:
    """For the chair, once the opinions are shown."""
    if mdt is None or mdt.opened_at is None:
        return ()
    by_id = {one.consultation_id: one for one in dissents}
    return tuple(
        DissentProps(one.consultation_id, _who(one), by_id.get(one.consultation_id))
        for one in mdt.signed
    )


def minutes_of_report(report: Report) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The parts of signed minutes, each a heading and its lines; none of a report that has none."""
    minutes, translate = report.minutes, QCoreApplication.translate
    if minutes is None:
        return ()
    parts = (
        (translate("mdt", "Chair"), (_named(report.expert_name, report.expert_institution),)),
        (translate("mdt", "Opinions"), tuple(_opinions(minutes))),
        (translate("mdt", "Without an opinion of"), tuple(_missing(minutes))),
        (translate("mdt", "Dissent"), tuple(_dissent(minutes, report.opinion.dissents))),
    )
    return tuple((title, lines) for title, lines in parts if lines)


def _who(one: MdtOpinion) -> str:
    return _named(one.department, one.expert_name)


def _named(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _state(one: MdtOpinion, mdt: Mdt) -> str:
    translate = QCoreApplication.translate
    match one.state:
        case SecondState.WAITING:
            return translate("mdt", "waits for an expert")
        case SecondState.READING:
            return translate("mdt", "reads")
        case SecondState.SIGNED:
            if one in late_again(mdt):
                return translate("mdt", "signed again as version {n}").format(n=one.version)
            return translate("mdt", "signed")
        case SecondState.ENDED:
            return translate("mdt", "ended without an opinion")
        case _:
            assert_never(one.state)


def _opinions(minutes: Minutes) -> list[str]:
    translate = QCoreApplication.translate
    lines = []
    for one in minutes.contributions:
        who = _named(one.department, one.expert_name, one.expert_institution)
        text = translate("mdt", "{who} ({number}, version {n}, {when}): {words}")
        if one.late:
            text = translate(
                "mdt",
                "{who} ({number}, version {n}, {when}, signed after the others were shown): "
                "{words}",
            )
        when = moment(one.signed_at)
        lines.append(
            text.format(who=who, number=one.number, n=one.version, when=when, words=one.impression)
        )
    return lines


def _missing(minutes: Minutes) -> list[str]:
    lines = [_named(one.department, one.expert_name) for one in minutes.missing]
    if lines and minutes.without:
        text = QCoreApplication.translate("mdt", "Why the chair went on: {why}")
        lines.append(text.format(why=minutes.without))
    return lines


def _dissent(minutes: Minutes, dissents: tuple[Dissent, ...]) -> list[str]:
    translate = QCoreApplication.translate
    names = {one.consultation_id: one.expert_name for one in minutes.contributions}
    lines = []
    for one in dissents:
        text = translate("mdt", "{name}, as noted by the chair: {words}")
        if one.quoted:
            text = translate("mdt", "{name}, in their own words: “{words}”")
        lines.append(text.format(name=names.get(one.consultation_id, ""), words=one.words))
    return lines or [translate("mdt", "No expert dissents.")]
