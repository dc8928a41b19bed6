"""Settings of the call: which devices, which key to talk with, and the check before a call."""

from PySide6.QtWidgets import QCheckBox, QComboBox

from app.commands.call_wishes import WishDevice, WishLookForDevices, WishRingTones
from app.kit.layouts import column, row, surface
from app.kit.view import View
from app.kit.widgets import Field, button, label, set_words
from app.models.call_check import CheckProps
from app.models.equipment import DeviceMenuProps, EquipmentProps
from app.models.tips import plain_tip
from app.views.call_check import CallCheckWindow
from app.views.push_to_talk import KEYS, PushToTalk


class DeviceSettings(View):
    """One card of the settings page."""

    def __init__(self) -> None:
        super().__init__()
        self._head = label("devicesHead", "lead")
        self._shown: EquipmentProps | None = None
        self._talk: PushToTalk | None = None
        self._boxes = [self._box(name) for name in ("camera", "microphone", "speaker")]
        self._key = QComboBox()
        self._key.setObjectName("talkKey")
        self._key.activated.connect(self._use_key)
        self._tones = QCheckBox()
        self._tones.setObjectName("ringTones")
        self._tones.clicked.connect(lambda on: self.wished.emit(WishRingTones(on)))
        self._fields = [Field(box) for box in (*self._boxes, self._key)]
        self.check = CallCheckWindow(self)
        self.check.wished.connect(self.wished)
        self._check = button("checkCall", self.check.begin)
        self._look = button("lookForDevices", lambda: self.wished.emit(WishLookForDevices()))
        camera, microphone, speaker, key = self._fields
        pairs = row(camera, microphone, gap=3), row(speaker, key, gap=3)
        for pair in pairs:
            for place in (0, 1):
                pair.setStretch(place, 1)
        card = column(
            self._head,
            *pairs,
            self._tones,
            row(None, self._check, self._look),
            margin=4,
            gap=1,
        )
        self.setLayout(column(surface("card", card)))
        self.words()

    def _box(self, name: str) -> QComboBox:
        made = QComboBox()
        made.setObjectName(f"{name}Device")
        made.setMinimumContentsLength(10)
        made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        made.activated.connect(lambda place, n=name: self._choose(n, place))
        return made

    def bind_key(self, talk: PushToTalk) -> None:
        """Whose key is chosen here."""
        self._talk = talk
        self._key.setCurrentIndex(KEYS.index(talk.key))

    def show_props(self, props: EquipmentProps, check: CheckProps, tones: bool | None) -> None:
        """`tones`: whether cases and calls are heard; None for whom nothing rings."""
        self.check.show_props(check)
        self._tones.setVisible(tones is not None)
        self._tones.setChecked(bool(tones))
        if props == self._shown:
            return
        self._shown = props
        for box, field, menu in zip(self._boxes, self._fields, props.menus, strict=False):
            box.clear()
            box.addItems([entry.text for entry in menu.entries])
            box.setCurrentIndex([entry.chosen for entry in menu.entries].index(True))
            box.setToolTip(plain_tip(box.currentText()))
            field.set_problem(menu.note)

    def words(self) -> None:
        self._head.setText(self.tr("Devices of the call"))
        for field, text in zip(
            self._fields,
            (
                self.tr("Camera"),
                self.tr("Microphone"),
                self.tr("Loudspeaker"),
                self.tr("Hold to talk while muted"),
            ),
            strict=True,
        ):
            field.set_name(text)
        names = {
            "Space": self.tr("Space bar"),
            "Pause": self.tr("Pause key"),
            "Insert": self.tr("Insert key"),
            "": self.tr("No key"),
        }
        place = max(0, self._key.currentIndex())
        self._key.clear()
        self._key.addItems([names[key] for key in KEYS])
        self._key.setCurrentIndex(place)
        self._tones.setText(
            self.tr("A tone when a case rings or somebody calls (what is critical always sounds)")
        )
        self._tones.setAccessibleName(self._tones.text())
        set_words(self._look, self.tr("Look for devices"))
        set_words(self._check, self.tr("Check the call…"))

    def _menu(self, name: str) -> DeviceMenuProps | None:
        if self._shown is None:
            return None
        return next(menu for menu in self._shown.menus if menu.what.value == name)

    def _choose(self, name: str, place: int) -> None:
        if (menu := self._menu(name)) is not None:
            self.wished.emit(WishDevice(menu.what, menu.entries[place].source))

    def _use_key(self, place: int) -> None:
        if self._talk is not None:
            self._talk.use(KEYS[place])
