"""`huizhen document-worker` (hidden): a process that opens one document for another one."""

from __future__ import annotations

import argparse
import sys


def run(_args: argparse.Namespace) -> int:
    """Serve until standard input ends."""
    from app.imaging.workers.child import MAX_FRAME, serve_with
    from app.viewers.document.reading import DocumentReader

    answers = sys.stdout.buffer
    # Nothing but messages may reach the pipe, whatever a library prints.
    sys.stdout = sys.stderr
    serve_with(DocumentReader().answer, sys.stdin.buffer, answers, MAX_FRAME)
    return 0
