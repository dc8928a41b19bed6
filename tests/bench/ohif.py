"""OHIF in Chromium beside our window: the first picture of the same study over the same line."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import imagecodecs
import numpy as np

from protocol import paths
from tests.bench.errors import BenchFailed
from tests.bench.town import Place
from tests.live.ohif import (
    Page,
    PageServer,
    certificate_of,
    chromium,
    configure,
    ohif_folder,
    page_server,
)

PATIENCE_S, LOOK_MS = 120.0, 50
LEAST_GREYS = 60
"""So many grey levels in the middle of the page are a picture and not a page that loads."""
DRAWN = """
document.querySelectorAll('canvas').length > 0 && /W:\\s*\\d/.test(document.body.innerText)
"""


@contextmanager
def ohif_pages() -> Iterator[tuple[PageServer, str]]:
    """The web build and its origin, which the server must let in.

    Raises CounterpartMissing.
    """
    with page_server(ohif_folder()) as pages:
        yield pages, f"http://127.0.0.1:{pages.server_address[1]}"


class Ohif:
    """A browser that has its program already, as on a second visit."""

    def __init__(self, page: Page, origin: str, here: Place) -> None:
        self._page, self._origin, self._here = page, origin, here

    def first_picture_ms(self, study_uid: str) -> float:
        """From the address to grey levels on the screen."""
        token = self._here.valley.doctor.tokens.access_token
        self._page.call("Page.navigate", url="about:blank")
        began = time.perf_counter()
        address = f"{self._origin}/viewer?StudyInstanceUIDs={study_uid}&token={token}"
        self._page.call("Page.navigate", url=address)
        while time.perf_counter() - began < PATIENCE_S:
            if self._page.evaluate(DRAWN) and _is_picture(self._page.picture()):
                return 1000 * (time.perf_counter() - began)
            self._page.evaluate(f"new Promise(done => setTimeout(done, {LOOK_MS}))")
        raise BenchFailed("OHIF showed no picture: " + "; ".join(self._page.said[-3:]))


@contextmanager
def ohif(here: Place, pages: PageServer, origin: str, url: str) -> Iterator[Ohif]:
    """OHIF reading from our server at `url`. Raises CounterpartMissing."""
    configure(pages, url + paths.DICOMWEB)
    with tempfile.TemporaryDirectory(prefix="huizhen-bench-") as name:
        certificate = Path(name) / "server.pem"
        certificate.write_text(certificate_of(here.server.url))
        with chromium(Path(name) / "profile", certificate) as page:
            yield Ohif(page, origin, here)


def _is_picture(png: bytes) -> bool:
    grey = imagecodecs.png_decode(png)[..., 0]
    rows, columns = grey.shape
    middle = grey[rows // 3 : 2 * rows // 3, columns // 3 : 2 * columns // 3]
    return len(np.unique(middle)) > LEAST_GREYS
