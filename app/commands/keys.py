"""Every command with its words and its key, as data; an unknown id fails when it is bound."""

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication


class Group(Enum):
    EVERYWHERE = str(QT_TRANSLATE_NOOP("commands", "Everywhere"))
    CASE = str(QT_TRANSLATE_NOOP("commands", "Case"))
    CALL = str(QT_TRANSLATE_NOOP("commands", "Call"))
    BOARD = str(QT_TRANSLATE_NOOP("commands", "Board"))

    @property
    def title(self) -> str:
        return QCoreApplication.translate("commands", str(self.value))


class CommandId(Enum):
    """The ids; `COMMANDS` must describe every one of them."""

    PALETTE = "palette"
    KEYS = "keys"
    WORK = "work"
    LIBRARY = "library"
    NOTIFICATIONS = "notifications"
    INBOX = "inbox"
    ARCHIVE = "archive"
    SETTINGS = "settings"
    ROTA = "rota"
    BOARD = "board"
    BOARD_ASSIGN = "board_assign"
    BOARD_RING = "board_ring"
    BOARD_RELEASE = "board_release"
    BOARD_ESCALATE = "board_escalate"
    BOARD_REJECT = "board_reject"
    BOARD_SEARCH = "board_search"
    REFRESH = "refresh"
    NEW_CASE = "new_case"
    IMPORT = "import"
    SUBMIT = "submit"
    CLAIM = "claim"
    RINGING = "ringing"
    CASE_SEARCH = "case_search"
    TAKE_PICTURE = "take_picture"
    EARLIER_REPORT = "earlier_report"
    RECORD_PANE = "record_pane"
    CALL_PANE = "call_pane"
    CASE_ACTIONS = "case_actions"
    SIGN = "sign"
    PRINT = "print"
    CALL = "call"
    MUTE = "mute"
    CAMERA = "camera"
    TALK = "talk"
    CALL_FLOATING = "call_floating"
    CALL_CORNER = "call_corner"
    CALL_FULL = "call_full"
    CALL_SCREEN = "call_screen"
    SHARE = "share"
    CHAT = "chat"
    THEME = "theme"
    LANGUAGE = "language"
    BREAK_GLASS = "break_glass"
    LOCK = "lock"
    SIGN_OUT = "sign_out"


@dataclass(frozen=True, slots=True)
class Command:
    id: CommandId
    group: Group
    source: str
    key: str
    held: bool = False
    """It lasts as long as the key is held down."""

    @property
    def title(self) -> str:
        return QCoreApplication.translate("commands", self.source)


def _c(id_: CommandId, group: Group, source: object, key: str) -> Command:
    return Command(id_, group, str(source), key)


ARCHIVE_KEY = "Ctrl+Shift+F"
EARLIER_KEY = "Ctrl+Shift+Y"
_TALK = QT_TRANSLATE_NOOP("commands", "Talk while the microphone is off, as long as it is held")
_FLOATING = QT_TRANSLATE_NOOP("commands", "Call over the images, or beside them")
_CORNER = QT_TRANSLATE_NOOP("commands", "Call over the images: next corner")
_FULL = QT_TRANSLATE_NOOP("commands", "Call on the whole screen")
_SCREEN = QT_TRANSLATE_NOOP("commands", "Call on the whole screen: next screen")
_SHARE = QT_TRANSLATE_NOOP("commands", "Share a screen or a device, or stop sharing")
_ASSIGN = QT_TRANSLATE_NOOP("commands", "Assign the chosen case to the chosen expert")
_RING = QT_TRANSLATE_NOOP("commands", "Ring the chosen expert as well")
_RELEASE = QT_TRANSLATE_NOOP("commands", "Take the chosen case from its expert")
_ESCALATE = QT_TRANSLATE_NOOP("commands", "Stop ringing for the chosen case")
_REJECT = QT_TRANSLATE_NOOP("commands", "Reject the chosen case")
_SEARCH = QT_TRANSLATE_NOOP("commands", "Search the board")
_ACTIONS = QT_TRANSLATE_NOOP("commands", "What can be done with the case")
_SEEK = QT_TRANSLATE_NOOP("commands", "Search my cases")
_RINGING = QT_TRANSLATE_NOOP("commands", "To the case that rings")
_PICTURE = QT_TRANSLATE_NOOP("commands", "Picture of the viewer into the report")
_EARLIER = QT_TRANSLATE_NOOP("commands", "Compare with an earlier report of the patient")
_GLASS = QT_TRANSLATE_NOOP("commands", "Open a case in an emergency")
_NOTIFICATIONS = QT_TRANSLATE_NOOP("commands", "Notifications: what was told to you")
_E, _K, _L, _B = Group.EVERYWHERE, Group.CASE, Group.CALL, Group.BOARD

