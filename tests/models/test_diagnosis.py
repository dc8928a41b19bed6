"""A diagnosis is found the way a doctor thinks of it: code, words, or pinyin."""

import re

import pytest

from app.models.diagnosis import (
    Diagnosis,
    DiagnosisTable,
    _Spelled,
    read_lines,
    shipped,
    with_own,
    written_lines,
)
from app.models.diagnosis_import import NotATable, initials_of, pinyin_of, read_table
from protocol.consultation import CaseContent
from resources import resource


def codes(typed: str) -> list[str]:
    return [one.code for one in shipped().search(typed)]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("i10.X00", "I10"),
        ("J18.900", "J18.9"),
        ("肺 炎", "J18.9"),
        ("R91", "R91"),
        ("肺结节", "R91"),
        ("COPD", "J44.9"),
        ("慢阻肺", "J44.9"),
        ("xg", "I21.9"),
        ("r91", "R91"),
        ("I21", "I21.0"),
        ("高血压", "I15.0"),
        ("胸腔积液", "J90"),
        ("xqjy", "J90"),
        ("mxzs", "J44.9"),
        ("dnjs", "K80.2"),
        ("jxxjgs", "I21.9"),
        ("pneumothorax", "J93.9"),
        ("fracture femur", "S72.0"),
    ],
)
def test_it_is_found(typed: str, code: str) -> None:
    assert code in codes(typed)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Ｊ１８．９", "J18.9"),
        ("J18。9", "J18.9"),
        ("J189", "J18.9"),
        ("j18９", "J18.9"),
        ("I10.", "I10"),
        ("Ｉ１０", "I10"),
        ("I10†", "I10"),
        ("ｃｏｐｄ", "J44.9"),
        ("hypertension", "I10"),
        ("Hypertension", "I10"),
    ],
)
def test_it_comes_first_however_it_is_typed(typed: str, code: str) -> None:
    assert codes(typed)[0] == code


@pytest.mark.parametrize("typed", ["Fèi yán", "fèiyán", "FÈI YÁN", "fe\u0300i ya\u0301n"])
def test_pinyin_with_its_tones_is_the_same_pinyin(typed: str) -> None:
    assert codes(typed) == codes("feiyan") != []
    assert codes("nǚ xìng") == codes("nü'xing") == codes("nv xing") != []


