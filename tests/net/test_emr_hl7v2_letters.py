"""What of a letter stands when it is edited line by line; a file that came in pieces is whole."""

from base64 import b64encode

import pytest

from app.net.emr.clinical import Lack, Section
from app.net.emr.documents import words_of
from app.net.emr.elements import Json
from app.net.emr.hl7v2_files import split
from app.net.emr.hl7v2_forms import Words
from tests.net.test_emr_hl7v2 import message, only, oru, record
from tests.net.test_emr_hl7v2_documents import (
    JPEG,
    LETTER,
    PACKED,
    PDF,
    carried,
    documents,
    mdm,
)

DRAFT = LETTER.removesuffix("AU") + "DO"
LATER = "20260104110000"
SIGNED = mdm("T02", LETTER, "OBX|1|TX|||停用阿司匹林||||||F")
WHOLE = PDF + bytes(range(256)) + b"\n%%EOF\n"


def unreadable(*texts: str) -> int:
    return sum(one.number for one in only(*texts).gaps if one.why is Lack.UNREADABLE)


@pytest.mark.parametrize(
    ("txa", "line"),
    [
        (DRAFT, "OBX|1|TX|||加用阿司匹林"),
        (DRAFT, "OBX|1|TX|||加用阿司匹林||||||F"),
        (LETTER, "OBX|1|TX|||加用阿司匹林||||||P"),
        (DRAFT, "OBX|1|TX|||停用阿司匹林||||||D"),
        (DRAFT, carried(JPEG, "JPEG")),
    ],
)
@pytest.mark.parametrize("event", ["T08", "T02"])
def test_a_draft_takes_no_word_of_a_signed_letter(event: str, txa: str, line: str) -> None:
    (letter,) = documents(SIGNED, mdm(event, txa, line, at=LATER))
    assert [words_of(one) for one in letter.contents] == ["停用阿司匹林"]
    assert letter.code == "final"


def test_a_signed_edit_takes_the_place_of_a_draft_and_of_a_signed_letter() -> None:
    edit = mdm("T08", LETTER, "OBX|1|TX|||加用阿司匹林||||||F", at=LATER)
    for first in (SIGNED, mdm("T02", DRAFT, "OBX|1|TX|||停用阿司匹林||||||F")):
        (letter,) = documents(first, edit)
        assert [words_of(one) for one in letter.contents] == ["加用阿司匹林"]


def test_a_signed_letter_stands_until_what_replaces_it_is_signed_too() -> None:
    anew = DRAFT.replace("D-7^HIS|", "D-8^HIS|D-7^HIS")
    draft = mdm("T10", anew, "OBX|1|TX|||加用阿司匹林", at=LATER)
    assert sorted(one.code for one in documents(SIGNED, draft)) == ["final", "preliminary"]
    signed = mdm(
        "T04", LETTER.replace("D-7", "D-8"), "OBX|1|TX|||加用阿司匹林", at="20260104120000"
    )
    found = {words_of(one.contents[0]): one.active for one in documents(SIGNED, draft, signed)}
    assert found == {"停用阿司匹林": False, "加用阿司匹林": True}


LINES = (
    "OBX|1|TX|1^现病史|1|咳嗽",
    "OBX|2|TX|1^现病史|2|青霉素过敏",
    "OBX|3|TX|2^医嘱||停用阿司匹林",
)


@pytest.mark.parametrize(
    "gone",
    [
        "OBX|1|TX|1^现病史|2|||||||D",
        "OBX|1|TX|||青霉素过敏||||||D",
        "OBX|1|TX|1^现病史|2|青霉素过敏||||||D",
    ],
)
@pytest.mark.parametrize("event", ["T08", "T02"])
def test_a_line_that_is_taken_back_by_its_words_or_its_name_costs_that_line(
    event: str, gone: str
) -> None:
    said = (mdm("T02", LETTER, *LINES, carried(PDF)), mdm(event, LETTER, gone, at=LATER))
    (letter,) = documents(*said)
    words, pages = letter.contents
    assert words_of(words) == "现病史\n咳嗽\n医嘱\n停用阿司匹林"
    assert pages.data == PDF
    assert unreadable(*said) == 0


@pytest.mark.parametrize(
    "gone",
    ["OBX|2|TX|||||||||D", "OBX|1|TX|1^现病史||||||||D", "OBX|1|TX|||磺胺过敏||||||D"],
)
def test_where_nobody_says_which_line_it_is_the_letter_says_nothing_and_that_is_told(
    gone: str,
) -> None:
    said = (mdm("T02", LETTER, *LINES), mdm("T08", LETTER, gone, at=LATER))
    assert [one.contents for one in documents(*said)] == [()]
    assert unreadable(*said) == 1


