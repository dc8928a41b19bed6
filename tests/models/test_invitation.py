"""The window of an invitation: the patient is proposed, and what became of each link is told."""

from dataclasses import replace
from datetime import timedelta

from app.models.invitation import InvitationProps, derive_invitation
from app.session.call import CallEntered, CallJoining
from app.session.invitation import (
    InvitationAsked,
    InvitationMade,
    InvitationNotMade,
    InvitationsTold,
    Invited,
)
from app.session.state import AnyFact, State, reduce
from protocol.call import InvitationState, ParticipantKind
from protocol.errors import ErrorCode
from protocol.socket import CallChanged
from tests.fakes.examples import NOW, call, named
from tests.views.facts import online, reading

CASE = named("case a")
ID = "0" * 32


def invited(name: str = "何小溪", **more: object) -> Invited:
    made = Invited(
        id=ID,
        consultation_id=CASE,
        display_name=name,
        kind=ParticipantKind.PATIENT,
        expires_at=NOW + timedelta(hours=1),
        link="https://hub.test/join#" + "c" * 43,
        squares=(b"\x01",),
    )
    return replace(made, **more)  # type: ignore[arg-type]  # fields by name


def in_call() -> tuple[AnyFact, ...]:
    entered = CallEntered(named("peer 陈专家"), call("陈专家"))
    return *online(), *reading(), CallJoining(CASE), entered


def props(*facts: AnyFact) -> InvitationProps:
    state = State()
    for fact in (*in_call(), *facts):
        state = reduce(state, fact)
    return derive_invitation(state, NOW)


def standing(*facts: AnyFact) -> tuple[str, bool]:
    current = props(*facts).current
    assert current is not None
    return current.standing, current.usable


def told(**more: object) -> InvitationsTold:
    values = {
        "id": ID,
        "call_id": named("call a"),
        "display_name": "何小溪",
        "kind": ParticipantKind.PATIENT,
        "expires_at": NOW,
        "redeemed_at": NOW,
    }
    return InvitationsTold((InvitationState(**{**values, **more}),))  # type: ignore[arg-type]


def over(case: str = "a") -> CallChanged:
    return CallChanged(seq=0, at=NOW, consultation_id=named(f"case {case}"), call=None)


def test_the_patient_of_the_case_is_proposed_while_the_call_runs() -> None:
    assert props().guest_name == "何小溪"
    assert props().can_invite
    assert not derive_invitation(State(), NOW).can_invite


def test_while_a_link_is_made_no_other_is_asked_for_and_a_refusal_is_said() -> None:
    assert not props(InvitationAsked()).can_invite
    refused = props(InvitationAsked(), InvitationNotMade(ErrorCode.CALL_NOT_RUNNING))
    assert refused.problem == "The call has ended."
    assert refused.can_invite
    assert props(InvitationNotMade(ErrorCode.CALL_NOT_RUNNING), InvitationAsked()).problem == ""


def test_a_link_is_unused_then_used() -> None:
    assert standing(InvitationMade(invited())) == ("Not used yet", True)
    text, usable = standing(InvitationMade(invited()), told())
    assert text.startswith("Used at ")
    assert not usable
    assert standing(InvitationMade(invited()), told(redeemed_at=None)) == ("Not used yet", True)


def test_a_link_runs_out_and_ends_with_its_call_but_not_with_another() -> None:
    assert standing(InvitationMade(invited(expires_at=NOW))) == ("Has run out", False)
    assert standing(InvitationMade(invited()), over("b")) == ("Not used yet", True)
    assert standing(InvitationMade(invited()), over()) == ("The call has ended", False)


def test_the_latest_is_shown_and_earlier_ones_are_listed() -> None:
    found = props(InvitationMade(invited("周女士")), InvitationMade(invited("何小溪", id="1" * 32)))
    assert found.current is not None
    assert found.current.name == "何小溪"
    (earlier,) = [one for one in found.guests if one.peer_id is None]
    assert (earlier.text, earlier.invitation_id) == ("周女士 · Not used yet", ID)


def test_links_of_another_case_are_not_shown() -> None:
    assert props(InvitationMade(invited(consultation_id=named("case b")))).current is None


def test_no_repr_shows_a_link() -> None:
    found = props(InvitationMade(invited()))
    assert "#" not in repr(invited())
    assert "#ccc" not in repr(found)
