"""What the databases of this process are asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, event

from server.store.engine import WRITES


@dataclass(frozen=True, slots=True)
class Statement:
    """`writes`: everybody who writes waits for it; `values` are what goes with it."""

    text: str
    values: Any
    writes: bool


@contextmanager
def statements(engine: Engine | type[Engine] = Engine) -> Iterator[list[Statement]]:
    """Those that are asked meanwhile, of one database or of all."""
    found: list[Statement] = []

    def note(connection: Connection, _cursor: Any, text: str, values: Any, *_: Any) -> None:
        writes = connection.get_execution_options().get(WRITES, False)
        found.append(Statement(text, values, writes))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)
