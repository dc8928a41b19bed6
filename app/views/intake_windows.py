"""Windows that stand before the pages: file dialogs, preview, archives, the hospital's record."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.commands.emr_wishes import WishReadHl7
from app.commands.intake_wishes import WishLook
from app.commands.wishes import Page
from app.models.emr_search import derive_emr_search
from app.models.pacs import derive_pacs
from app.models.preview import derive_preview
from app.models.rail import derive_rail
from app.models.times import now
from app.session.state import State
from app.views.asking_files import Chosen, ask_files, ask_folder
from app.views.case_form import CaseForm
from app.views.emr_search import EmrWindow
from app.views.inbox import InboxPage
from app.views.intake_settings import IntakeSettingsForm
from app.views.pacs import PacsWindow
from app.views.preview import PreviewDialog


class IntakeWindows(QObject):
    """Made when they are first needed; each follows the state while it is open."""

    wished = Signal(object)

    def __init__(
        self, parent: QWidget, case: CaseForm, inbox: InboxPage, settings: IntakeSettingsForm
    ) -> None:
        super().__init__(parent)
        self._parent = parent
        self._state = State()
        self._preview: PreviewDialog | None = None
        self._pacs: PacsWindow | None = None
        self._emr: EmrWindow | None = None
        case.browsed.connect(lambda: self.ask_folder(Page.CASE_FORM))
        case.files_browsed.connect(lambda: self.ask_files(Page.CASE_FORM))
        inbox.browsed.connect(lambda: self.ask_folder(Page.INBOX))
        inbox.files_browsed.connect(lambda: self.ask_files(Page.INBOX))
        inbox.pacs_wanted.connect(self.open_pacs)
        case.record.wanted.connect(self.open_emr)
        settings.folder_wanted.connect(lambda: self._ask_watched(settings))

    def show_state(self, state: State) -> None:
        self._state = state
        found = derive_preview(state)
        if found is not None and self._preview is None:
            self._preview = PreviewDialog(self._parent)
            self._preview.wished.connect(self.wished)
        if self._preview is not None:
            self._preview.show_props(found)
        if self._pacs is not None and self._pacs.isVisible():
            self._pacs.show_props(derive_pacs(state))
        if self._emr is not None and self._emr.isVisible():
            self._emr.show_props(derive_emr_search(state, now().astimezone().date()))

    # --- archives ------------------------------------------------------------------------

    def open_pacs(self, study_instance_uid: str = "") -> None:
        if not derive_rail(self._state).inbox:
            return
        if self._pacs is None:
            self._pacs = PacsWindow(self._parent)
            self._pacs.wished.connect(self.wished)
        self._pacs.show_props(derive_pacs(self._state))
        self._pacs.begin(study_instance_uid)

    def open_emr(self) -> None:
        """The hospital's record, for the case that is being written."""
        if self._emr is None:
            self._emr = EmrWindow(self._parent)
            self._emr.wished.connect(self.wished)
            self._emr.files_wanted.connect(self._ask_hl7)
            self._emr.images_wanted.connect(self.open_pacs)
        self._emr.begin(derive_emr_search(self._state, now().astimezone().date()))

    def _ask_hl7(self) -> None:
        names, anything = self.tr("HL7 v2 messages (ADT, ORU, MDM)"), self.tr("All files")
        kinds = f"{names} (*.hl7 *.txt *.dat *.oru *.adt);;{anything} (*)"
        parent = self._emr or self._parent
        ask_files(parent, names, kinds, lambda paths: self.wished.emit(WishReadHl7(paths)))

    # --- files ---------------------------------------------------------------------------

    def ask_folder(self, page: Page) -> None:
        if page in (Page.CASE_FORM, Page.INBOX):
            ask_folder(self._parent, self.tr("Folder with images"), self._looker(page))

    def ask_files(self, page: Page) -> None:
        names = self.tr("Photographs, PDF, ZIP and DICOM files")
        kinds = "*.jpg *.jpeg *.png *.pdf *.zip *.dcm DICOMDIR"
        anything = self.tr("All files")
        ask_files(self._parent, names, f"{names} ({kinds});;{anything} (*)", self._looker(page))

    def _looker(self, page: Page) -> Chosen:
        return lambda paths: self.wished.emit(WishLook(paths, for_case=page is Page.CASE_FORM))

    def _ask_watched(self, settings: IntakeSettingsForm) -> None:
        def chosen(paths: tuple[Path, ...]) -> None:
            settings.set_folder(str(paths[0]))

        ask_folder(self._parent, self.tr("Folder to watch"), chosen)
