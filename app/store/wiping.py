"""What a computer keeps of cases only to be quick, removed where the site wants it at sign-out."""

import logging
from pathlib import Path

log = logging.getLogger(__name__)
READ = ("transfer/cache", "workplaces")
"""Of a profile: images that were read, and how a case lay on the screen. What waits to be sent or
saved (drafts, answers, the outbox, the inbox, unsaved marks) is the only one there is and stays."""


def wipe_what_was_read(profile: Path) -> None:
    """Blocks. What another program holds open goes the next time; the log says how much."""
    left = 0
    for folder in READ:
        for file in (profile / folder).rglob("*"):
            if file.is_file():
                left += not _removed(file)
    if left:
        log.warning("%d files that were read could not be removed at sign-out", left)


def _removed(file: Path) -> bool:
    try:
        file.unlink(missing_ok=True)
    except OSError:
        return False
    return True
