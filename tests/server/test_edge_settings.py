"""What an edge is told, and how it says what is wrong with it."""

from pathlib import Path

import pytest

from server.edge.settings import load_edge_settings
from server.edge.uplink import trust_of
from server.setting_values import SettingsError, make_folder

GOOD = {"HUIZHEN_EDGE_UPLINK": "https://centre.example:8443"}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"HUIZHEN_EDGE_UPLINK": "http://centre"}, ("HUIZHEN_EDGE_UPLINK: give", "https://name")),
        ({"HUIZHEN_EDGE_UPLINK": None}, ("HUIZHEN_EDGE_UPLINK:", "set it to the address")),
        ({"HUIZHEN_EDGE_CACHE_BYTES": "much"}, ("HUIZHEN_EDGE_CACHE_BYTES:",)),
        ({"HUIZHEN_EDGE_CASHE_BYTES": "1"}, ("HUIZHEN_EDGE_CASHE_BYTES", "no such setting")),
        ({"HUIZHEN_EDGE_TLS_KEY": "key.pem"}, ("HUIZHEN_EDGE_TLS_CERTIFICATE", "both or neither")),
        ({"HUIZHEN_EDGE_CONFIG": "none.toml"}, ("HUIZHEN_EDGE_CONFIG", "none.toml")),
    ],
)
def test_a_wrong_setting_is_told_by_its_key_and_mend(
    monkeypatch: pytest.MonkeyPatch, changed: dict[str, str | None], words: tuple[str, ...]
) -> None:
    for name, value in {**GOOD, **changed}.items():
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as told:
        load_edge_settings()
    for word in words:
        assert word in str(told.value)


def test_a_ca_that_is_none_is_told_with_where_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"HUIZHEN_EDGE_UPLINK_CA: .*copy the centre's"):
        trust_of(tmp_path / "none.pem")


def test_a_folder_that_cannot_be_made_is_told_by_the_edge_s_own_key(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    edge = load_edge_settings(uplink="https://centre.example", data_dir=tmp_path / "file" / "data")
    with pytest.raises(SettingsError, match="HUIZHEN_EDGE_DATA_DIR"):
        make_folder(edge)