@pytest.mark.parametrize("typed", ["a", "an", "xi", "xing", "伴", "1", "ng"])
def test_few_signs_look_closely_at_few_of_many(typed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    one = "an xing ban nang"
    table = DiagnosisTable(
        Diagnosis(f"I10.{at:04}", f"安性伴囊{at}", "", f"axbn{at}", f"{one} {at}")
        for at in range(2000)
    )
    looked: list[str] = []
    fits = _Spelled.fits

    def look(self: _Spelled, typed: str) -> object:
        looked.append(typed)
        return fits(self, typed)

    monkeypatch.setattr(_Spelled, "fits", look)
    found = table.search(typed)
    assert len(found) == (0 if typed == "ng" else 12)
    assert len(looked) <= 24


def test_the_code_that_was_typed_whole_comes_first() -> None:
    for one in shipped():
        assert codes(one.code)[0] == one.code


def test_the_whole_name_and_all_its_initials_come_first() -> None:
    assert codes("脑出血")[0] == "I61.9"
    assert codes("ncx")[0] == "I61.9"


def test_what_people_call_it_is_found_in_a_national_table_too() -> None:
    own = [Diagnosis("I48.x01", "心房颤动"), Diagnosis("I21.900x001", "急性心肌梗死")]
    table = DiagnosisTable(own)
    assert [table.search(one)[0].code for one in ("房颤", "心梗")] == ["I48.x01", "I21.900x001"]


def test_what_people_call_it_leads_to_a_code_that_is_there() -> None:
    rows = resource("codes", "icd10_called.tsv").read_text(encoding="utf-8").splitlines()[1:]
    for code, called, initials, pinyin in (one.split("\t") for one in rows):
        assert code in codes(called)[:2], called
        assert initials == initials_of(called)
        assert pinyin == pinyin_of(called)


def test_nothing_typed_finds_nothing_and_a_list_stays_short() -> None:
    assert codes("") == codes("   ") == []
    assert codes("没有这种病") == []
    assert len(codes("c")) == 12


def test_the_table_that_comes_with_the_program_is_whole() -> None:
    table = list(shipped())
    assert len(table) >= 600
    for one in table:
        assert re.fullmatch(r"[A-Z][0-9]{2}(\.[0-9])?", one.code), one
        assert one.name_en
        assert one.initials == initials_of(one.name), one
        assert one.pinyin == pinyin_of(one.name), one
    assert len({one.name for one in table}) == len(table)
    assert {one.code[0] for one in table} >= set("ABCDEFGHIJKLMNOPQRSTZ")


def test_a_national_code_is_called_by_its_category() -> None:
    found = shipped().find("I10.x00")
    assert found is not None
    assert found.code == "I10"
    assert shipped().find("Y99.9") is None


def csv(*lines: str, encoding: str = "utf-8") -> bytes:
    return "\n".join(lines).encode(encoding)


@pytest.mark.parametrize(
    "data",
    [
        csv("诊断编码,诊断名称", "i10.x00,原发性高血压"),
        csv("诊断代码,诊断名称", "I10.x00,原发性高血压"),
        csv("序号\t疾病编码\t疾病名称", "1\tI10.X00\t原发性高血压", encoding="gb18030"),
        b"\xef\xbb\xbf" + csv("code,name", '"I10.x00","原发性高血压"'),
        csv("国家临床版 2.0,,", "", "诊断编码,诊断名称", "I10.x00,原发性高血压"),
        csv("疾病分类与代码", "编码；名称", "I10.x00；原发性高血压"),
        csv("ＩＣＤ－１０;名称", "I10.x00;原发性高血压"),
        csv("标题", "编码\t名称", "I10.x00\t原发性高血压", encoding="utf-16"),
        csv("编码,名称", "Ｉ１０．ｘ００,原发性高血压", encoding="utf-16-be"),
    ],
    ids=[
        *("csv", "codes called otherwise", "tabs in GB 18030", "with a mark and quotes"),
        *("a title", "Chinese semicolons", "semicolons", "UTF-16 with a mark", "UTF-16"),
    ],
)
def test_a_hospitals_own_table_is_read_as_it_is_handed_out(data: bytes) -> None:
    table = read_table(data)
    assert table.diagnoses == (
        Diagnosis("I10.x00", "原发性高血压", "", "yfxgxy", "yuan fa xing gao xue/xie ya"),
    )


def test_a_national_code_stays_as_it_is_written() -> None:
    table = read_table(csv("诊断编码,诊断名称", "I10.x00x002,高血压1级"))
    assert [one.code for one in table.diagnoses] == ["I10.x00x002"]
    assert table.left_out == ()


def test_dagger_and_asterisk_are_codes_and_called_as_what_they_stand_behind() -> None:
    written = ("A17.0†,结核性脑膜炎", "G01*,脑膜炎", "A17.8+G05.0*,结核性脑炎", "A17.0+G01*,并见")
    table = read_table(csv("编码,名称", *written))
    told = [one.code for one in table.diagnoses]
    assert told == ["A17.0+", "G01*", "A17.8+G05.0*", "A17.0+G01*"]
    assert CaseContent(diagnosis_codes=tuple(told)).diagnosis_codes == tuple(told)
    known = DiagnosisTable((Diagnosis("A17.0", "结核性脑膜炎"),)).find("A17.0+G01*")
    assert known is not None


def test_lines_without_a_code_are_told_and_the_others_kept() -> None:
    table = read_table(csv("编码,名称", "第一章,某些传染病", "A01.0,伤寒", "", "A02.0,"))
    assert [one.code for one in table.diagnoses] == ["A01.0"]
    assert table.left_out == ((2, "第一章"), (5, "A02.0"))


def test_a_quotation_mark_that_is_not_closed_costs_its_own_line() -> None:
    long = "x" * 200_000
    table = read_table(
        csv("编码,名称", 'A01.0,"伤寒', "A02.0,沙门菌肠炎", f"A03.0,{long}", '"I10","高血压"')
    )
    assert [one.code for one in table.diagnoses] == ["A02.0", "I10"]
    assert [line for line, _ in table.left_out] == [2, 4]
    assert table.left_out[0][1] == 'A01.0,"伤寒'


def test_a_line_break_in_quotation_marks_is_within_its_cell() -> None:
    rows = (
        *('"诊断\n编码","诊断\n名称",备注', 'I10.x00,"原发性\n高血压",'),
        *('J18.9,"pneumonia,\r\nunspecified","say ""so"",\n\nor not"', 'A01.0,伤寒,"其他\n名称"'),
        *('M54.5,腰痛 5" 以上,', 'A02.0,"沙门菌', 'A03.0,志贺菌病,"', "A04.0,肠炎,"),
    )
    table = read_table(csv(*rows))
    told = [(one.code, one.name) for one in table.diagnoses]
    assert told == [
        ("I10.x00", "原发性高血压"),
        ("J18.9", "pneumonia, unspecified"),
        ("A01.0", "伤寒"),
        ("M54.5", '腰痛 5" 以上'),
        ("A04.0", "肠炎"),
    ]
    assert table.left_out == ((13, 'A02.0,"沙门菌'), (14, 'A03.0,志贺菌病,"'))


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", csv("a,b", "1,2")])
def test_what_is_no_table_is_refused(data: bytes) -> None:
    with pytest.raises(NotATable):
        read_table(data)


def test_the_hospitals_words_come_before_those_of_the_program() -> None:
    mine = (Diagnosis("R91", "肺结节影", "", "fjjy"), Diagnosis("I10.x00", "原发性高血压"))
    text = "\n".join(written_lines(mine))
    assert tuple(read_lines(text.splitlines())) == mine
    table = with_own(text)
    found = table.find("R91")
    assert found is not None
    assert found.name == "肺结节影"
    assert table.search("fjjy")[0].code == "R91"
    assert len(table) == len(shipped()) + 1


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        *(("feiyan", "J18.9"), ("fei yan", "J18.9"), ("FeiYan", "J18.9"), ("fei'yan", "J18.9")),
        *(
            ("gaoxueya", "I10"),
            ("tangniaob", "E14.9"),
            ("naochuxue", "I61.9"),
        ),
        *(("naochuxie", "I61.9"), ("xingeng", "I21.9"), ("fangchan", "I48.9"), ("COPD", "J44.9")),
        *(("nvxing", "N97.9"), ("nüxing", "N97.9"), ("nuxing", "N97.9"), ("fei", "J18.9")),
    ],
)
def test_full_pinyin_finds_it_first(typed: str, code: str) -> None:
    assert codes(typed)[0] == code


