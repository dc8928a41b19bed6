"""Inviting: the link of the site or of this server, its QR code, and whether it was used."""

import cv2
import numpy as np

from app.services.invitation import InvitationService, squares_of
from app.session.case import Case, CaseOpened
from protocol.call import InvitationState, NewInvitation, ParticipantKind
from protocol.errors import ErrorCode
from tests.fakes.api import URL, refusal
from tests.fakes.examples import NOW, consultation, named, row
from tests.services.conftest import Desk

CODE = "c" * 43
ID = "0" * 32
BODY = NewInvitation(display_name="何小溪")


def at_case(desk: Desk) -> InvitationService:
    desk.session.apply(CaseOpened(Case(consultation(row("a")))))
    return InvitationService(desk.session, desk.api)


async def test_the_link_is_the_sites_where_it_has_one_else_this_servers(doctor: Desk) -> None:
    service = at_case(doctor)
    doctor.house.link = None
    await service.invite(BODY)
    doctor.house.link = f"https://call.test/join#{CODE}"
    await service.invite(BODY)
    links = [one.link for one in doctor.state.invitations.made]
    assert links == [f"{URL}/join#{CODE}", f"https://call.test/join#{CODE}"]


async def test_a_refusal_is_kept_for_the_window(doctor: Desk) -> None:
    service = at_case(doctor)
    doctor.house.refuse["invite"] = refusal(ErrorCode.CALL_NOT_RUNNING)
    await service.invite(BODY)
    assert doctor.state.invitations.problem is ErrorCode.CALL_NOT_RUNNING
    assert not doctor.state.invitations.making


async def test_what_was_made_is_followed_until_it_was_used(doctor: Desk) -> None:
    service = at_case(doctor)
    case_id = named("case a")
    assert not service.follows(case_id)
    await service.invite(BODY)
    assert service.follows(case_id)
    assert not service.follows(named("case b"))
    doctor.house.invitations = (
        InvitationState(
            id=ID,
            call_id=named("call a"),
            display_name="何小溪",
            kind=ParticipantKind.PATIENT,
            expires_at=NOW,
            redeemed_at=NOW,
        ),
    )
    await service.follow(case_id)
    assert doctor.state.invitations.made[0].redeemed_at == NOW
    assert not service.follows(case_id)


def test_a_camera_reads_the_link_back() -> None:
    link = f"https://call.hospital.example:8443/join#{CODE}"
    squares = np.array([list(line) for line in squares_of(link)], np.uint8)
    drawn = np.kron(np.pad(1 - squares, 4, constant_values=1) * 255, np.ones((6, 6), np.uint8))
    read, _, _ = cv2.QRCodeDetector().detectAndDecode(drawn.astype(np.uint8))
    assert read == link
