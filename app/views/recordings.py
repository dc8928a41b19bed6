"""The recordings of a case: who, when, how long, until when kept; and playing one."""

from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QWidget

from app.commands.recording_wishes import (
    WishDeleteRecording,
    WishPlayRecording,
    WishRecordings,
)
from app.kit.layouts import column, row, surface
from app.kit.view import View
from app.kit.widgets import button, label, set_words
from app.models.recordings import RecordingRow, RecordingsProps


class RecordingsPane(View):
    """One card a recording. Deleting asks once, and says that it is for good."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("recordingsPane")
        self._props: RecordingsProps | None = None
        self._deleting: UUID | None = None
        self._note = label("recordingsNote", "muted", wrap=True)
        self._problem = label("recordingsProblem", "problem", wrap=True)
        self._retry = button("readRecordings", lambda: self.wished.emit(WishRecordings()))
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setLayout(
            column(self._note, self._problem, row(self._retry, None), self._area, margin=2)
        )
        self.words()

    def show_props(self, props: RecordingsProps) -> None:
        before, self._props = self._props, props
        self._note.setText(props.note)
        self._note.setVisible(bool(props.note))
        self._problem.setText(props.problem)
        self._problem.setVisible(bool(props.problem))
        self._retry.setVisible(bool(props.problem))
        if before is None or before.rows != props.rows:
            self._build()

    def words(self) -> None:
        set_words(self._retry, self.tr("Try again"))
        self._area.setAccessibleName(self.tr("Recordings of the case"))
        self._build()

    def _build(self) -> None:
        inner = QWidget()
        rows = self._props.rows if self._props is not None else ()
        cards = [surface("card", column(*self._card(one), margin=3, gap=1)) for one in rows]
        inner.setLayout(column(*cards, None, gap=2))
        self._area.setWidget(inner)

    def _card(self, one: RecordingRow) -> tuple[QWidget, ...]:
        title = label("recordingTitle", "lead", wrap=True)
        title.setText(one.title)
        texts = []
        for text in one.lines:
            line = label(kind="small", wrap=True)
            line.setText(text)
            texts.append(line)
        buttons = QWidget()
        play = button("playRecording", partial(self._play, one.id), "primary")
        set_words(play, self.tr("Play"))
        play.setVisible(one.can_play)
        delete = button("deleteRecording", partial(self._ask_to_delete, one.id), "quiet")
        set_words(delete, self.tr("Delete…"))
        delete.setVisible(one.can_delete and self._deleting != one.id)
        buttons.setLayout(row(play, delete, None))
        if self._deleting != one.id:
            return title, *texts, buttons
        return title, *texts, buttons, *self._question(one.id)

    def _question(self, id_: UUID) -> tuple[QWidget, ...]:
        asked = label("deleteQuestion", wrap=True)
        asked.setText(
            self.tr("It is deleted for good, for everybody. That it was there stays in the log.")
        )
        wish, mistake = (
            button(name, partial(self._delete, id_, reason), "danger")
            for name, reason in (("deleteOnWish", "participant"), ("deleteMistake", "mistake"))
        )
        set_words(wish, self.tr("Delete: a participant wishes it"))
        set_words(mistake, self.tr("Delete: recorded by mistake"))
        back = button("keepRecording", self._keep, "quiet")
        set_words(back, self.tr("Keep it"))
        return asked, wish, mistake, back

    def _play(self, id_: UUID) -> None:
        self.wished.emit(WishPlayRecording(id_))

    def _ask_to_delete(self, id_: UUID) -> None:
        self._deleting = id_
        self._build()

    def _keep(self) -> None:
        self._deleting = None
        self._build()

    def _delete(self, id_: UUID, reason: str) -> None:
        self._keep()
        self.wished.emit(
            WishDeleteRecording(id_, "participant" if reason == "participant" else "mistake")
        )
