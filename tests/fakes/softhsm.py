"""A PKCS#11 token without hardware: SoftHSM (Debian's softhsm2) in a folder of its own."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

_LIBRARIES = (
    Path("/usr/lib/softhsm/libsofthsm2.so"),
    Path("/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so"),
    Path("/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so"),
)
PIN = "273512"
_CONFIG = "SOFTHSM2_CONF"


@dataclass(frozen=True, slots=True)
class SoftToken:
    """An initialised token; its folder is the environment's as long as it is used."""

    module: Path
    label: str
    config: Path

    @property
    def tokens(self) -> Path:
        """Where they lie: taken away, the token is out."""
        return self.config.with_name("tokens")

    def util(self, *arguments: str) -> None:
        """Runs `softhsm2-util`."""
        done = subprocess.run(
            ["softhsm2-util", *arguments],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, _CONFIG: str(self.config)},
        )
        assert done.returncode == 0, done.stderr


@contextmanager
def soft_token(folder: Path, label: str = "huizhen") -> Iterator[SoftToken]:
    """A new token; skips the test where SoftHSM is not installed."""
    module = next((path for path in _LIBRARIES if path.exists()), None)
    if module is None or shutil.which("softhsm2-util") is None:
        pytest.skip("no PKCS#11 token: SoftHSM (Debian's softhsm2) is not installed")
    token = SoftToken(module, label, folder / "softhsm2.conf")
    token.tokens.mkdir(parents=True)
    token.config.write_text(f"directories.tokendir = {token.tokens}\nlog.level = ERROR\n")
    token.util("--init-token", "--free", "--label", label, "--so-pin", PIN, "--pin", PIN)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(_CONFIG, str(token.config))
        _read_anew(module)
        yield token


def _read_anew(module: Path) -> None:
    """The library reads its folder once a process; another test may have used another one."""
    import pkcs11

    pkcs11.lib(str(module)).reinitialize()
