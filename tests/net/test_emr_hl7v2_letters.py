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


GONE = mdm("T11", LETTER.removesuffix("AU"), at="20260104103000")
DELETED = mdm("T02", f"{LETTER}||CA", at="20260104103000")
REPLACED = mdm(
    "T10",
    LETTER.replace("D-7^HIS|", "D-8^HIS|D-7^HIS"),
    "OBX|1|TX|||加用阿司匹林",
    at="20260104103000",
)
UNSIGNED = LETTER.removesuffix("AU")


@pytest.mark.parametrize("withdrawn", [GONE, DELETED, REPLACED])
@pytest.mark.parametrize(
    ("event", "txa", "lines"),
    [
        ("T02", DRAFT, ("OBX|1|TX|||停用阿司匹林",)),
        ("T08", DRAFT, ("OBX|1|TX|||停用阿司匹林",)),
        ("T03", DRAFT, ()),
        ("T03", UNSIGNED, ()),
        ("T08", UNSIGNED, ("OBX|1|TX|||停用阿司匹林||||||P",)),
        ("T05", LETTER, ()),
    ],
)
def test_no_draft_and_no_message_of_its_state_makes_a_letter_stand_again(
    withdrawn: str, event: str, txa: str, lines: tuple[str, ...]
) -> None:
    found = documents(SIGNED, withdrawn, mdm(event, txa, *lines, at=LATER))
    standing = [words_of(one.contents[0]) for one in found if one.active]
    assert standing == (["加用阿司匹林"] if withdrawn is REPLACED else [])
    assert len(found) == (2 if withdrawn is REPLACED else 0)


def test_a_draft_that_was_taken_back_is_not_there_again_with_the_next_draft() -> None:
    draft = mdm("T02", DRAFT, "OBX|1|TX|||停用阿司匹林")
    assert documents(draft, GONE, draft.replace("20260104100000", LATER)) == ()


@pytest.mark.parametrize("withdrawn", [GONE, DELETED])
def test_what_is_signed_after_it_stands_again_with_what_it_says_now(withdrawn: str) -> None:
    first = mdm("T02", LETTER, "OBX|1|TX|||停用阿司匹林", carried(PDF))
    signed = mdm("T02", LETTER, "OBX|1|TX|||加用阿司匹林||||||F", at=LATER)
    (letter,) = documents(first, withdrawn, signed)
    assert (letter.code, [words_of(one) for one in letter.contents]) == ("final", ["加用阿司匹林"])


@pytest.mark.parametrize(("event", "txa"), [("T02", UNSIGNED), ("T06", LETTER)])
def test_words_for_a_letter_that_was_taken_back_are_told(event: str, txa: str) -> None:
    said = (SIGNED, GONE, mdm(event, txa, "OBX|1|TX|||加用阿司匹林", at=LATER))
    assert (documents(*said), unreadable(*said)) == ((), 1)


def test_a_letter_stands_where_the_draft_that_replaces_it_is_taken_back() -> None:
    anew = DRAFT.replace("D-7^HIS|", "D-8^HIS|D-7^HIS")
    draft = mdm("T10", anew, "OBX|1|TX|||加用阿司匹林", at="20260104103000")
    gone = mdm("T11", UNSIGNED.replace("D-7", "D-8"), at=LATER)
    (letter,) = documents(SIGNED, draft, gone)
    assert (letter.active, words_of(letter.contents[0])) == (True, "停用阿司匹林")


def test_a_letter_without_a_number_replaces_none_that_another_without_one_was_to_replace() -> None:
    nameless = DRAFT.replace("D-7^HIS|", "|D-7^HIS")
    draft = mdm("T10", nameless, "OBX|1|TX|||加用阿司匹林", at="20260104103000")
    other = mdm("T02", LETTER.replace("D-7^HIS", ""), "OBX|1|TX|||随访", at=LATER)
    found = {words_of(one.contents[0]): one.active for one in documents(SIGNED, draft, other)}
    assert found == {"停用阿司匹林": True, "加用阿司匹林": True, "随访": True}
    signed = mdm("T10", nameless.removesuffix("DO") + "AU", "OBX|1|TX|||改用氯吡格雷", at=LATER)
    found = {words_of(one.contents[0]): one.active for one in documents(SIGNED, draft, signed)}
    assert not found["停用阿司匹林"]


def addendum(txa: str, text: str, at: str, status: str = "F") -> str:
    return mdm("T06", txa, f"OBX|1|TX|||{text}||||||{status}", at=at)


@pytest.mark.parametrize(
    ("first", "txa", "status"),
    [(LETTER, DRAFT, "F"), (LETTER, UNSIGNED, "P"), (UNSIGNED, DRAFT, "F")],
)
def test_a_draft_of_an_addendum_leaves_a_signed_letter_as_it_is_and_is_told(
    first: str, txa: str, status: str
) -> None:
    signed = mdm("T02", first, "OBX|1|TX|||停用阿司匹林||||||F")
    draft = addendum(txa, "补充草稿", LATER, status)
    (before,), (letter,) = documents(signed), documents(signed, draft)
    assert [words_of(one) for one in letter.contents] == ["停用阿司匹林"]
    assert (letter.code, letter.at) == (before.code, before.at)
    assert unreadable(signed, draft) == 1
    told = (signed, draft, addendum(LETTER, "补充", "20260104120000"))
    (letter,) = documents(*told)
    assert [words_of(one) for one in letter.contents] == ["停用阿司匹林", "补充"]
    assert (letter.code, unreadable(*told)) == (before.code, 0)


def test_an_addendum_signs_no_letter() -> None:
    draft = mdm("T02", DRAFT, "OBX|1|TX|||停用阿司匹林")
    (letter,) = documents(draft, addendum(LETTER, "补充", LATER))
    assert [words_of(one) for one in letter.contents] == ["停用阿司匹林", "补充"]
    assert letter.code == "preliminary"


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
