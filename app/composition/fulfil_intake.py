"""Wishes of intake and the use cases that answer them."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never
from uuid import UUID

from PySide6.QtCore import QCoreApplication

from app.commands.intake_wishes import (
    IntakeWish,
    WishAttach,
    WishDropFound,
    WishForgetLost,
    WishLook,
    WishRemoveFromInbox,
    WishRetrieve,
    WishSaveIntake,
    WishSearchPacs,
    WishSeekStudy,
    WishSettle,
    WishStopRetrieve,
    WishStopSearch,
    WishTakeFound,
    WishTestPacs,
)
from app.commands.wishes import Page
from app.models.late_images import takes_images
from app.services.troubles import raise_notice
from app.session.notices import Trouble
from app.store.chosen import Chosen

if TYPE_CHECKING:
    from app.composition.desk import Desk


class IntakeFulfilment:
    """Starts use cases of intake; never does their work."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def fulfil(self, wish: IntakeWish) -> None:
        intake, tasks = self._desk.intake, self._desk.tasks
        match wish:
            case WishLook(paths, for_case):
                case = self._desk.session.state.case
                if for_case and case is None:
                    return
                intake.look(paths, case.id if for_case and case is not None else None)
            case WishTakeFound(chosen, with_loss):
                self._take_found(chosen, with_loss=with_loss)
            case WishDropFound():
                intake.drop_preview()
            case WishAttach(studies, id_):
                tasks.start(self._attach(studies, id_), only="open case")
            case WishRemoveFromInbox(studies):
                intake.remove(studies)
            case WishSettle(studies):
                intake.settle(studies)
            case WishForgetLost():
                intake.forget_lost()
            case WishSearchPacs(pacs_id, query):
                intake.search(pacs_id, query)
            case WishSeekStudy(uid):
                intake.seek(uid)
            case WishStopSearch():
                intake.stop_search()
            case WishRetrieve(pacs_id, uid, images):
                intake.retrieve(pacs_id, uid, images)
            case WishStopRetrieve(uid):
                intake.stop_retrieve(uid)
            case WishTestPacs(pacs, password, calling):
                intake.test(pacs, password, calling)
            case WishSaveIntake(settings, passwords):
                words = {str(id_): word for id_, word in passwords}
                tasks.start(intake.save(settings, words), only="save intake")
            case _:
                assert_never(wish)

    def _take_found(self, chosen: tuple[Chosen, ...], *, with_loss: bool) -> None:
        """What was previewed goes where it was meant to, were the case closed meanwhile or not."""
        desk = self._desk
        preview, case = desk.session.state.intake.preview, desk.session.state.case
        if preview is None:
            return
        desk.intake.drop_preview()
        if preview.for_case is None:
            desk.intake.take_into_inbox(preview.paths, chosen)
        elif case is not None and case.id == preview.for_case:
            words = QCoreApplication.translate("CaseForm", "Photographs and documents")
            desk.images.import_paths(preview.paths, words, chosen, with_loss=with_loss)

    async def _attach(self, studies: tuple[str, ...], id_: UUID | None) -> None:
        """Opens the case, then gives it the studies: its form compares whose pictures they are."""
        desk = self._desk
        await desk.keep_words()
        case = desk.session.state.case
        if id_ is None:
            await desk.cases.new_case()
            case = desk.session.state.case
        elif case is None or case.id != id_:
            case = await desk.cases.open(id_)
        if case is None:
            return
        if not takes_images(case.consultation.summary):
            number = case.consultation.summary.number
            raise_notice(desk.session, Trouble.CASE_TAKES_NO_IMAGES, (("number", number),))
            return
        desk.window.show_page(Page.CASE_FORM)
        desk.images.attach_from_inbox(studies)
