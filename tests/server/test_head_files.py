"""Heads of the audit trail that come from outside are read, or refused in words."""

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from server.evidence import AuditOrder, run
from server.settings import Settings
from server.store.errors import EvidenceUnusable
from server.store.evidence import Head
from tests.server.in_process import InProcess

HEAD = {
    "size": 7,
    "root": "ab" * 32,
    "signed_at": "2026-11-21T06:05:00+00:00",
    "public_key": "a",
    "signature": "b",
}


@pytest.mark.parametrize(
    "wrong",
    [{"size": 0}, {"size": -1}, {"size": 10**30}, {"root": "xy" * 32}, {"root": "ab"}],
)
def test_what_no_tree_can_be_is_no_head(wrong: dict[str, object]) -> None:
    assert Head.read(HEAD).size == HEAD["size"]
    with pytest.raises(ValueError):  # noqa: PT011 - it is what the method says it raises
        Head.read(HEAD | wrong)


def test_a_file_without_end_is_refused_in_words(tmp_path: Path) -> None:
    deep = tmp_path / "head.json"
    deep.write_text("[" * 100_000)
    order = AuditOrder("check", proof=deep, public_key="a")
    with pytest.raises(EvidenceUnusable, match=r"head\.json cannot be read"):
        run(Settings(data_dir=tmp_path), order, print)


def test_a_folder_that_is_not_there_is_told_once_with_what_to_do(tmp_path: Path) -> None:
    heads = tmp_path / "share"
    site = InProcess(tmp_path, audit_heads_dir=heads)
    evidence = site.built.evidence
    site.run(evidence.take_in())
    with capture_logs() as told:
        for _ in range(3):
            site.run(evidence.offer_head())
    assert [one["event"] for one in told] == ["evidence.head_not_put_out"]
    assert "audit_heads_dir" in told[0]["mend"]
    heads.mkdir()
    site.run(evidence.offer_head())
    assert list(heads.glob("audit-head-*.json")), "it gets there when the share is mounted"
    site.end()
