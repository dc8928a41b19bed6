"""`huizhen media` (hidden): the call's media process, started by the window only."""

from collections.abc import Sequence


def main(arguments: Sequence[str] = ()) -> int:
    """Serves the parent on stdin and stdout until it closes the pipe; returns the exit status."""
    from app.cli.vault import open_vault
    from app.media.process import run_media_process

    return run_media_process(open_vault)


if __name__ == "__main__":
    raise SystemExit(main())
