"""A head that somebody has kept is looked at before anything is proven of it."""

import json
from pathlib import Path

import pytest

from server.evidence import AuditOrder, run
from server.settings import Settings
from server.store.errors import EvidenceUnusable

HEAD = {
    "size": 3,
    "root": "ab" * 32,
    "signed_at": "2026-01-05T08:30:00+00:00",
    "public_key": "",
    "signature": "",
}


@pytest.mark.parametrize(
    ("name", "value"), [("root", "no root"), ("root", "ab"), ("size", 0), ("size", -1)]
)
def test_what_is_no_head_is_said_in_words(tmp_path: Path, name: str, value: object) -> None:
    head, proof = tmp_path / "head.json", tmp_path / "proof.json"
    head.write_text(json.dumps({**HEAD, name: value}))
    proof.write_text(json.dumps({"kept": HEAD, "path": [], "head": HEAD}))
    order = AuditOrder("check", proof=proof, public_key="AAAA", heads=[head])
    with pytest.raises(EvidenceUnusable, match=r"head\.json holds no head of an audit trail"):
        run(Settings(data_dir=tmp_path), order, lambda _said: None)
