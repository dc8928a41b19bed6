from PySide6.QtWidgets import QLabel
from app.session.place import Page
from app.session.queue import WaitingLoaded, MineLoaded
from tests.views.facts import online
from tests.fakes.examples import row, account
from protocol.account import Role
from protocol.consultation import Phase
