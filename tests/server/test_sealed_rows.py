"""Rows with patient data rest sealed: the database tells nothing, what is changed there shows."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, func, select, text, update

from protocol import paths
from protocol.consultation import CaseContent, Patient
from server.store.case_search import search_text, word_of
from server.store.ciphers import Algorithm, cipher_of, is_offered
from server.store.engine import migrate
from server.store.errors import DatabaseUnavailable
from server.store.keyring import KeyRing
from server.store.row_key_table import RowKeyRow
from server.store.row_keys import GroupKey
from server.store.row_sealing import read_mark
from server.store.sealed_rows import SEALED, SEARCH, is_sealed
from server.store.tables import (
    AuditRow,
    ConsultationRow,
    FactRecipientRow,
    FactRow,
    MessageRow,
    TimelineRow,
)
from tests.server.people import make_valley, open_case, submitted_case
from tests.server.sealed_site import NAME, REASON, WORDS, Site, a_day, say, seen

BOTH = pytest.mark.parametrize("address", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def address(request: pytest.FixtureRequest) -> str | None:
    if getattr(request, "param", "sqlite") == "sqlite":
        return None
    made: str = request.getfixturevalue("cluster").database()
    return made


@pytest.fixture
def site(tmp_path: Path, address: str | None) -> Iterator[Site]:
    made = Site(tmp_path, address)
    yield made
    made.end()


@pytest.fixture
def older(tmp_path: Path, address: str | None) -> Iterator[Site]:
    """A site that seals nothing, as before there was encryption of rows."""
    made = Site(tmp_path, address, seal_rows=False)
    yield made
    made.end()


@BOTH
def test_the_database_says_nothing_of_a_patient(site: Site) -> None:
    a_day(site)
    found = site.everything()
    assert not [one for one in (*WORDS, "19580402", "A-7731") if one in found]


@BOTH
def test_what_an_older_version_wrote_is_sealed_and_read_meanwhile(older: Site) -> None:
    """Half way through some rows are sealed and some are not."""
    case_id = a_day(older)
    before, plain = seen(older.valley, case_id), older.everything()
    assert all(one in plain for one in (NAME, REASON, "病灶较前增大", "Xiaoxi"))
    assert older.bring(seals=True) > 5
    assert seen(older.valley, case_id) == before
    assert not [one for one in WORDS if one in older.everything()]
    assert older.bring(seals=True) == 0


@BOTH
def test_the_way_back_leaves_every_row_as_it_was(older: Site) -> None:
    a_day(older)

    def rows(connection: Connection) -> dict[str, list[Any]]:
        asked = {one: select(one.table.__table__) for one in SEALED.values()}
        return {
            one.name: sorted(str(row) for row in connection.execute(query))
            for one, query in asked.items()
        }

    before = older.sql(rows)
    older.bring(seals=True)
    assert older.sql(rows) != before
    older.bring(seals=False)
    assert older.sql(rows) == before


def counts(connection: Connection) -> dict[str, int]:
    """How many rows tables have that were there from the first, and were made anew since."""
    tables = (ConsultationRow, TimelineRow, MessageRow, FactRow, FactRecipientRow, AuditRow)
    return {
        one.__tablename__: connection.scalar(select(func.count()).select_from(one)) or 0
        for one in tables
    }


@BOTH
def test_an_older_version_is_refused_until_the_rows_are_opened(older: Site) -> None:
    a_day(older)
    older.bring(seals=True)

    def to(revision: str) -> None:
        older.with_engine(lambda engine: migrate(engine, revision))

    for revision in ("0029", "0020", "0001"):
        with pytest.raises(DatabaseUnavailable, match="keys unseal"):
            to(revision)
    older.bring(seals=False)
    before = older.sql(counts)
    for revision in ("0029", "0019", "0001", "head"):
        to(revision)
    assert older.sql(counts) == before
    assert min(before.values()) > 0


def test_the_older_version_is_refused_over_every_column_that_is_sealed() -> None:
    version = import_module("server.store.migrations.versions.0030_sealed_rows")
    later = {"opinions.before"}  # goes with its own migration
    assert {
        name: tuple(one for one in SEALED[name].columns if f"{name}.{one}" not in later)
        for name in version.SEALED
    } == version.SEALED


def test_a_value_in_the_place_of_another_is_never_shown(site: Site) -> None:
    one, two = submitted_case(site.valley), submitted_case(site.valley)
    for case_id in (one, two):
        say(site, case_id, f"给{case_id}")

    def exchange(connection: Connection) -> None:
        asked = select(MessageRow.id, MessageRow.body).order_by(MessageRow.id)
        (_first, theirs), (second, _own) = connection.execute(asked)
        connection.execute(update(MessageRow).where(MessageRow.id == second).values(body=theirs))

    site.sql(exchange)
    answers = [
        site.valley.doctor.send("GET", paths.MESSAGES, consultation_id=case_id)
        for case_id in (one, two)
    ]
    assert sorted(one.status_code for one in answers) == [200, 409]
    bad = max(answers, key=lambda answer: answer.status_code)
    assert bad.json()["code"] == "damaged"
    assert "not what this server wrote" in bad.json()["title"]


def test_a_case_that_cannot_be_read_does_not_keep_the_others_plain(older: Site) -> None:
    damaged, whole = (UUID(submitted_case(older.valley)) for _ in range(2))

    def spoil(connection: Connection) -> None:
        of = ConsultationRow.id == damaged
        connection.execute(update(ConsultationRow).where(of).values(content="not a case"))

    def contents(connection: Connection) -> list[str]:
        return list(connection.scalars(select(ConsultationRow.content)))

    older.sql(spoil)
    older.bring(seals=True)
    assert all(is_sealed(one) for one in older.sql(contents))
    assert older.valley.doctor.get(paths.CONSULTATION, consultation_id=whole)


def test_once_all_are_sealed_a_plain_row_is_an_intruder(site: Site) -> None:
    case_id = submitted_case(site.valley)
    site.bring(seals=True)
    keys = site.server.store.row_keys
    assert site.with_engine(lambda engine: read_mark(engine, keys)) is True
    assert not keys.plain_allowed

    def plant(connection: Connection) -> None:
        forged = CaseContent(reason="别的").model_dump_json()
        of = ConsultationRow.id == UUID(case_id)
        connection.execute(update(ConsultationRow).where(of).values(content=forged))

    other = submitted_case(site.valley)
    site.sql(plant)
    answer = site.valley.doctor.send("GET", paths.CONSULTATION, consultation_id=case_id)
    assert (answer.status_code, answer.json()["code"]) == (409, "damaged")
    stranger = make_valley(site.valley.town).expert
    refused = stranger.send("POST", paths.CLAIM, consultation_id=case_id)
    assert refused.status_code in {404, 409}
    listed = site.valley.doctor.get(paths.CONSULTATIONS)["items"]
    assert {other} <= {one["id"] for one in listed}, "everybody else's cases are listed"
    assert case_id not in {one["id"] for one in listed}


@BOTH
def test_what_was_written_while_nothing_was_sealed_is_sealed_when_it_is_again(site: Site) -> None:
    before = submitted_case(site.valley)
    site.bring(seals=True)
    store = site.server.store
    store.row_keys.seals = False
    assert site.with_engine(lambda engine: read_mark(engine, store.row_keys)) is True
    meanwhile = submitted_case(site.valley)
    store.row_keys.seals = True
    assert site.with_engine(lambda engine: read_mark(engine, store.row_keys)) is False
    for case_id in (before, meanwhile):
        assert site.valley.doctor.get(paths.CONSULTATION, consultation_id=case_id)
    assert site.bring(seals=True) > 0
    assert site.with_engine(lambda engine: read_mark(engine, store.row_keys)) is True
    assert site.valley.doctor.get(paths.CONSULTATION, consultation_id=meanwhile)


@BOTH
def test_a_rotation_leaves_the_rows_and_forgets_only_what_wraps_nothing(site: Site) -> None:
    case_id = a_day(site)
    before, old = seen(site.valley, case_id), site.ring.active()

    def content(connection: Connection) -> list[Any]:
        return list(connection.execute(select(ConsultationRow.content)))

    rested = site.sql(content)
    new = site.ring.add()
    assert site.rewrap(lambda: site.ring.forget(new.id)) == 1
    assert site.sql(content) == rested
    assert old.id not in {one.id for one in site.ring.words()}
    site.server.store.row_keys._kept.clear()
    assert seen(site.valley, case_id) == before


def test_keys_of_what_was_rolled_back_seal_nothing(site: Site) -> None:
    """A key that is not in the database would lose what it seals."""
    group = uuid4()

    async def broken() -> None:
        async with site.server.store.writing() as work:
            await work.rows.key_of(group)
            raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        site.server.run(broken())
    assert site.server.store.row_keys.kept(group) is None


@BOTH
def test_cases_are_found_by_any_part_of_their_words(site: Site) -> None:
    valley = site.valley
    ours = [
        open_case(valley, reason=reason, patient={"name": name})
        for reason, name in ((REASON, NAME), ("Abc xyz", "何溪小"), ("", "Müller"))
    ]

    def found(words: str) -> list[int]:
        answer = valley.doctor.http.get(paths.CONSULTATIONS, params={"q": words})
        return sorted(ours.index(row["id"]) for row in answer.json()["items"])

    for words, wanted in (
        ("小溪", [0]),
        ("何", [0, 1]),
        ("溪小", [1]),
        ("BC X", [1]),
        ("müll", [2]),
        ("周咳", []),
        ("cons-20", [0, 1, 2]),
        (valley.department, [0, 1, 2]),
    ):
        assert found(words) == wanted, words


def test_a_page_of_what_was_found_goes_on_where_it_ended(site: Site) -> None:
    ours = [open_case(site.valley, reason=f"第{one}次咳嗽") for one in range(5)]
    rows: list[str] = []
    after: dict[str, str] = {}
    while True:
        asked: dict[str, str] = {"q": "次咳", "limit": "2", **after}
        page = site.valley.doctor.http.get(paths.CONSULTATIONS, params=asked).json()
        rows += [row["id"] for row in page["items"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert rows == ours[::-1]


KEY = GroupKey(SEARCH, Algorithm.AES_256_GCM, b"s" * 32, cipher_of(1, b"s" * 32))
LETTERS = st.text(alphabet="何小溪王a1 ", max_size=8)


@given(name=LETTERS, reason=LETTERS, asked=LETTERS.filter(bool))
def test_whoever_has_the_words_is_among_those_the_database_finds(
    name: str, reason: str, asked: str
) -> None:
    patient = Patient(name=name)
    content = CaseContent(patient=patient, reason=reason)
    kept = search_text("CONS-1", content, KEY)
    words = {one for one in kept[1:].split(" ") if one}
    grams = {asked} if len(asked) == 1 else {asked[at : at + 2] for at in range(len(asked) - 1)}
    if any(asked.casefold() in one.casefold() for one in (patient.name, content.reason)):
        assert all(word_of(gram, KEY) in words for gram in grams)


def test_identifiers_of_equal_patients_look_different_but_for_the_keyed_hash(site: Site) -> None:
    a_day(site)
    a_day(site)

    def studies(connection: Connection) -> list[Any]:
        return list(connection.execute(text("SELECT patient_id, patient_mac FROM studies")))

    (one, mac), (two, same) = site.sql(studies)
    assert is_sealed(one)
    assert is_sealed(two)
    assert (one != two, mac == same) == (True, True)


def test_rows_are_sealed_by_the_cipher_of_the_active_key(site: Site) -> None:
    if not is_offered(Algorithm.SM4_GCM):
        pytest.skip("this build of the crypto library does not offer SM4")
    older = open_case(site.valley)
    KeyRing(site.settings.object_keys, algorithm=Algorithm.SM4_GCM).add()
    newer = open_case(site.valley)

    def algorithms(connection: Connection) -> dict[UUID, int]:
        rows = connection.execute(select(RowKeyRow.group_id, RowKeyRow.algorithm))
        return {row.group_id: row.algorithm for row in rows}

    site.rewrap(lambda: 0)
    found = site.sql(algorithms)
    assert (found[UUID(older)], found[UUID(newer)]) == (1, 2)
    rows = site.valley.doctor.http.get(paths.CONSULTATIONS, params={"q": "小溪"}).json()["items"]
    assert {row["id"] for row in rows} == {older, newer}


def test_each_group_has_its_own_key_wrapped_by_the_site(site: Site) -> None:
    one, two = (UUID(open_case(site.valley)) for _ in range(2))

    def keys(connection: Connection) -> dict[UUID, tuple[str, bytes]]:
        asked = select(RowKeyRow.group_id, RowKeyRow.key_id, RowKeyRow.wrapped)
        return {group: (key, wrapped) for group, key, wrapped in connection.execute(asked)}

    found = site.sql(keys)
    assert found[one][0] == found[two][0] == site.ring.active().id.hex()
    assert found[one][1] != found[two][1]
