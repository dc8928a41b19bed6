"""`Hanging`: which protocol is in force, and putting its stages on the cells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, QSettings, Signal
from PySide6.QtWidgets import QMenu

from app.imaging.hanging.breast import breast_place
from app.imaging.hanging.choose import Case, Suited, ranked
from app.imaging.hanging.place import Candidate, Hung, hang
from app.imaging.hanging.schema import (
    Cell,
    Fit,
    Protocol,
    ProtocolFileError,
    shipped_protocols,
    with_own,
)
from app.imaging.priors import CaseStudy
from app.imaging.voi import Voi, modality_presets
from app.viewers.dicom.camera import Camera
from app.viewers.dicom.hanging.entries import HangAction
from app.viewers.dicom.hanging.words import missing_words, name_words
from app.viewers.dicom.placing import Placing
from app.viewers.dicom.stack import StackView
from app.viewers.dicom.tools import Action

OWN_FILE = "hanging.toml"
_SMALLEST_CELL = 220
_SWITCHES = (Action.SYNC, Action.LINK_WINDOW, Action.LINK_ZOOM)


def setting_key(modality: str, what: str) -> str:
    # A modality is whatever a file says: nothing of it may become a path of settings.
    plain = "".join(letter for letter in modality if letter.isalnum())[:16]
    return f"viewer/hanging/{plain or 'none'}/{what}"


@dataclass(frozen=True, slots=True)
class _Before:
    """How cells stood before anything was hung; `switches` as `_SWITCHES`."""

    shape: tuple[int, int]
    switches: tuple[bool, ...]


class Hanging(QObject):
    """Chooses by itself when a case is listed, and by hand from then on.

    What a person chose is kept for the modality of the case, as is whether hanging is automatic.

    Args:
        placing: who puts series into cells.
        studies: the studies of the case now.
        settings: where choices are kept, and beside which a person's own protocols lie.
    """

    changed = Signal()
    """Another protocol or stage is in force."""

    def __init__(
        self,
        placing: Placing,
        studies: Callable[[], tuple[CaseStudy, ...]],
        settings: QSettings | None = None,
    ) -> None:
        super().__init__(placing)
        self._placing = placing
        self._grid = placing.stage.grid
        self._together = placing.stage.together
        self._planes = placing.stage.planes
        self._studies = studies
        self._settings = settings
        self.file_error = ""
        """Why a person's own protocols are not used, empty where they are or there are none."""
        self._protocols = self._read()
        self._off: set[str] = set()
        self._chosen: Protocol | None = None
        self._stage = 0
        self._hung: tuple[Hung, ...] = ()
        self._before: _Before | None = None
        self._presets: dict[StackView, str] = {}
        self._grid.cell_made.connect(self._watch)
        for cell in self._grid.cells:
            self._watch(cell)

    def _read(self) -> tuple[Protocol, ...]:
        shipped = shipped_protocols()
        if self._settings is None or not self._settings.fileName():
            return shipped
        try:
            return with_own(shipped, Path(self._settings.fileName()).parent / OWN_FILE)
        except ProtocolFileError as error:
            self.file_error = str(error)
            return shipped

    def _watch(self, cell: StackView) -> None:
        cell.changed.connect(lambda: self._name_preset(cell))

    # What is in force

    @property
    def protocol(self) -> Protocol | None:
        """The protocol in force; None before one is, and after another layout was chosen."""
        if self._chosen is None or self._placing.held != self._grid.shape:
            return None
        return self._chosen

    @property
    def stage(self) -> int:
        """The stage of the protocol in force, from 0."""
        return self._stage

    def suited(self) -> tuple[Suited, ...]:
        """The protocols that suit the case, the best first."""
        case = Case.of(self._studies())
        return ranked(self._protocols, case) if case is not None else ()

    @property
    def automatic(self) -> bool:
        """Whether cases like this one are hung by themselves."""
        modality = self._modality()
        if self._settings is None:
            return modality not in self._off
        return not self._settings.contains(setting_key(modality, "off"))

    def _modality(self) -> str:
        case = Case.of(self._studies())
        return case.modality if case is not None else ""

    # What is done

    def forget(self) -> None:
        """Another case: nothing is hung, and what was hung leaves no layout behind."""
        if self.protocol is not None and self._before is not None:
            self._placing.held = None
            self._grid.set_layout(*self._before.shape)
            self._join(*self._before.switches)
        self._before = None
        self._chosen, self._stage, self._hung = None, 0, ()
        self._placing.held = None
        self._presets.clear()

    def begin(self) -> bool:
        """The case is listed: hang it by what was chosen for its modality, else by what suits it
        best; answers whether anything was hung."""
        found = self.suited() if self.automatic else ()
        if not found:
            return False
        kept = self._kept()
        best = next((one for one in found if one.protocol.id == kept), found[0])
        if best.protocol.is_general and best.protocol.id != kept:
            return False
        self.use(best.protocol)
        return True

    def _kept(self) -> str:
        if self._settings is None:
            return ""
        return str(self._settings.value(setting_key(self._modality(), "protocol"), ""))

    def choose(self, protocol: Protocol) -> None:
        """Use a protocol, now and for the next case of this modality."""
        if self._settings is not None:
            self._settings.setValue(setting_key(self._modality(), "protocol"), protocol.id)
        self._placing.touch()
        self.use(protocol)

    def set_automatic(self, on: bool) -> None:
        """Whether cases of this modality are hung by themselves; on forgets what was chosen."""
        modality = self._modality()
        if self._settings is None:
            (self._off.discard if on else self._off.add)(modality)
        elif on:
            self._settings.remove(setting_key(modality, "off"))
            self._settings.remove(setting_key(modality, "protocol"))
        else:
            self._settings.setValue(setting_key(modality, "off"), "yes")
        if on:
            self.begin()

    def use(self, protocol: Protocol, stage: int = 0) -> None:
        """Put a stage of a protocol on the cells."""
        case = Case.of(self._studies())
        if case is None:
            return
        if self.protocol is None:
            switches = tuple(self._together.is_on(switch) for switch in _SWITCHES)
            self._before = _Before(self._grid.shape, switches)
        self._chosen, self._stage = protocol, stage
        chosen = protocol.stages[stage]
        self._hung = hang(chosen, case.current, case.prior)
        self._planes.leave()
        self._presets.clear()
        self._placing.held = (chosen.rows, chosen.columns)
        self._grid.set_layout(chosen.rows, chosen.columns)
        cells = self._grid.cells
        for cell, one in zip(cells, self._hung, strict=False):
            self._put(cell, one)
        for cell in cells[len(self._hung) :]:
            cell.clear()
        self._grid.activate(next((c for c in cells if c.series is not None), cells[0]))
        self._join(chosen.sync, chosen.link_window, chosen.link_zoom)
        width = self._grid.width() // chosen.columns
        if len(cells) > 1 and width < _SMALLEST_CELL:
            self._grid.toggle_alone()
        self._placing.stage.looked.emit()
        self.changed.emit()

    def _put(self, cell: StackView, one: Hung) -> None:
        found = one.found
        if found is None:
            cell.clear()
            cell.pane.set_message(missing_words(one.cell))
            return
        self._placing.place(cell, found.series, found.index)
        self._show_as(cell, one.cell, found)

    def _show_as(self, cell: StackView, wanted: Cell, found: Candidate) -> None:
        pane = cell.pane
        if wanted.fit is Fit.CHEST_WALL:
            place = breast_place(found.instance.hanging)
            pane.set_camera(Camera(turn=place.turn, side=place.side))
        elif wanted.fit is Fit.FILL:
            pane.set_camera(Camera(fill=True))
        pane.set_inverted(wanted.invert)
        if wanted.window is not None:
            cell.set_window(*wanted.window)
        elif wanted.preset:
            named = _named(modality_presets(found.instance.modality), wanted.preset)
            if named is not None:
                cell.choose_voi(named)
            else:
                self._presets[cell] = wanted.preset
        cell.report()

    def _name_preset(self, cell: StackView) -> None:
        """A window that only the picture knows by name, once the picture is there."""
        if cell in self._presets and cell.pane.picture is not None:
            named = _named(cell.presets, self._presets.pop(cell))
            if named is not None:
                cell.choose_voi(named)

    def _join(self, *on: bool) -> None:
        for switch, wanted in zip(_SWITCHES, on, strict=True):
            self._together.turn(switch, wanted)

    def step(self, steps: int) -> None:
        """The next stage or the one before; after the last comes the first."""
        protocol = self.protocol
        if protocol is None:
            best = self.suited()
            if best:
                self._placing.touch()
                self.use(self._chosen or best[0].protocol)
            return
        self._placing.touch()
        self.use(protocol, (self._stage + steps) % len(protocol.stages))
        self._grid.active.pane.set_note(self.told)

    def act(self, action: str) -> bool:
        """Do what the table's entry says, if it is about hanging."""
        match action:
            case HangAction.NEXT_STAGE:
                self.step(1)
            case HangAction.PREVIOUS_STAGE:
                self.step(-1)
            case HangAction.AUTOMATIC:
                self.set_automatic(not self.automatic)
            case HangAction.CHOOSE:
                self.open_menu()
            case _:
                return False
        return True

    def is_on(self, action: str) -> bool:
        """Whether a switch of these rows is on."""
        return action == HangAction.AUTOMATIC and self.automatic

    # Words

    @property
    def told(self) -> str:
        """The protocol and the stage in force, empty where none is."""
        protocol = self.protocol
        if protocol is None:
            return ""
        name = name_words(protocol.stages[self._stage].name)
        return f"{name_words(protocol.name)} · {name} ({self._stage + 1}/{len(protocol.stages)})"

    def open_menu(self) -> QMenu:
        """What suits the case, at the active picture."""
        pane = self._grid.active.pane
        menu = QMenu(pane)
        menu.setObjectName("hanging_menu")
        menu.setAccessibleName(self.tr("Hanging"))
        self.fill(menu)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(pane.mapToGlobal(QPoint(24, 24)))
        return menu

    def fill(self, menu: QMenu) -> None:
        """The protocols that suit, and the stages of the one in force."""
        in_force = self.protocol
        for one in self.suited():
            protocol = one.protocol
            action = menu.addAction(name_words(protocol.name).replace("&", "&&"))
            action.setObjectName(f"hang_{protocol.id}")
            action.setCheckable(True)
            action.setChecked(in_force is not None and protocol.id == in_force.id)
            action.triggered.connect(lambda _=False, chosen=protocol: self.choose(chosen))
        if in_force is not None and len(in_force.stages) > 1:
            menu.addSection(self.tr("Stages"))
            for number, stage in enumerate(in_force.stages):
                action = menu.addAction(name_words(stage.name).replace("&", "&&"))
                action.setObjectName(f"hang_stage_{number}")
                action.setCheckable(True)
                action.setChecked(number == self._stage)
                action.triggered.connect(
                    lambda _=False, chosen=in_force, n=number: self.use(chosen, n)
                )
        if self.file_error:
            text = self.tr("Your own {file} is not used: {reason}")
            told = text.replace("{file}", OWN_FILE).replace("{reason}", self.file_error)
            menu.addAction(told).setEnabled(False)
        menu.addSeparator()

    def words(self) -> None:
        """Every text on the cells, again after the language changed."""
        if self.protocol is None:
            return
        for cell, one in zip(self._grid.cells, self._hung, strict=False):
            if one.found is None and cell.series is None:
                cell.pane.set_message(missing_words(one.cell))


def _named(presets: tuple[Voi, ...], name: str) -> Voi | None:
    def is_named(preset: Voi) -> bool:
        return preset.explanation.casefold() == name.casefold()

    return next((one for one in presets if is_named(one)), None)
