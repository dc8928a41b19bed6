"""How a Chinese name is read in Latin letters, surname first (GB/T 28039)."""

from functools import lru_cache

COMPOUND = frozenset(
    "欧阳 司马 上官 诸葛 司徒 夏侯 皇甫 尉迟 公孙 慕容 令狐 宇文 长孙 东方 端木 独孤 "
    "南宫 西门 百里 呼延 澹台 公羊 万俟 钟离 轩辕 司空 申屠 太史 闻人 赫连 "
    "濮阳 淳于 单于 鲜于 闾丘 拓跋 第五".split()
)
_AS_SURNAME = {
    "单": "shan",
    "曾": "zeng",
    "仇": "qiu",
    "解": "xie",
    "查": "zha",
    "区": "ou",
    "朴": "piao",
    "任": "ren",
    "盖": "ge",
    "乐": "yue",
    "缪": "miao",
    "翟": "zhai",
    "覃": "qin",
    "冼": "xian",
    "尉迟": "yuchi",
    "万俟": "moqi",
    "澹台": "tantai",
    "单于": "chanyu",
    "长孙": "zhangsun",
}
"""Characters that are read otherwise in a surname than mostly."""


def is_chinese(name: str) -> bool:
    """Whether a name is written in Chinese characters alone, perhaps with the middle dot of names
    from other languages."""
    return bool(name) and all("\u3400" <= one <= "\u9fff" or one in "·•" for one in name)


@lru_cache(maxsize=64)
def read_name(name: str) -> tuple[str, str]:
    """Surname and given name in capitals without tones, ü as YU; a name with a middle dot, whose
    parts are no surnames, is all in the first. `is_chinese` holds of it."""
    parts = [part for part in name.replace("•", "·").split("·") if part]
    if len(parts) > 1:
        return " ".join(_read(part) for part in parts), ""
    family = name[:2] if name[:2] in COMPOUND else name[:1]
    return _AS_SURNAME.get(family, "").upper() or _read(family), _read(name[len(family) :])


def _read(characters: str) -> str:
    from pypinyin import lazy_pinyin

    return "".join(lazy_pinyin(characters)).upper().replace("V", "YU")