def test_a_page_that_is_taken_back_leaves_the_words() -> None:
    gone = mdm("T08", LETTER, carried(PDF, status="D"), at=LATER)
    (letter,) = documents(mdm("T02", LETTER, *LINES[2:], carried(PDF)), gone)
    assert [words_of(one) for one in letter.contents] == ["医嘱\n停用阿司匹林"]


def test_a_letter_of_many_lines_is_packed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    packed: list[Words] = []
    plain = Words.attachment

    def counted(words: Words) -> Json:
        packed.append(words)
        return plain(words)

    monkeypatch.setattr(Words, "attachment", counted)
    lines = [f"OBX|{number}|TX|||第{number}行" for number in range(50)]
    assert len(documents(mdm("T02", LETTER, *lines))) == len(packed) == 1


def pieces(data: bytes, sub: str, each: int = 37, status: str = "F") -> list[str]:
    """Cut as engines cut: anywhere in the base64."""
    packed = b64encode(data).decode()
    cut = [packed[at : at + each] for at in range(0, len(packed), each)]
    return [
        f"OBX|{at}|ED|RPT^超声报告^L|{sub.format(at)}|US^AP^PDF^Base64^{one}||||||{status}"
        for at, one in enumerate(cut, 1)
    ]


@pytest.mark.parametrize("sub", ["", "1", "{}", "1.{}"])
@pytest.mark.parametrize("wrap", ["report", "letter", "alone"])
def test_a_file_cut_over_several_obx_is_whole(wrap: str, sub: str) -> None:
    cut = (*pieces(WHOLE, sub), carried(JPEG, "JPEG"))
    if wrap == "letter":
        (found,) = documents(mdm("T02", LETTER, *cut))
    elif wrap == "report":
        (found,) = record(oru(*cut)).of(Section.REPORTS)
    else:
        found = documents(message("ORU^R01", *cut[:-1]))[0]
    assert found.contents[0].data == WHOLE
    assert [one.data for one in found.contents[1:]] == ([] if wrap == "alone" else [JPEG])


def test_pieces_that_were_packed_each_by_itself_and_repetitions_are_joined_too() -> None:
    halves = [b64encode(one).decode() for one in (WHOLE[:100], WHOLE[100:])]
    hexes = (WHOLE[:100].hex(), WHOLE[100:].hex())
    for encoding, (one, other) in (("Base64", halves), ("Hex", hexes)):
        first = f"US^AP^PDF^{encoding}^{one}"
        for told in (
            (f"OBX|1|ED|R^报告||{first}||||||F", f"OBX|2|ED|R^报告||^^^^{other}||||||F"),
            (f"OBX|1|ED|R^报告||{first}~US^AP^PDF^{encoding}^{other}||||||F",),
            (f"OBX|1|ED|R^报告||{first[:-8]}", f"ADD|{first[-8:]}||||||F"),
        ):
            (report,) = record(oru(*told)).of(Section.REPORTS)
            (content,) = report.contents
            assert content.data == (WHOLE[:100] if "ADD" in told[-1] else WHOLE)


def test_a_file_in_pieces_is_sent_anew_and_taken_back_as_one() -> None:
    first = oru(*pieces(WHOLE, "{}"))
    longer = WHOLE.removesuffix(b"%%EOF\n") * 2 + b"%%EOF\n"
    (report,) = record(first, oru(*pieces(longer, "{}", status="C"), at=LATER)).of(Section.REPORTS)
    assert [one.data for one in report.contents] == [longer]
    gone = oru("OBX|1|ED|RPT^超声报告^L|1|||||||D", at=LATER)
    (report,) = record(first, gone).of(Section.REPORTS)
    assert report.contents == ()


def test_what_is_whole_or_begins_anew_is_no_piece() -> None:
    whole = b64encode(WHOLE).decode()
    headed = b"\r\nheader\r\n" + WHOLE
    told = [carried(b"", packed=one) for one in (PACKED, whole, b64encode(b"no file").decode())]
    (report,) = record(oru(*told)).of(Section.REPORTS)
    assert [one.data for one in report.contents][:2] == [PDF, WHOLE]
    assert len(report.contents) == 3
    (report,) = record(oru(carried(PDF), carried(headed))).of(Section.REPORTS)
    assert len(report.contents) == 2


def test_a_segment_that_goes_on_in_another_is_one() -> None:
    """HL7 v2.5.1 2.10.2.1."""
    (told,) = split(b"MSH|^~\\&|A\rOBX|1|TX|x||one\rADD| and two\rADD|, three||||||F\rADD|four\r")
    assert told.split("\r")[1] == "OBX|1|TX|x||one and two, three||||||Ffour"
    assert split(b"MSH|^~\\&|A\rADD|of another\r") == ["MSH|^~\\&|A\rADD|of another\r"]
