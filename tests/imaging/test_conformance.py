"""The folders of conformance pictures look as their README says: alike, each in its own way.

Their last row holds every stored value once and is no part of the pattern.
"""

from pathlib import Path

import numpy as np
import pytest

from app.imaging.dataset import open_file
from app.imaging.picture import GreyPicture, make_picture
from app.imaging.pipeline import render
from app.imaging.voi import VoiLut, Window
from tests.imaging.peers import files_of, name_of

COARSE = {
    "1.2.276.0.7230010.3.200.2.3.1.dcm": 255 / 50,
    "1.2.276.0.7230010.3.200.2.8.1.dcm": 255 / 49,
    "1.2.276.0.7230010.3.200.14.2.1.dcm": 255 / 127,  # its fellow has 128 values, it has more
}
"""One step between stored values, where black to white are so few of them."""
NINE_WINDOWS = "1.2.276.0.7230010.3.200.2.11.1.dcm"


def pattern(file: Path) -> np.ndarray:
    return render(make_picture(open_file(file), 0))[:-1].astype(int)


def variants() -> list[Path]:
    found = files_of("conformance/mlut", "conformance/clut", "conformance/vlut")
    return [file for file in found if file.name != NINE_WINDOWS]


@pytest.mark.parametrize("file", variants(), ids=name_of)
def test_every_variant_shows_the_pattern_of_its_folder(file: Path) -> None:
    plain = next(f for f in files_of(f"conformance/{file.parent.name}") if f.stem.endswith(".1.1"))
    assert np.abs(pattern(file) - pattern(plain)).max() <= COARSE.get(file.name, 1)


def test_nine_windows_are_nine_presets_each_with_its_name(shared_data: Path) -> None:
    file = shared_data / "conformance" / "vlut" / NINE_WINDOWS
    obj = open_file(file)
    picture = make_picture(obj, 0)
    assert isinstance(picture, GreyPicture)
    named = [(p.explanation, p.center, p.width) for p in picture.presets if isinstance(p, Window)]
    ds = obj.dataset
    told = zip(ds.WindowCenterWidthExplanation, ds.WindowCenter, ds.WindowWidth, strict=True)
    assert named == [(str(name), float(c), float(w)) for name, c, w in told]
    assert len(named) == 9
    for preset in picture.presets:
        exact = preset.levels(picture.samples)
        assert np.abs(render(picture, preset) - exact).max() <= 0.5


def with_voi_lut() -> list[Path]:
    return [f for f in files_of("conformance/vlut") if "VOILUTSequence" in open_file(f).dataset]


@pytest.mark.parametrize("file", with_voi_lut(), ids=name_of)
def test_a_voi_lut_is_used_entry_by_entry(file: Path) -> None:
    obj = open_file(file)
    picture = make_picture(obj, 0)
    assert isinstance(picture, GreyPicture)
    assert isinstance(picture.presets[0], VoiLut)
    item = obj.dataset.VOILUTSequence[0]
    entries, first, bits = (int(part) for part in item.LUTDescriptor)
    table = np.asarray(item.LUTData, dtype=np.float64)
    first -= 65536 if first >= 32768 else 0
    values = table[np.clip(picture.samples.astype(int) - first, 0, entries - 1)]
    levels = values * 255 / ((1 << bits) - 1)
    expected = 255 - levels if picture.inverse else levels
    assert np.abs(render(picture) - expected).max() <= 0.5
