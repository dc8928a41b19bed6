"""Where the pixels of stored objects are, kept of those that were read last."""

from collections import OrderedDict
from threading import Lock

from server.api.dicomweb.headers import Layout, layout_of
from server.domain.ports import ObjectReader

MOST = 20_000
"""Some 6 MB; a layout says nothing of a patient."""


class Layouts:
    """By SHA-256: an object never changes, so that its header is walked once for all its frames and
    for all who look at them."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._mutex = Lock()
        self._known: OrderedDict[str, Layout] = OrderedDict()

    def of(self, sha256: str, source: ObjectReader) -> Layout:
        with self._mutex:
            known = self._known.get(sha256)
            if known is not None:
                self._known.move_to_end(sha256)
                return known
        found = layout_of(source)
        with self._mutex:
            self._known[sha256] = found
            if len(self._known) > self._most:
                self._known.popitem(last=False)
        return found