def test_pinyin_is_found_from_the_beginning_of_a_syllable_on() -> None:
    own = DiagnosisTable(
        Diagnosis(f"A0{number}.0", name, "", initials_of(name), pinyin_of(name))
        for number, name in enumerate(("肝癌", "损害", "田园热", "一氧化碳中毒"))
    )
    found = {typed: [one.name for one in own.search(typed)] for typed in ("ai", "anyu", "tianyuan")}
    assert found == {"ai": ["肝癌"], "anyu": [], "tianyuan": ["田园热"]}


def test_a_table_that_was_imported_without_pinyin_is_read() -> None:
    rows = ("code\tname\tname_en\tinitials", "I10.x00\t原发性高血压\t\tyfxgxy")
    assert tuple(read_lines(rows)) == (Diagnosis("I10.x00", "原发性高血压", "", "yfxgxy"),)


@pytest.mark.parametrize("typed", ["高血压", "gxy"])
def test_what_is_a_kind_of_it_comes_before_what_only_begins_so(typed: str) -> None:
    found = codes(typed)
    assert found[0] == "I10"
    assert "I11.9" in found


def test_the_very_name_comes_first() -> None:
    assert codes("肺炎")[0] == "J18.9"
    assert codes("糖尿病")[0] == "E14.9"
