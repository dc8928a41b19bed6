"""What the page that is open shows of the state."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from app.commands.wishes import Page
from app.models.administration import derive_administration
from app.models.auditing import derive_audit
from app.models.board import derive_board
from app.models.case_form import derive_case_form
from app.models.inbox import derive_inbox
from app.models.library import derive_library
from app.models.notifications import derive_notifications
from app.models.queue import derive_work
from app.models.rota import derive_rota
from app.models.security import derive_security
from app.models.settings import derive_settings
from app.models.workspace import derive_workspace
from app.session.state import State

if TYPE_CHECKING:
    from app.views.main_window import MainWindow


def show_current(window: MainWindow, state: State, now: datetime) -> None:
    """Derives the props of the visible page and no others."""
    match window.page:
        case Page.WORK:
            window.work.show_props(derive_work(state, now))
        case Page.NOTIFICATIONS:
            window.notifications.show_props(derive_notifications(state))
        case Page.BOARD:
            window.board.show_props(derive_board(state, now, window.board.filter))
        case Page.ROTA:
            window.rota.show_props(derive_rota(state, now), state.rota)
        case Page.INBOX:
            window.inbox.show_props(derive_inbox(state))
        case Page.CASE_FORM:
            form = derive_case_form(state, now.astimezone().date())
            if form is not None:
                window.case_form.show_props(form)
        case Page.WORKSPACE:
            whole = derive_workspace(state, now)
            if whole is not None:
                window.workspace.show_props(whole)
        case Page.LIBRARY:
            window.library.show_props(derive_library(state))
        case Page.ADMINISTRATION:
            window.administration.show_props(derive_administration(state))
        case Page.SECURITY:
            window.security.show_props(derive_security(state))
        case Page.AUDIT:
            window.audit.show_props(derive_audit(state))
        case Page.SETTINGS:
            props = derive_settings(state, fingerprint=window.fingerprint, version=window.version)
            window.settings_page.show_props(props, window.theme(), window.language)
