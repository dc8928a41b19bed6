"""What enters the case library has lost its patient."""

from datetime import date

import pytest

from protocol.base import new_id
from protocol.library import AgeBand
from protocol.report import LearningFlag, Opinion
from server.domain.library import age_band, entry_of, without_identity
from tests.server.test_rules import NOW, whole

pytestmark = pytest.mark.both_databases


@pytest.mark.parametrize(
    "told",
    [
        "女67岁，咳嗽",
        "患儿 3岁2个月",
        "a 67-year-old man",
        "家住青石镇幸福村3号",
        "住址：青石镇",
        "来自青石镇幸福村3号",
    ],
)
def test_ages_and_places_do_not_reach_the_library(told: str) -> None:
    kept = without_identity(told, [])
    assert not any(part in kept for part in ("67", "3岁", "青石", "幸福"))


def test_lesions_and_lengths_are_not_taken_for_ages_or_places() -> None:
    text = "右肺上叶尖段见8毫米结节，CT值35 HU；左侧第3、4肋骨折；区域淋巴结未见肿大。"
    assert without_identity(text, []) == text


def test_the_text_of_a_case_loses_whoever_and_whenever() -> None:
    text = (
        "何小溪（电话 138 0013 8000，身份证 110101195804021234）2025-12-31 于青山镇卫生院就诊，"
        "2026年1月3日复查，病案号 20260042，联系 he@example.org。He Xiaoxi, He  XiaoXi。"
    )
    clean = without_identity(text, ["何小溪", "青山镇卫生院", "He Xiaoxi"])
    for gone in (
        "何小溪",
        "138",
        "1101",
        "2025",
        "1月3",
        "20260042",
        "@",
        "青山",
        "Xiaoxi",
        "XiaoXi",
    ):
        assert gone not in clean, gone
    assert "就诊" in clean


@pytest.mark.parametrize(
    "told",
    [
        "何 小 溪",
        "李主任",
        "住院号 123456",
        "住院号：Z-12",
        "二〇二六年一月五日",
        "一月五日",
        "26/1/5",
        "26-01-05",
        "微信号 wx_abc12",
        "阿不都",
        "六十八岁",
        "68y",
        "12床",
        "11010519491231002X",
        "110105194912310 02X",
        "青石镇卫生院",
        "1/2/1950",
        "05/03/2025",
        "03.05.2025",
        "3-5-2025",
        "2026.03",
        "May 14, 2025",
        "3 May 2025",
        "3rd of May",
        "Jan 2024",
        "3-Mar-2025",
        "03-MAR-2025",
        "JAN 3 2025",
        "3 MARCH 2025",
        "3/3/25",
        "Jan '25",
        "aged 92",
        "age: 67",
        "67 yrs old",
        "67-YEAR-OLD",
        "67 Y/O",
        "3-week-old",
        "F/67",
        "MRN=12345",
        "MR# 12345",
        "Medical record 12345",
        "Accession 88120",
        "Tel: 010 6513 2266",
        "MRN: A-88341",
        "MRN 88341",
        "bed 12",
        "+44 20 7946 0958",
        "老何",
        "何XX",
        "何××",
        "He XX",
        "HE X.X.",
    ],
)
def test_who_and_when_is_left_out_however_it_is_written(told: str) -> None:
    names = ["何小溪", "李文博", "临江县青石镇卫生院", "买买提·阿不都"]
    assert without_identity(f"昨日{told}，复诊", names) == "昨日〔…〕，复诊"
    ended = without_identity(f"No.{told}. Then", names)
    assert ended.replace("〕.", "〕") == "No.〔…〕 Then"


@pytest.mark.parametrize(
    "told",
    [
        *(
            "born in 1958",
            "Born: 1958",
            "born 1958",
            "b. 1958",
            "DOB 1958",
            "D.O.B.: 58",
            "YOB 1958",
        ),
        *("date of birth 1958", "year of birth: 1958", "born in the year 1958", "DOB 1958-03-02"),
        *(
            "出生于1958年",
            "生于1958",
            "1958年出生",
            "1958生人",
            "出生年份：1958",
            "出生年月 1958.04",
        ),
        *("555-123-4567", "(555) 123-4567", "1-800-555-0199", "555.123.4567", "400-810-1234"),
        *(
            "0571-8888 1234",
            "(010) 65132266",
            "电话 8888-1234",
            "手机号：139 1234 567",
            "call 5551234",
        ),
        *(
            "Li XW",
            "LI XW",
            "XW Li",
            "Li X.W.",
            "Li X-W",
            "Li, XW",
            "Li-XW",
            "X.W. Li",
        ),
        *("8000123", "20260042", "13800138000", "68y", "68 y", "5y", "68y/F", "12M"),
    ],
)
@pytest.mark.parametrize("name", ["李晓雯", "Li Xiaowen"])
def test_births_telephones_and_initials_go(told: str, name: str) -> None:
    clean = without_identity(f"昨日{told}，复诊", [], name)
    clean += without_identity(f"No.{told}. Then", [], name)
    assert not any(sign.isdigit() or sign in "LXW李" for sign in clean), clean


def test_a_family_name_in_characters_may_have_initials_behind_it() -> None:
    assert without_identity("昨日李XW、李 X.W. 复诊，李X.稳定", [], "李晓雯") == (
        "昨日〔…〕、〔…〕 复诊，〔…〕.稳定"
    )


