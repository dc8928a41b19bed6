"""`huizhen document-worker` (hidden): a process that opens one document for another one."""

from __future__ import annotations

import argparse
import sys

MOST_BYTES = 3 << 29
"""Of memory: a small file can ask for all of a clinic's computer."""


def run(_args: argparse.Namespace) -> int:
    """Serve until standard input ends."""
    from app.imaging.workers.child import serve_with
    from app.viewers.document.reading import DocumentReader

    _bound()
    answers = sys.stdout.buffer
    # Nothing but messages may reach the pipe, whatever a library prints.
    sys.stdout = sys.stderr
    serve_with(DocumentReader().answer, sys.stdin.buffer, answers)
    return 0


def _bound() -> None:
    """Where the system can (POSIX); what needs more fails as a damaged document does."""
    try:
        import resource
    except ImportError:
        return
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    bound = MOST_BYTES if most == resource.RLIM_INFINITY else min(MOST_BYTES, most)
    resource.setrlimit(resource.RLIMIT_DATA, (bound, most))
