from pathlib import Path

import pytest

from app.net.trust import Pin, pin_of
from tests.net.authority import Authority, make_authority
from tests.net.tiny_server import TinyServer


@pytest.fixture(scope="session")
def authority() -> Authority:
    return make_authority()


@pytest.fixture
def pin(authority: Authority) -> Pin:
    return pin_of(authority.pem)


@pytest.fixture
def tiny(authority: Authority, tmp_path: Path) -> TinyServer:
    """Not yet started: enter it."""
    return TinyServer(authority.server_context(tmp_path))
