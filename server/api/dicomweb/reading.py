"""Which stored images an account may see, and finding them."""

from server.store.work import Store


class ImageReading:
    """Finds images an account may see."""

    def __init__(self, store: Store) -> None:
        self._store = store
