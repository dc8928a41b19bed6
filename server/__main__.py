"""`python -m server`, `huizhen-server`."""

import os
import sys

from server import cli
from server.programs import ServerPrograms


def main() -> int:
    """Runs one command; answers the exit status."""
    os.umask(0o077)  # database, objects and keys are nobody else's business
    return cli.run(sys.argv[1:], ServerPrograms())


if __name__ == "__main__":
    sys.exit(main())
