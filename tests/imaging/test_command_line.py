"""`huizhen render` and `huizhen decode` are the viewer's own pipeline."""

import argparse
import hashlib
import json
from pathlib import Path

import imagecodecs
import numpy as np
import pydicom
import pytest

from app.cli import decode, render
from app.imaging.dataset import open_file
from app.imaging.picture import GreyPicture, make_picture
from app.imaging.pipeline import render as render_levels
from app.imaging.voi import Window


def call(module: object, *argv: str) -> int:
    parser = argparse.ArgumentParser()
    module.add_arguments(parser)  # type: ignore[attr-defined]
    status: int = module.run(parser.parse_args(argv))  # type: ignore[attr-defined]
    return status


def test_render_writes_exactly_what_the_pipeline_gives(wheel: Path, tmp_path: Path) -> None:
    file, out = wheel / "CT_small.dcm", tmp_path / "x.png"
    assert call(render, str(file), "--out", str(out), "--window", "40", "400") == 0
    expected = render_levels(make_picture(open_file(file), 0), Window(40, 400))
    assert np.array_equal(imagecodecs.png_decode(out.read_bytes()), expected)


def test_render_takes_a_preset_a_frame_and_inversion(wheel: Path, tmp_path: Path) -> None:
    out = tmp_path / "x.png"
    file = wheel / "examples_overlay.dcm"
    assert call(render, str(file), "--out", str(out), "--voi", "2", "--invert") == 0
    picture = make_picture(open_file(file), 0)
    assert isinstance(picture, GreyPicture)
    expected = render_levels(picture, picture.presets[1], invert=True)
    assert np.array_equal(imagecodecs.png_decode(out.read_bytes()), expected)
    cine = wheel / "examples_ybr_color.dcm"
    assert call(render, str(cine), "--out", str(out), "--frame", "30") == 0
    assert imagecodecs.png_decode(out.read_bytes()).shape == (240, 320, 3)


def test_decode_prints_the_sha256_of_the_little_endian_samples(
    wheel: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(decode, str(wheel / "MR_small_bigendian.dcm"), "--sha256") == 0
    samples = pydicom.dcmread(wheel / "MR_small.dcm").pixel_array
    expected = hashlib.sha256(samples.astype("<i2").tobytes()).hexdigest()
    assert capsys.readouterr().out.strip() == expected


def test_decode_says_as_json_what_it_decoded(
    wheel: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(decode, str(wheel / "JPGExtended.dcm"), "--json") == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["shape"], facts["dtype"], facts["lossy"]) == ([1024, 256], "uint16", True)


@pytest.mark.parametrize("module", [render, decode])
def test_a_bad_file_gives_one_plain_line_and_a_status(
    module: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.dcm"
    bad.write_text("no picture")
    out = ["--out", str(tmp_path / "x.png")] if module is render else []
    assert call(module, str(bad), *out) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "not a DICOM file" in error


@pytest.mark.parametrize("wrong", [["--voi", "99"], ["--window", "40", "0"], ["--frame", "2"]])
def test_a_wrong_argument_says_what_there_is(
    wrong: list[str], wheel: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "x.png"
    assert call(render, str(wheel / "CT_small.dcm"), "--out", str(out), *wrong) != 0
    assert "huizhen render:" in capsys.readouterr().err
    assert not out.exists()
