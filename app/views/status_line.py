"""The status line: network, uploads, presence, and what is saved."""

from app.kit.layouts import column, row, surface
from app.kit.view import View
from app.kit.widgets import chip, label, set_chip
from app.models.presence import PresenceProps
from app.models.status import StatusProps
from app.views.presence import PresenceView


class StatusLine(View):
    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("statusLine")
        self._network, self._saved = chip("statusNetwork"), chip("statusSaved")
        self._uploads, self.presence = label("statusUploads", "small"), PresenceView()
        self.presence.wished.connect(self.wished)
        self._key = label("statusKey", "small")
        parts = (self._network, self._uploads, self.presence, None, self._key, self._saved)
        self.setLayout(column(surface("status", row(*parts, margin=1, gap=3))))

    def show_props(self, props: StatusProps, presence: PresenceProps) -> None:
        set_chip(self._network, props.network, props.network_look)
        set_chip(self._saved, props.saved, props.saved_look)
        self._uploads.setText(props.uploads)
        self._key.setText(props.key_place)
        self.presence.show_props(presence)
