"""`python -m server`, `huizhen-server`."""

import sys

from server import cli, composition


def main() -> int:
    """Runs one command; answers the exit status."""
    return cli.run(sys.argv[1:], composition.ServerPrograms())


if __name__ == "__main__":
    sys.exit(main())
