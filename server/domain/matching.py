"""Which experts a case may go to, in which order and why (domain.md, Matching)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import blake2b
from statistics import median
from uuid import UUID

from protocol.account import ExpertProfile, ExpertTitle, SpokenLanguage
from protocol.consultation import CaseContent, Urgency
from protocol.queue import Candidate, IneligibleReason, Presence, ScoreTerm, TermValue
from server.domain.case import RINGS_AT_ONCE, Case
from server.domain.people import Who

TITLE_POINTS: dict[ExpertTitle, int] = {
    ExpertTitle.CHIEF: 50,
    ExpertTitle.ASSOCIATE_CHIEF: 30,
    ExpertTitle.ATTENDING: 0,
    ExpertTitle.RESIDENT: 0,
}
POINTS_PER_YEAR = 2
RESPONSE_BASE_MINUTES = 30
POINTS_PER_MINUTE_FASTER = 2
CRITICAL_POINTS = 20
FREE_POINTS: dict[Presence, int] = {Presence.AVAILABLE: 20, Presence.READING: 10}
"""Ours, of critical cases: who could look at once; a call is not cut off, a pause may be out of the
house."""
NEWCOMER_MINUTES = Decimal(15)
"""The accept target stands in where nobody of a department has a history yet."""
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Standing:
    """An expert as matching sees them at one moment. `on_call`: for the case's department."""

    who: Who
    reachable: bool
    agreement: bool
    licensed: bool = True
    excluded: bool = False
    declined: bool = False
    independent: bool = True
    """Of a second opinion: they neither gave the first one nor can read it."""
    on_shift: bool = True
    on_call: bool = False
    mean_response_minutes: Decimal | None = None
    load: int = 0
    """What the cases weigh that they hold or are being rung for."""
    held: int = 0
    """How many those are; of those that ring them critical ones count neither here nor there."""
    rings: int = 0
    presence: Presence = Presence.AVAILABLE
    idle_since: datetime | None = None
    rung_until: datetime | None = None
    """When a case last ceased to ring them."""

    @property
    def left_alone_since(self) -> datetime:
        """Who is rung and does not answer is not asked before others for having been idle."""
        return max(self.idle_since or _LONG_AGO, self.rung_until or _LONG_AGO)


@dataclass(frozen=True, slots=True)
class Needs:
    """What a case asks of an expert."""

    department: str
    diagnosis_codes: tuple[str, ...]
    critical: bool
    language: SpokenLanguage | None = None

    @classmethod
    def of(cls, content: CaseContent) -> "Needs":
        return cls(
            content.department,
            content.diagnosis_codes,
            content.urgency is Urgency.CRITICAL,
            content.language,
        )


def disease_matches(codes: Iterable[str], prefixes: Iterable[str]) -> bool:
    """Whether one code begins with one prefix; `I10` covers `I10.x00`.

    An expert without prefixes takes every disease of the department; a case that has no
    diagnosis yet excludes nobody.
    """
    wanted, offered = tuple(codes), tuple(prefix for prefix in prefixes if prefix)
    if not wanted or not offered:
        return True
    return any(code.upper().startswith(prefix.upper()) for code in wanted for prefix in offered)


WIDENED = frozenset((IneligibleReason.DISEASE, IneligibleReason.LANGUAGE))
"""Reasons that count no longer once the accept clock has run out: the department must still fit."""


def reasons_against(needs: Needs, standing: Standing) -> tuple[IneligibleReason, ...]:
    """Every reason why this expert may not take the case; empty means eligible.

    A critical case is for who is off shift, holds enough or speaks another language too, and for
    who is on call whatever the disease.
    """
    profile = standing.who.expert
    departments = () if profile is None else profile.departments
    prefixes = () if profile is None else profile.icd10_prefixes
    spoken = () if profile is None else profile.languages
    most = None if profile is None else profile.capacity
    against = (
        (IneligibleReason.DEPARTMENT, needs.department not in departments),
        (
            IneligibleReason.DISEASE,
            not (needs.critical and standing.on_call)
            and not disease_matches(needs.diagnosis_codes, prefixes),
        ),
        (IneligibleReason.LANGUAGE, not needs.critical and not _speaks(needs.language, spoken)),
        (IneligibleReason.FULL, not needs.critical and most is not None and standing.held >= most),
        (IneligibleReason.UNREACHABLE, not standing.reachable),
        (IneligibleReason.OFF_SHIFT, not standing.on_shift and not needs.critical),
        (IneligibleReason.UNLICENSED, not standing.licensed or standing.who.disabled),
        (IneligibleReason.NO_AGREEMENT, not standing.agreement),
        (IneligibleReason.EXCLUDED, standing.excluded),
        (IneligibleReason.DECLINED, standing.declined),
        (IneligibleReason.NOT_INDEPENDENT, not standing.independent),
    )
    return tuple(reason for reason, holds in against if holds)


def _speaks(wanted: SpokenLanguage | None, spoken: tuple[SpokenLanguage, ...]) -> bool:
    """Where nothing is wanted, or nothing known, nobody is left out."""
    return wanted is None or not spoken or wanted in spoken


def fits(needs: Needs, standing: Standing, *, widened: bool = False) -> bool:
    """Whether a case may ring this expert; `widened` as in `candidates`."""
    against, _ = _weighed(reasons_against(needs, standing), widened=widened)
    return standing.who.expert is not None and not against


def may_claim(needs: Needs, standing: Standing) -> bool:
    """Pulling from the queue: an expert who asks is reachable by asking, and knows how much they
    can hold."""
    return not set(reasons_against(needs, standing)) - {
        IneligibleReason.FULL,
        IneligibleReason.UNREACHABLE,
        IneligibleReason.OFF_SHIFT,
        IneligibleReason.DECLINED,
    }


