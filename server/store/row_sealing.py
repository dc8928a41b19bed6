"""Bringing rows to how they shall rest, and their data keys under the active key, while a server
runs or not."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, bindparam, func, inspect, literal, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncEngine

from protocol.consultation import CaseContent
from server.store.case_search import search_text
from server.store.counters import upsert_for
from server.store.engine import WRITES
from server.store.image_tables import StudyRow
from server.store.keyring import KeyRing
from server.store.progress import Progress, Tell
from server.store.row_key_table import RowKeyRow
from server.store.row_keys import RowKeys
from server.store.sealed_rows import SEALED, SEARCH, Rows, Sealed, is_sealed, patient_mac
from server.store.tables import ConsultationRow, CounterRow
from server.store.turn import Turn

ROWS_AT_ONCE, KEYS_AT_ONCE = 200, 1000
"""In one transaction: others who write wait for some 20 ms."""
_MARK = "rows_sealed"
ROWS_SEALED = select(CounterRow.value).where(CounterRow.name == _MARK)
"""1 where every row is sealed."""
Row = Mapping[str, Any]


async def read_mark(engine: AsyncEngine, keys: RowKeys) -> bool:
    """Whether every row is sealed: a plain one is then an intruder. Where rows are not sealed any
    more that ends, so that a site which seals again begins anew instead of refusing what was
    written meanwhile."""
    async with engine.connect() as connection:
        value = await connection.scalar(ROWS_SEALED)
    if value and not keys.seals:
        await _in_one(engine, _marked, keys)
    keys.plain_allowed = not (value and keys.seals)
    return bool(value)


async def bring_rows(
    engine: AsyncEngine,
    keys: RowKeys,
    tell: Tell,
    *,
    lock: Turn | None = None,
    rest_s: float = 0.0,
) -> int:
    """Seals every row that is plain; without `keys.seals` opens every sealed one.

    Called again it goes through all once more and changes what is left. `lock` keeps other writers
    of this process out of each transaction, `rest_s` is left to them after it. Says how far it is;
    answers how many rows it changed.
    """
    changed, progress = 0, Progress(tell)
    for one in SEALED.values():
        total = await _in_one(engine, _count, one, writes=False)
        done, after = 0, None
        while True:
            async with lock or nullcontext():
                seen, more, after = await _in_one(engine, _step, one, keys, after)
            done, changed = done + seen, changed + more
            progress.now(table=one.name, rows=done, of=total, changed=changed)
            if seen < ROWS_AT_ONCE:
                break
            await asyncio.sleep(rest_s)
    await _in_one(engine, _marked, keys)
    tell({"rows_sealed": keys.seals, "changed": changed})
    return changed


async def _in_one(
    engine: AsyncEngine, do: Callable[..., Any], *given: Any, writes: bool = True
) -> Any:
    async with engine.connect() as plain:
        connection = await plain.execution_options(**{WRITES: writes})
        async with connection.begin():
            return await connection.run_sync(do, *given)


def _count(connection: Connection, one: Sealed) -> int:
    return connection.scalar(select(func.count()).select_from(one.table)) or 0


def _step(
    connection: Connection, one: Sealed, keys: RowKeys, after: tuple[Any, ...] | None
) -> tuple[int, int, tuple[Any, ...] | None]:
    """How many rows there were, how many it changed, and where it stopped."""
    table = one.table.__table__
    key = [table.c[name] for name in one.row]
    asked = select(table).order_by(*key).limit(ROWS_AT_ONCE)
    if after is not None:
        behind = (literal(value, of.type) for value, of in zip(after, key, strict=True))
        asked = asked.where(tuple_(*key) > tuple_(*behind))
    found = [dict(row) for row in connection.execute(asked).mappings()]
    rows = Rows(keys)
    due = [row for row in found if _is_due(one, row, seals=keys.seals)]
    if keys.seals:
        rows.make_all(connection, [SEARCH, *map(one.group, due)])
    fresh = [
        rows.sealed(connection, one.table, opened) | _found_by(one, opened, rows)
        for opened in rows.opened(connection, one.table, due)
    ]
    if fresh:
        names = [*one.columns, *_FOUND_BY.get(one.name, ())]
        is_it = (of == bindparam(f"is_{of.name}") for of in key)
        put = {name: bindparam(f"put_{name}", type_=table.c[name].type) for name in names}
        connection.execute(
            update(one.table).where(*is_it).values(put),
            [
                {f"is_{name}": row[name] for name in one.row}
                | {f"put_{name}": row[name] for name in names}
                for row in fresh
            ],
        )
    last = tuple(found[-1][name] for name in one.row) if found else after
    return len(found), len(due), last


def _is_due(one: Sealed, row: Row, *, seals: bool) -> bool:
    return any(row[name] and is_sealed(row[name]) is not seals for name in one.columns)


_FOUND_BY = {"consultations": ("search_text", "urgency"), "studies": ("patient_mac",)}
"""What a row is found by, beside its words."""


def _found_by(one: Sealed, opened: Row, rows: Rows) -> dict[str, Any]:
    key = rows.key(SEARCH) if rows.seals else None
    if one.table is ConsultationRow:
        try:
            content = CaseContent.model_validate_json(opened["content"])
        except ValidationError:  # damaged before: sealed as it is, and found by its number
            return {"search_text": "", "urgency": ""}
        return {
            "search_text": search_text(opened["number"], content, key),
            "urgency": "" if content.urgency is None else content.urgency.value,
        }
    if one.table is StudyRow:
        mac = patient_mac(opened["patient_id"], key) if key and opened["patient_id"] else None
        return {"patient_mac": mac}
    return {}


def _marked(connection: Connection, keys: RowKeys) -> None:
    insert = upsert_for(connection.dialect.name)
    row = insert(CounterRow).values(name=_MARK, value=int(keys.seals))
    connection.execute(
        row.on_conflict_do_update(
            index_elements=[CounterRow.name], set_={"value": row.excluded.value}
        )
    )


# --- their keys ----------------------------------------------------------------------------------


async def row_keys_of(engine: AsyncEngine) -> tuple[dict[str, int], bool]:
    """How many data keys each wrapping key wraps, by its id, and whether every row is sealed."""

    def read(connection: Connection) -> tuple[dict[str, int], bool]:
        if not inspect(connection).has_table(RowKeyRow.__tablename__):
            return {}, False
        asked = select(RowKeyRow.key_id, func.count()).group_by(RowKeyRow.key_id)
        wraps = {one.key_id: one[1] for one in connection.execute(asked)}
        return wraps, bool(connection.scalar(ROWS_SEALED))

    async with engine.connect() as connection:
        return await connection.run_sync(read)


async def rewrap_keys(
    engine: AsyncEngine, keys: RowKeys, ring: KeyRing, tell: Tell, at_the_end: Callable[[], int]
) -> int:
    """Wraps the data keys of all groups with the active key; answers what `at_the_end` answers.

    That runs when none is left, while nobody else can write: a key that it forgets wraps nothing.
    """
    changed, progress = 0, Progress(tell)
    while True:
        count, answer = await _in_one(engine, _rewrapped, keys, ring, at_the_end)
        changed += count
        progress.now(row_keys=changed)
        if not count:
            tell({"row_keys": changed})
            return int(answer)


def _rewrapped(
    connection: Connection, keys: RowKeys, ring: KeyRing, at_the_end: Callable[[], int]
) -> tuple[int, int]:
    if not inspect(connection).has_table(RowKeyRow.__tablename__):
        return 0, at_the_end()
    table, key = RowKeyRow.__table__, ring.active()
    asked = select(table).where(table.c.key_id != key.id.hex()).limit(KEYS_AT_ONCE)
    found = [dict(row) for row in connection.execute(asked).mappings()]
    for row in found:
        values = keys.rewrapped(row, key)
        is_it = RowKeyRow.group_id == row["group_id"]
        connection.execute(update(RowKeyRow).where(is_it).values(values))
    return len(found), 0 if found else at_the_end()
