"""Wishes about devices, speaking and guests, and the use cases that answer them."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from app.commands.call_wishes import (
    CallSetupWish,
    WishCheckCall,
    WishChooseShare,
    WishDevice,
    WishLookForDevices,
    WishLookForShares,
    WishRingTones,
    WishStartShare,
    WishStopCheck,
    WishStopShare,
    WishTalk,
)
from app.commands.invitation_wishes import (
    InvitationWish,
    WishInvite,
    WishPutOut,
    WishWithdrawInvitation,
)
from app.session.call import CallPhase

if TYPE_CHECKING:
    from app.composition.desk import Desk


def fulfil_call(desk: Desk, wish: CallSetupWish) -> None:
    match wish:
        case WishLookForDevices():
            desk.tasks.start(desk.call.equipment.look(), only="look for devices")
        case WishDevice(what, source):
            desk.call.equipment.choose(what, source)
        case WishTalk(held):
            desk.call.equipment.talk(held=held)
        case WishRingTones(on):
            desk.ringing.choose(on=on)
        case WishCheckCall():
            if desk.session.state.call.phase is CallPhase.OUT:
                desk.tasks.start(desk.call_check.check(), only="check call")
        case WishStopCheck():
            desk.tasks.cancel("check call")
        case WishLookForShares():
            desk.call.sharing.look()
        case WishChooseShare(source):
            desk.call.sharing.choose(source)
        case WishStartShare():
            desk.tasks.start(desk.call.sharing.start(), only="share")
        case WishStopShare():
            desk.tasks.start(desk.call.sharing.stop(), only="stop sharing")
        case _:
            assert_never(wish)


def fulfil_invitation(desk: Desk, wish: InvitationWish) -> None:
    match wish:
        case WishInvite(body):
            desk.tasks.start(desk.invitation.invite(body), only="invite")
        case WishWithdrawInvitation(invitation_id):
            desk.tasks.start(desk.invitation.withdraw(invitation_id), only="end invitation")
        case WishPutOut(peer_id):
            desk.tasks.start(desk.invitation.put_out(peer_id), only="end invitation")
        case _:
            assert_never(wish)
