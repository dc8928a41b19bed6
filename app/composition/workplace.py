"""The exact workspace of a case that was laid aside: kept sealed, and put back when it opens."""

import logging

from app.services.drafts import Drafts, WorkplaceRecord
from app.session.case import Case
from app.session.owner import Session
from app.store.errors import StoreError
from app.viewers.dicom.viewer import DicomViewer
from app.views.main_window import MainWindow
from app.views.workplace import put_back, take_down
from protocol.account import Account
from protocol.consultation import Status

log = logging.getLogger(__name__)
AT_WORK = (Status.ASSIGNED, Status.IN_PROGRESS)


class Workplace:
    """Of the expert who holds the open case: series, slices, windows, layout, columns and tabs. The
    draft is kept with the opinion."""

    def __init__(
        self,
        session: Session,
        drafts: Drafts,
        account: Account,
        window: MainWindow,
        viewer: DicomViewer,
    ) -> None:
        self._session = session
        self._drafts = drafts
        self._account = account
        self._window = window
        self._viewer = viewer

    async def keep(self) -> None:
        """Before the case leaves the screen; what cannot be kept is no reason not to leave."""
        case = self._session.state.case
        if case is None:
            return
        try:
            if case.consultation.summary.status not in AT_WORK:
                await self._drafts.forget_workplace(case.id)
                return
            if case.claim is None or not (viewer := self._viewer.arranger.take_down()):
                return
            record = WorkplaceRecord(
                consultation_id=case.id,
                account_id=self._account.id,
                viewer=viewer,
                window=take_down(self._window.workspace),
            )
            await self._drafts.keep_workplace(record)
        except StoreError as error:
            log.info("the workspace could not be kept: %s", type(error).__name__)

    async def restore(self, case: Case) -> None:
        """Once a case has been opened: as it lay when it was left on this computer."""
        self._viewer.arranger.want("")
        if case.consultation.summary.status not in AT_WORK:
            return
        record = await self._drafts.workplace(case.id)
        open_ = self._session.state.case
        if record is None or record.account_id != self._account.id:
            return
        if open_ is None or open_.id != case.id:
            return
        self._viewer.arranger.want(record.viewer)
        put_back(self._window.workspace, record.window)
