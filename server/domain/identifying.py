"""What tells in a text who somebody is and when, besides names: patterns, Chinese and English."""

import re

_MONTHS = (
    "January February March April May June July August September October November December".split()
)
_WAYS = "|".join(
    rf"{said}|{said[:4]}\.?|{said[:3]}\.?" for name in _MONTHS for said in (name, name.upper())
)
_MONTH = f"(?:{_WAYS})"
"""As months are written, with capitals: march and may are words."""
_NO_UNIT = r"(?!\s?(?:mg|g|ml|mL|ug|IU|U|mm|cm|kg|%|°|x|degrees)\b|\s?[%°/])"
_NO_AMOUNT = (
    r"(?!\s?(?:[mkM]?I?U|[mk]?iu|u|[Uu]nits?|copies|cells|CFU|cfu|[kMG]?Bq)(?![A-Za-z])"
    r"|\s?[万亿]?(?:国际)?(?:单位|拷贝)|\s?个?\s?/\s?(?:[uµμmd]?[lL]|kg|[Hh][Pp]|高倍|小时|日|天|次))"
)
"""Doses and counts have as many digits as numbers of records: 8000000 U, 12000000/L."""
_NO_SPAN = (
    r"(?![\s-]*(?i:survival|follow|f/?u\b|os\b|[depr]fs\b|mortality|risk|recurrence|rates?\b|"
    r"interval|histor|ago\b|later|prior|post|after|before|outcome|prognosis|course|duration|event)"
    r"|\s?(?:总|无病|无进展|无复发)?(?:生存|存活|随访|复发|死亡|病死|病史|后|前|以上|以来))"
)
_BEFORE_SPAN = "for after over within every last past 随访 术后 病史 病程 近".split()
_IN_NO_SPAN = "".join(rf"(?<!{one} )(?<!{one})" for one in _BEFORE_SPAN)
"""Years that are a span of time and nobody's age: 5y survival, for 5 y, 随访5y."""
_YEAR = r"(?:19|20)\d{2}"
_NO_WEIGHT = r"(?!\s?(?:[km]?g|克|mL|ml)(?![A-Za-z]))"
"""Born 2010 g is no year."""
_ALONE, _ENDS = r"(?<!\d)(?<!\d[./-])", r"(?!\d|[./-]\d)"
"""Of numbers: what ends a sentence, or begins a line, is no part of one."""
IDENTIFYING = tuple(
    re.compile(pattern)
    for pattern in (
        r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}",  # e-mail
        r"(?<!\d)(?:\d\s?){17}[\dXx](?!\d)",  # 居民身份证号
        (
            r"(?:住院|门诊|急诊|就诊|病案|病历|病床|床|检查|影像|登记|医保|社保|合作医疗)(?:卡|证)?号"
            r"(?:码|为|是)?\s*[:：]?\s*[A-Za-z0-9][A-Za-z0-9-]*"
        ),
        r"(?:微信|[Qq]{2}|[Ww]e[Cc]hat)(?:号码|号)?\s*[:：]?\s*[A-Za-z0-9][A-Za-z0-9_-]{4,}",
        r"(?<!\d)\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?(?!\d)",  # dates
        r"(?<!\d)(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)",
        (
            r"(?<!\d)(?<!\d[/-])\d{2}(?:/(?:0?[1-9]|1[0-2])/|-(?:0?[1-9]|1[0-2])-)"
            r"(?:0?[1-9]|[12]\d|3[01])(?!\d|[/-]\d)"
        ),
        (
            r"[〇○零一二三四五六七八九]{4}年(?:[一二三四五六七八九十]{1,2}月)?"
            r"(?:[一二三四五六七八九十]{1,3}[日号])?"
        ),
        r"[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}[日号]",
        r"(?<!\d)(?:\d{1,2})\s*月\s*\d{1,2}\s*[日号]",
        r"(?<!\d)(?:19|20)\d{2}\s*年(?:\s*\d{1,2}\s*月)?",
        rf"(?:出生|生于|诞生)(?:于|在|日期|时间|年份|年月|年)?\s*(?:是|为)?\s*[:：]?\s*{_YEAR}(?:[./-]\d{{1,2}})?{_ENDS}{_NO_WEIGHT}",
        rf"(?<!\d){_YEAR}\s*(?:出生|生人|生(?=[，,。；;、）)\s]|$))",
        (
            rf"(?<![A-Za-z])(?:(?i:born)\s*(?:(?i:in|on)\b)?(?:\s+the\s+year)?|b\.)\s*[:,]?\s*"
            rf"{_YEAR}{_ENDS}{_NO_WEIGHT}"
        ),
        (
            r"(?<![A-Za-z])"
            r"(?i:[dy]\.?o\.?b|birth\s?(?:date|day|year)|(?:date|year|day) of birth)"
            rf"\b\.?\s*(?:is|was|in)?\s*[:=]?\s*(?:{_YEAR}|['’]?\d{{2}}){_ENDS}"
        ),
        rf"(?<!\d)\d{{1,2}}(?:st|nd|rd|th)?[\s.-]*(?:of\s+)?{_MONTH}[\s,.-]*\d{{4}}(?!\d)",
        rf"(?<!\d)\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}(?![-\w]|\s+[a-z])",
        rf"(?<![A-Za-z]){_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?(?![A-Za-z\d]){_NO_UNIT}",
        rf"(?<![A-Za-z]){_MONTH},?\s+(?:\d{{4}}|['’]\d{{2}})(?![A-Za-z\d])",
        rf"{_ALONE}\d{{1,2}}([/.-])\d{{1,2}}\1{_YEAR}{_ENDS}",  # day or month first
        r"(?<!\d)(?<!\d/)\d{1,2}/\d{1,2}/\d{2}(?!\d|/\d)",
        rf"{_ALONE}{_YEAR}[./-](?:0[1-9]|1[0-2]){_ENDS}(?!\s?(?:mm|cm|ml|mL|HU|U|%))",
        r"\+\d{1,3}(?:[\s-]?\(?\d{1,4}\)?){2,5}(?!\d)",  # telephones with a country
        (
            r"(?<![A-Za-z])(?i:MRN?|NHS|SSN|PID|accession|hospital|medical record|record|case|"
            r"chart|patient|bed|room|ward)\s*(?:(?i:no|number|id|nr)\b\.?\s*[:=#]?|#)"
            r"\s*[A-Za-z]{0,4}[-\s]?\d[\w-]*"
        ),
        (
            r"(?<![A-Za-z])(?i:MRN|NHS|SSN|PID|accession|medical record)"
            r"\s*[:=]?\s*[A-Za-z]{0,4}-?\d[\w-]*"
        ),
        r"(?<![A-Za-z])(?i:tel|telephone|phone|fax|mobile|call)\.?\s*[:：]?\s*\+?[\d(][\d\s()-]{5,}\d",
        rf"(?<![A-Za-z])(?i:bed|room|ward)\s+[A-Za-z]?-?\d{{1,4}}[A-Za-z]?(?!\w|\.\d){_NO_UNIT}",
        r"(?<!\d)(?:\+?86[-\s]?)?1[3-9]\d(?:[-\s]?\d{4}){2}(?!\d)" + _NO_AMOUNT,  # mobile
        r"(?<!\d)(?<!\d\.)(?:\(0\d{2,3}\)\s?|0\d{2,3}[-\s])\d{3,4}[-\s]?\d{4}(?!\d)"
        + _NO_AMOUNT,  # landline
        rf"{_ALONE}(?:1[-.\s])?(?:\(\d{{3}}\)\s?|\d{{3}}-)\d{{3}}-\d{{4}}(?!\d|-\d)",
        rf"{_ALONE}(?:1\.)?\d{{3}}\.\d{{3}}\.\d{{4}}{_ENDS}",
        r"(?<!\d)[48]00[-\s]\d{3,4}[-\s]\d{3,4}(?!\d)",
        r"(?:电话|手机|联系方式|传真|座机)(?:号码|号)?\s*[:：]?\s*[\d(][\d\s()-]{5,}\d",
        r"(?<!\d)(?<!\d\.)\d{7,}(?!\d|\.\d)" + _NO_AMOUNT,  # record numbers
        r"\d{1,3}\s*(?:岁|周岁|月龄)(?:\s*\d{1,2}\s*个?月)?",  # ages: the entry has a band
        r"[一二三四五六七八九十百]{1,4}\s*(?:周岁|岁)",
        rf"(?<![\dA-Za-z])(?<!\d\.){_IN_NO_SPAN}\d{{1,3}}\s?y(?![A-Za-z]|/o){_NO_SPAN}",
        r"(?<![\dA-Za-z])(?<!\d\.)\d{1,3}\s?y/?o(?![A-Za-z])",
        r"(?<!\d)\d{1,3}\s*床(?!旁|边|位)",
        r"(?<![\dA-Za-z])(?<!\d\.)\d{1,3}[-\s]*(?i:y|yrs?|years?|months?|weeks?|days?)[-\s]*(?i:old)\b",
        r"(?<![\dA-Za-z])(?<!\d\.)\d{1,3}[-\s]?[Yy]/[Oo](?![A-Za-z])",
        r"(?<![A-Za-z])(?i:aged?)\s*(?:of\s+|:\s*)?\d{1,3}\b",
        r"(?<![A-Za-z/])(?:[FM]/\d{1,3}|\d{1,3}[FM])(?!\w|/\d)(?!\s?(?:sheath|cath|guid|pigtail|导|鞘|管))",
        r"(?:家住|现住|住址|住所|地址|籍贯)[:：]?\s*[^\s,，。;；、]{2,40}",  # places of living
        r"[\u4e00-\u9fff]{2,8}(?:省|市|县|区|镇|乡|村|屯|街道|社区|小区)[^\s,，。;；、]{0,20}\d+\s*[号栋室]",
    )
)
