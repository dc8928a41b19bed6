"""What an administrator does to the chosen institution: close it, and let it write records."""

from app.commands.administration_wishes import WishChangeInstitution
from app.kit.layouts import row
from app.kit.view import View
from app.kit.widgets import button, set_words
from app.models.administration import AdminRow
from protocol.account import ChangeInstitution


class InstitutionButtons(View):
    """They say what they will do, and wait for a row."""

    def __init__(self) -> None:
        super().__init__()
        self._place: AdminRow | None = None
        self._write = button("institutionWrites", self._toggle_writing)
        self._close = button("closeInstitution", self._toggle, "danger")
        self.setLayout(row(None, self._write, self._close))
        self.words()

    def show_place(self, place: AdminRow | None) -> None:
        self._place = place
        for one in (self._write, self._close):
            one.setEnabled(place is not None)
        self.words()

    def words(self) -> None:
        shut = self._place is not None and not self._place.on
        writes = self._place is not None and self._place.writes
        set_words(self._close, self.tr("Reopen") if shut else self.tr("Close"))
        start = self.tr("Write cases into its hospital's record")
        stop = self.tr("Write no more into its hospital's record")
        set_words(self._write, stop if writes else start)

    def _toggle(self) -> None:
        if self._place is not None:
            self._wish(ChangeInstitution(active=not self._place.on))

    def _toggle_writing(self) -> None:
        if self._place is not None:
            self._wish(ChangeInstitution(writes_records=not self._place.writes))

    def _wish(self, body: ChangeInstitution) -> None:
        if self._place is not None:
            self.wished.emit(WishChangeInstitution(self._place.id, body))
