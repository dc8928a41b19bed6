"""A stranger's viewer in a browser opens a study from our server: OHIF's released web build."""

from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pytest

from protocol import paths
from tests.bench.errors import CounterpartMissing
from tests.bench.instances import Factory
from tests.live.ohif import Page, certificate_of, chromium, configure, ohif_folder, page_server
from tests.server.conftest import trusting
from tests.server.images import stow
from tests.server.people import ADMIN, PASSWORD, Town, make_valley
from tests.server.process import ServerProcess

SLICES = 12
SEEN = """
(() => {
  const text = document.body.innerText;
  return document.querySelectorAll('canvas').length > 0 && /W:\\s*\\d/.test(text);
})()
"""


def shown(page: Page) -> Any:
    """Grey levels of the middle of the page, once the picture is there."""
    for _ in range(240):
        if page.evaluate(SEEN):
            picture = imagecodecs.png_decode(page.picture())[..., 0]
            rows, columns = picture.shape
            middle = picture[rows // 3 : 2 * rows // 3, columns // 3 : 2 * columns // 3]
            if len(np.unique(middle)) > 60:
                return middle
        page.evaluate("new Promise(done => setTimeout(done, 250))")
    pytest.fail("no picture came: " + "; ".join(page.said[-5:]))


@pytest.mark.live
@pytest.mark.timeout(600)
def test_ohif_opens_a_study_of_our_server_in_chromium(tmp_path: Path) -> None:
    try:
        folder = ohif_folder()
    except CounterpartMissing as missing:
        pytest.skip(str(missing))
    with page_server(folder) as pages:
        origin = f"http://127.0.0.1:{pages.server_address[1]}"
        settings = {"HUIZHEN_WEB_ORIGINS": f'["{origin}"]', "HUIZHEN_ACCESS_TOKEN_S": "3600"}
        server = ServerProcess(tmp_path / "server", settings)
        server.add_user(ADMIN, PASSWORD, name="管理员", roles=["admin"])
        with server:
            configure(pages, server.url + paths.DICOMWEB)
            town = Town(server.url, trusting(server.ca))
            doctor = make_valley(town).doctor
            study = Factory().study(SLICES)
            assert stow(doctor, [one.data for one in study]).status_code == 200
            certificate = tmp_path / "server.pem"
            certificate.write_text(certificate_of(server.url))
            try:
                with chromium(tmp_path / "profile", certificate) as page:
                    uid, token = study[0].study_instance_uid, doctor.tokens.access_token
                    address = f"{origin}/viewer?StudyInstanceUIDs={uid}&token={token}"
                    page.call("Page.navigate", url=address)
                    shown(page)
                    (tmp_path / "ohif.png").write_bytes(page.picture())
                    text = page.evaluate("document.body.innerText")
                    assert "静脉期" in text
                    assert f"(1/{SLICES})" in text
            except CounterpartMissing as missing:
                pytest.skip(str(missing))
            finally:
                town.close()