def score_terms(
    title: ExpertTitle, years: int, mean_response_minutes: Decimal, *, critical: bool
) -> tuple[TermValue, ...]:
    """The terms of the score; their sum is the score (source)."""
    faster = RESPONSE_BASE_MINUTES - mean_response_minutes
    terms = [
        TermValue(term=ScoreTerm.TITLE, value=Decimal(TITLE_POINTS[title])),
        TermValue(term=ScoreTerm.YEARS, value=Decimal(years * POINTS_PER_YEAR)),
        TermValue(term=ScoreTerm.RESPONSE, value=faster * POINTS_PER_MINUTE_FASTER),
    ]
    if critical:
        terms.append(TermValue(term=ScoreTerm.CRITICAL, value=Decimal(CRITICAL_POINTS)))
    return tuple(terms)


def reachability_term(presence: Presence, mean_response_minutes: Decimal) -> TermValue:
    """Ours, of critical cases, beside the source's bonus that is the same for everybody: a free
    expert and each minute of response faster than the base weigh more."""
    faster = max(RESPONSE_BASE_MINUTES - mean_response_minutes, Decimal(0))
    return TermValue(
        term=ScoreTerm.REACHABILITY, value=FREE_POINTS.get(presence, 0) + Decimal(faster)
    )


_Order = tuple[int, int, Decimal, int, datetime, bytes]


def candidates(
    needs: Needs,
    standings: Iterable[Standing],
    *,
    case_id: UUID,
    usual_minutes: Decimal = NEWCOMER_MINUTES,
    rings_at_once: int = RINGS_AT_ONCE,
    widened: bool = False,
) -> list[Candidate]:
    """Everybody considered: the eligible in the order they are to be asked, then the rest.

    Whom fewer than `rings_at_once` cases ring come first, then whom fewer than twice as many. Ties
    of the score break by load, then by who has been left alone longest, then by a lot of the case;
    never by list order.

    Args:
        usual_minutes: the response of who has no history, `usual_response` of the department.
        widened: the case has waited too long, and who fits but for `WIDENED` is asked after those
            who fit.
    """
    eligible: list[tuple[_Order, Candidate]] = []
    others: list[Candidate] = []
    for standing in standings:
        against, relaxed = _weighed(reasons_against(needs, standing), widened=widened)
        profile = standing.who.expert
        if against or profile is None:
            others.append(_refused(standing.who, against))
            continue
        found = _eligible(needs, standing, profile, relaxed, usual_minutes)
        order = (
            len(relaxed),
            standing.rings // rings_at_once,
            -found.score if found.score is not None else Decimal(0),
            standing.load,
            standing.left_alone_since,
            _lot(case_id, standing.who.id),
        )
        eligible.append((order, found))
    eligible.sort(key=lambda pair: pair[0])
    return [candidate for _, candidate in eligible] + others


def _eligible(
    needs: Needs,
    standing: Standing,
    profile: ExpertProfile,
    relaxed: tuple[IneligibleReason, ...],
    usual_minutes: Decimal,
) -> Candidate:
    minutes = standing.mean_response_minutes
    minutes = usual_minutes if minutes is None else minutes
    terms = score_terms(profile.title, profile.years, minutes, critical=needs.critical)
    if needs.critical:
        terms = (*terms, reachability_term(standing.presence, minutes))
    return Candidate(
        expert_id=standing.who.id,
        display_name=standing.who.display_name,
        score=sum((term.value for term in terms), Decimal(0)),
        terms=terms,
        relaxed=relaxed,
        rings=standing.rings,
    )


def _lot(case_id: UUID, expert_id: UUID) -> bytes:
    """The same wherever the case is ranked, and nobody's for good."""
    return blake2b(case_id.bytes + expert_id.bytes, digest_size=8).digest()


def _refused(who: Who, against: tuple[IneligibleReason, ...]) -> Candidate:
    return Candidate(
        expert_id=who.id, display_name=who.display_name, score=None, ineligible=against
    )


def _weighed(
    found: tuple[IneligibleReason, ...], *, widened: bool
) -> tuple[tuple[IneligibleReason, ...], tuple[IneligibleReason, ...]]:
    """The reasons that count, and those that count no longer."""
    relaxed = tuple(reason for reason in found if widened and reason in WIDENED)
    return tuple(reason for reason in found if reason not in relaxed), relaxed


def to_offer(
    ranked: list[Candidate], *, directed: UUID | None, critical: bool
) -> tuple[Candidate, ...]:
    """Whom to ring next: the directed expert first; everybody at once for a critical case."""
    eligible = [candidate for candidate in ranked if not candidate.ineligible]
    if critical:
        return tuple(eligible)
    for candidate in eligible:
        if candidate.expert_id == directed:
            return (candidate,)
    return tuple(eligible[:1])


def seat_first(case: Case, ranked: list[Candidate], rung: Collection[UUID]) -> bool:
    """Whether the named expert of an MDT is rung before everybody else, once, also where it is
    critical: a round asks for people, not for whoever is first.

    Args:
        rung: whom the case has rung before.
    """
    named = case.content.directed_expert_id
    there = any(one.expert_id == named and not one.ineligible for one in ranked)
    return case.mdt_of is not None and there and named not in rung


def usual_response(minutes: Iterable[Decimal | None]) -> Decimal:
    """Of what is known of all of a department's experts, in minutes; for its newcomers."""
    known = [one for one in minutes if one is not None]
    return median(known) if known else NEWCOMER_MINUTES
