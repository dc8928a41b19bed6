"""What hospital IT set for everybody at this computer when it installed the client.

The file lies in the folder of the installation, which only administrators write. It says where the
server is and by which CA it must be signed, so that nobody is asked about a fingerprint.
"""

import json
import logging
import sys
from dataclasses import dataclass
from pathlib import Path

log = logging.getLogger(__name__)
SITE_FILE = "huizhen-site.json"
LANGUAGES = ("zh_CN", "en")


@dataclass(frozen=True, slots=True)
class Site:
    """Empty where nothing is set.

    `server` is `https://host:port`; `ca` is the PEM of the CA that signs it and no other does;
    `language` is the one of `LANGUAGES` the program begins in.
    """

    server: str = ""
    ca: str = ""
    language: str = ""

    @property
    def pins(self) -> dict[str, str]:
        """As a profile remembers them."""
        return {self.server: self.ca} if self.server and self.ca else {}


def read_site(folder: Path | None = None) -> Site:
    """Of this installation; a file that cannot be read sets nothing, and the log says so."""
    path = (folder or Path(sys.prefix)) / SITE_FILE
    try:
        found = json.loads(path.read_bytes())
        site = Site(**{name: found.get(name, "") for name in Site.__slots__})
        texts = all(isinstance(getattr(site, name), str) for name in Site.__slots__)
        if not texts or site.language not in ("", *LANGUAGES):
            raise TypeError
    except FileNotFoundError:
        return Site()
    except (OSError, ValueError, TypeError, AttributeError):
        log.warning("%s cannot be read: install the client again with its settings", SITE_FILE)
        return Site()
    return site