COMMANDS: dict[CommandId, Command] = {
    command.id: command
    for command in (
        _c(CommandId.PALETTE, _E, QT_TRANSLATE_NOOP("commands", "Find anything"), "Ctrl+K"),
        _c(CommandId.KEYS, _E, QT_TRANSLATE_NOOP("commands", "Show keys"), "F1"),
        _c(CommandId.WORK, _E, QT_TRANSLATE_NOOP("commands", "Cases and queue"), "Ctrl+1"),
        _c(CommandId.LIBRARY, _E, QT_TRANSLATE_NOOP("commands", "Case library"), "Ctrl+2"),
        _c(CommandId.NOTIFICATIONS, _E, _NOTIFICATIONS, "Ctrl+6"),
        _c(CommandId.INBOX, _E, QT_TRANSLATE_NOOP("commands", "Inbox of images"), "Ctrl+3"),
        _c(CommandId.ARCHIVE, _E, QT_TRANSLATE_NOOP("commands", "Search the archive"), ARCHIVE_KEY),
        _c(CommandId.ROTA, _E, QT_TRANSLATE_NOOP("commands", "Rota"), "Ctrl+5"),
        _c(CommandId.SETTINGS, _E, QT_TRANSLATE_NOOP("commands", "Settings"), "Ctrl+,"),
        _c(CommandId.REFRESH, _E, QT_TRANSLATE_NOOP("commands", "Read the lists again"), "F5"),
        _c(CommandId.NEW_CASE, _K, QT_TRANSLATE_NOOP("commands", "New case"), "Ctrl+N"),
        _c(CommandId.IMPORT, _K, QT_TRANSLATE_NOOP("commands", "Add images"), "Ctrl+O"),
        _c(CommandId.SUBMIT, _K, QT_TRANSLATE_NOOP("commands", "Submit the case"), "Ctrl+Return"),
        _c(CommandId.CLAIM, _K, QT_TRANSLATE_NOOP("commands", "Take the case"), "Ctrl+T"),
        _c(CommandId.RINGING, _K, _RINGING, "Ctrl+Shift+J"),
        _c(CommandId.CASE_SEARCH, _K, _SEEK, "Ctrl+Shift+N"),
        _c(CommandId.RECORD_PANE, _K, QT_TRANSLATE_NOOP("commands", "Show or hide record"), "F2"),
        _c(CommandId.CALL_PANE, _K, QT_TRANSLATE_NOOP("commands", "Show or hide call"), "F3"),
        _c(CommandId.CASE_ACTIONS, _K, _ACTIONS, "Ctrl+J"),
        _c(CommandId.SIGN, _K, QT_TRANSLATE_NOOP("commands", "Sign the report"), "Ctrl+Shift+S"),
        _c(CommandId.TAKE_PICTURE, _K, _PICTURE, "Ctrl+Shift+I"),
        _c(CommandId.EARLIER_REPORT, _K, _EARLIER, EARLIER_KEY),
        _c(CommandId.PRINT, _K, QT_TRANSLATE_NOOP("commands", "Print the report"), "Ctrl+P"),
        _c(CommandId.CALL, _L, QT_TRANSLATE_NOOP("commands", "Call or hang up"), "Ctrl+Shift+C"),
        _c(CommandId.MUTE, _L, QT_TRANSLATE_NOOP("commands", "Microphone on or off"), "Ctrl+D"),
        _c(CommandId.CAMERA, _L, QT_TRANSLATE_NOOP("commands", "Camera on or off"), "Ctrl+E"),
        Command(CommandId.TALK, _L, str(_TALK), "Pause", held=True),
        _c(CommandId.CALL_FLOATING, _L, _FLOATING, "Ctrl+Shift+P"),
        _c(CommandId.CALL_CORNER, _L, _CORNER, "Ctrl+Shift+K"),
        _c(CommandId.CALL_FULL, _L, _FULL, "Ctrl+Shift+F11"),
        _c(CommandId.CALL_SCREEN, _L, _SCREEN, "Ctrl+Shift+F12"),
        _c(CommandId.SHARE, _L, _SHARE, "Ctrl+Shift+D"),
        _c(CommandId.CHAT, _L, QT_TRANSLATE_NOOP("commands", "Write in the chat"), "Ctrl+M"),
        _c(CommandId.BOARD, _B, QT_TRANSLATE_NOOP("commands", "Dispatcher's board"), "Ctrl+4"),
        _c(CommandId.BOARD_ASSIGN, _B, _ASSIGN, "Ctrl+Shift+A"),
        _c(CommandId.BOARD_RING, _B, _RING, "Ctrl+Shift+R"),
        _c(CommandId.BOARD_RELEASE, _B, _RELEASE, "Ctrl+Shift+B"),
        _c(CommandId.BOARD_ESCALATE, _B, _ESCALATE, "Ctrl+Shift+U"),
        _c(CommandId.BOARD_REJECT, _B, _REJECT, "Ctrl+Shift+X"),
        _c(CommandId.BOARD_SEARCH, _B, _SEARCH, "Ctrl+Shift+H"),
        _c(CommandId.THEME, _E, QT_TRANSLATE_NOOP("commands", "Light or dark"), "Ctrl+Shift+L"),
        _c(CommandId.LANGUAGE, _E, QT_TRANSLATE_NOOP("commands", "中文 / English"), "Ctrl+Shift+E"),
        _c(CommandId.BREAK_GLASS, _E, _GLASS, "Ctrl+Alt+E"),
        _c(CommandId.LOCK, _E, QT_TRANSLATE_NOOP("commands", "Lock the window"), "Ctrl+Alt+L"),
        _c(CommandId.SIGN_OUT, _E, QT_TRANSLATE_NOOP("commands", "Sign out"), "Ctrl+Shift+Q"),
    )
}

_undescribed = set(CommandId) - set(COMMANDS)
if _undescribed:
    raise LookupError(f"commands without description: {sorted(c.value for c in _undescribed)}")
_keys = [command.key for command in COMMANDS.values()]
if len(_keys) != len(set(_keys)):
    raise LookupError("two commands share a key")
