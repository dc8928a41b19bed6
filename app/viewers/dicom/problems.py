"""What could not be opened: a line that unfolds into the files and their reasons."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QListWidget, QToolButton, QVBoxLayout, QWidget

from app.imaging.errors import CancelledError, ImagingError, UnreadableError
from app.imaging.loader import Loaded
from app.imaging.series import BadFile, SliceRef
from app.viewers.dicom.reasons import reason_words


class Problems(QWidget):
    """Hidden while everything opens."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("viewer_problems")
        self._files: list[BadFile] = []
        self._own: dict[str, str] = {}
        self._told: set[str] = set()
        self._button = QToolButton(self)
        self._button.setObjectName("viewer_problems_button")
        self._button.setCheckable(True)
        self._list = QListWidget(self)
        self._list.setObjectName("viewer_problem_list")
        self._list.setFixedHeight(120)
        self._list.setWordWrap(True)
        self._list.hide()
        self._button.toggled.connect(self._list.setVisible)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 4)
        column.addWidget(self._button)
        column.addWidget(self._list)
        self.hide()
        self.words()

    @property
    def files(self) -> tuple[BadFile, ...]:
        """Every file reported so far."""
        return tuple(self._files)

    def add(self, files: Sequence[BadFile]) -> None:
        """Report more files."""
        self._files.extend(files)
        self._count()
        self._list_files(files)
        self.setVisible(bool(self._files or self._own))

    def add_picture(self, loaded: Loaded, place_words: Callable[[SliceRef], str]) -> None:
        """Report the file of a picture that cannot be shown, once; what could not be fetched may
        come yet. `place_words` says where it stands."""
        error, uid = loaded.result, loaded.ref.sop_instance_uid
        if not isinstance(error, ImagingError) or uid in self._told:
            return
        if not isinstance(error, UnreadableError | CancelledError):
            self._told.add(uid)
            self.add(
                [BadFile(place_words(loaded.ref) or f"…{uid[-12:]}", error.code, error.reason)]
            )

    def refuse(self, file: str, reason: str) -> None:
        """A person's own file of settings is not used; said in every study."""
        self._own[file] = reason
        self.words()
        self.show()

    def clear(self) -> None:
        """Forget them all."""
        self._files.clear()
        self._told.clear()
        self._button.setChecked(False)
        self.words()
        self.setVisible(bool(self._own))

    def words(self) -> None:
        """Every text, again after the language changed."""
        self._count()
        self._list.setAccessibleName(self.tr("Files that cannot be shown"))
        self._list.clear()
        for name, reason in self._own.items():
            told = self.tr("Your own {file} is not used: {reason}")
            self._list.addItem(told.replace("{file}", name).replace("{reason}", reason))
        self._list_files(self._files)

    def _list_files(self, files: Sequence[BadFile]) -> None:
        for file in files:
            self._list.addItem(f"{file.label}: {reason_words(file.code)}")

    def _count(self) -> None:
        text = self.tr("%n file(s) cannot be shown", "", len(self._files))
        if not self._files:
            text = self.tr("Settings of your own are not used")
        self._button.setText(text)
        self._button.setAccessibleName(text)
