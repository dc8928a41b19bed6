"""Which of the four drawn states a list is in."""

from app.kit.list_states import ListState, ListStates
from app.session.queue import Load


def show_load(states: ListStates, load: Load, *, filled: bool) -> None:
    """What is there stays while it is read again."""
    match load:
        case Load.LOADING if not filled:
            states.show_state(ListState.LOADING)
        case Load.FAILED:
            states.show_state(ListState.ERROR)
        case _:
            states.show_state(ListState.CONTENT if filled else ListState.EMPTY)
