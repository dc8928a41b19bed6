"""Icons, themes, sounds, translations and tables, read through `importlib.resources`."""

from importlib.resources import files
from importlib.resources.abc import Traversable


def resource(*parts: str) -> Traversable:
    """A file of this package, e.g. `resource("themes", "dark.json")`."""
    return files(__name__).joinpath(*parts)