@pytest.mark.parametrize(
    "told",
    [
        *(
            "8000000 U",
            "8000000U q6h",
            "1,200,000 IU",
            "1200000IU",
            "5600000 IU/mL",
            "青霉素8000000单位",
        ),
        *(
            "尿激酶 1500000 国际单位",
            "12000000 copies/mL",
            "3400000拷贝/ml",
            "12000000/L",
            "4500000个/μl",
        ),
        *("15000000000 copies/mL", "370000000 Bq", "20011200 IU", "2500000 CFU", "1000000万单位"),
        *(
            "5y survival",
            "5 y follow-up",
            "3y OS",
            "10y risk of stroke",
            "5y DFS 80%",
            "for 5y",
            "5y ago",
        ),
        *("5y生存率", "随访5y", "术后 3y", "10y后复查", "6F sheath", "7F导管"),
        *(
            "born at 34 weeks, 1958 g",
            "born 1958 g",
            "出生体重 2010 g",
            "出生 2010 g",
            "生于冬季",
            "DOB unknown",
        ),
        *(
            "120-130-140",
            "1.5-2.0-1400",
            "2.16.840.1.113883",
            "HU 100-120",
            "CT -600 HU",
            "room air",
        ),
        *(
            "Li battery",
            "Lithium 0.8",
            "XW 200",
            "LI-RADS 4",
            "Li/Na",
            "call the ward",
            "血压 120/80",
        ),
    ],
)
def test_doses_counts_and_spans_stay(told: str) -> None:
    text = f"昨日 {told} ，复诊 {told}. Then"
    assert without_identity(text, [], "李晓雯") == text
    assert without_identity(text, [], "Li Xiaowen") == text


def test_measurements_stay_in_the_text() -> None:
    text = (
        "结节 12.5 mm，血压 150/90，Hb 132 g/L，CT 值 -600 HU，ICD J18.900，BI-RADS 4a，3-5-2 层，"
        "一月余，三年，主任医师意见，转上级医院，床旁，bed rest, "
        "may 3 tablets a day be given, ward round, ratio 1.5-2.0, 10.2 x 3.5 cm, room air, "
        "march fracture, case 3 of the series, aged garlic, 小叶间隔, he XX, Phase II, "
        "Patient: 80 kg, bed 2 cm, room 22 degrees, Record: 120/80, 1 May represent, "
        "2 May-Thurner, Dec. 10 mg prednisone"
    )
    assert without_identity(text, ["何小溪"]) == text


@pytest.mark.parametrize(
    ("age", "band"),
    [
        (0, AgeBand.INFANT),
        (1, AgeBand.INFANT),
        (2, AgeBand.CHILD),
        (14, AgeBand.ADOLESCENT),
        (18, AgeBand.ADULT),
        (59, AgeBand.MIDDLE_AGED),
        (79, AgeBand.OLDER),
        (80, AgeBand.OLDEST),
    ],
)
def test_the_age_becomes_a_band(age: int, band: AgeBand) -> None:
    assert age_band(date(2026 - age, 1, 5), NOW.date()) is band


def test_an_entry_carries_learning_points_and_no_person() -> None:
    opinion = Opinion(
        impression="何小溪：右下肺良性结节",
        findings="同前",
        learning_flags=(LearningFlag.MISDIAGNOSIS, LearningFlag.EMERGENCY),
    )
    entry = entry_of(
        new_id(), whole(), opinion, modalities=["CT", "CT"], names=["林医生"], approved_at=NOW
    )
    assert entry.learning_points == ("常见误诊分析", "急症处理流程")
    assert "放射科" not in entry.summary.title, "the department has a field of its own"
    assert "何小溪" not in entry.model_dump_json()
    assert "13800138000" not in entry.model_dump_json()
    assert entry.summary.modalities == ("CT",)


@pytest.mark.parametrize(
    "text",
    [
        "He Xiaoxi 复诊",
        "HE XIAO XI 复诊",
        "Xiaoxi He 复诊",
        "he^xiaoxi 复诊",
        "小溪 复诊",
        "何女士 复诊",
        "何某 复诊",
    ],
)
def test_a_person_is_nobody_however_their_name_is_written(text: str) -> None:
    assert without_identity(text, ["何小溪"]) == "〔…〕 复诊"


@pytest.mark.parametrize(
    ("name", "text", "kept"),
    [
        ("Anna Schmidt", "Mrs Schmidt, SCHMIDT, Anna and Schmidt's cough", 0),
        ("Schmidt^Anna", "Frau Schmidt; Anna coughs", 0),
        ("Schmidt", "Ms. Schmidt coughs", 0),
        ("王", "王某复诊，王女士咳嗽", 0),
        ("王小明", "Mr. Wang, Mr Wong; 王某; 王姓患者", 1),
        ("May Brown", "Mrs Brown, May Brown, Brown, May", 0),
    ],
)
def test_a_single_name_is_nobodys(name: str, text: str, kept: int) -> None:
    clean = without_identity(text, [], name)
    said = ("Schmidt", "SCHMIDT", "Anna", "王", "Wang", "Wong", "Brown", "May")
    assert sum(one in clean for one in said) == kept


def test_a_word_that_is_a_name_too_stays_where_it_names_nobody() -> None:
    text = "Brown sputum since May; Parkinson tremor, long course, hospital of the county"
    text += ", the patient an hour ago, cross section"
    for name in ("May Brown", "Parkinson Long", "County Hospital", "安小明", "Anna Cross"):
        assert without_identity(text, [], name) == text


def test_words_that_only_begin_like_a_name_stay() -> None:
    text = "The hexagonal shadow, 何时出现不详，溪流状"
    assert without_identity(text, ["何小溪"]) == text
