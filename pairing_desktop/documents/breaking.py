"""Chinese text broken into lines for narrow cells.

Numbers keep their unit, dates and Latin runs stay whole, closing marks never start a line nor opening ones end it, and
no paragraph ends in a line of one character. Joined again the lines are the text. Lengths are thousandths of an em.
"""

import re
from collections.abc import Callable

HANGING = "。，、；：）》〉】』」”’！？％"
"""Full-width marks whose right half is blank: they may stand out by half an em."""
CLOSING = HANGING + ",.;:!?)]}%‰℃…·—～"
OPENING = "（《〈【『「“‘([{¥￥□√"
HANG = 500
NAME_LENGTH = 33

_UNIT = (
    "个百分点|百分点|万千瓦时|千瓦时|吨标准煤|万吨标准煤|立方米|平方米|平方公里|公里|亿元|万元|千元|元|亿|万|公顷|亩|㎡|m²|米"
    "|人次|人天|工日|人|家|户|个|项|条|次|批|份|张|页|件|台|套|座|吨|天|日|周|月|年|季度|小时|分钟|倍|分|名|处|％|%|‰|℃"
)
_NUMBER = rf"[+\-±]?\d[\d,]*(?:\.\d+)?(?:\s?(?:{_UNIT}))?(?:/(?:{_UNIT}))?(?:以上|以下|以内|左右|多|余)?"
_DATE = r"\d{4}年(?:\d{1,2}月(?:\d{1,2}日)?(?:\d{1,2}时(?:\d{1,2}分)?)?|[一二三四]季度|度)?|\d{1,2}月\d{1,2}日"
_SIGNS = "≥≤＞＜>=<＝+＋\\-－×÷"
_FORMULA = rf"\d{{2}}[{_SIGNS}](?:\d{{2,3}}(?![\d.])[{_SIGNS}]?)*"
_LATIN = r"\d*[A-Za-z\u00c0-\u024f][A-Za-z0-9\u00c0-\u024f_@#&./\\:+\-']*"
_CHOICE = r"□√?[^\s□√、。，；]{1,8}"
_COMPANY = r"股份有限公司|有限责任公司|有限公司"
_ORDINAL = r"第\d+(?:次|条|行|批|页|季度)"
_TOKEN = re.compile(rf"{_CHOICE}|{_DATE}|{_FORMULA}|{_LATIN}|{_NUMBER}|{_COMPANY}|{_ORDINAL}|.", re.DOTALL)

WORDS = (
    "经济和信息化|经信商务|经济主管部门|产业合作|产业共富|共富产业园|产业园|合作园区|工业园|开发区|标准厂房|生产现场"
    "|综合利用|竹木制品|竹制品|竹木|木质|制造业|制造|加工业|加工|科技|技术|发展|实业|工贸|贸易|材料|塑料|树脂|合成"
    "|初级形态|未列明|农副|食品|家具|家居|用品|机械|电子|电路|电气|电器|机电|设备|零部件|仪器|仪表|汽车|金属|五金"
    "|化工|化学|医药|纺织|服装|包装|印刷|造纸|橡胶|玻璃|陶瓷|钢铁|能源|环保|生态|新材料|智能|信息|数字|管理|咨询"
    "|专精特新|小巨人|税收|分享|服务|工程|建设|投资|集团|分公司|中心|联合体|其他|生物|光电|轴承|阀门|电池|文化|旅游|农业|供应链|物流"
)
_NAME_TOKEN = re.compile(rf"{_CHOICE}|{_DATE}|{_FORMULA}|{_LATIN}|{_NUMBER}|{_COMPANY}|{WORDS}|.", re.DOTALL)


def break_lines(text: str, width: float, measure: Callable[[str], float]) -> tuple[str, ...]:
    """Return the lines of ``text`` for a column ``width`` wide; a line feed breaks by force.

    A line is never wider than ``width`` + ``HANG`` (spaces at its end not counted), unless one character alone is.
    """
    if "\n" in text:
        return tuple(line for part in text.split("\n") for line in break_lines(part, width, measure))
    if measure(text) <= width:
        return (text,)
    return _fill(_pieces(text), width, measure)


def _pieces(text: str) -> list[str]:
    """Cut text where a line may break: what must stay together is one piece."""
    is_name = len(text) < NAME_LENGTH and not any(mark in text for mark in "。，；")
    pieces: list[str] = []
    glue = False
    for token in (_NAME_TOKEN if is_name else _TOKEN).findall(text):
        if pieces and (glue or token[0] in CLOSING or token.isspace()):
            pieces[-1] += token
        else:
            pieces.append(token)
        glue = token in OPENING or _unfinished(token) or (glue and token.isspace())
    return pieces


def _unfinished(token: str) -> bool:
    """Tell whether a formula goes on with words: 03≥上季数."""
    return len(token) > 2 and token[:2].isdecimal() and token[-1] in _SIGNS


def _fill(pieces: list[str], width: float, measure: Callable[[str], float]) -> tuple[str, ...]:
    lines: list[list[str]] = [[]]
    used = 0.0
    for piece in pieces:
        wide = measure(piece)
        if used + wide <= width:
            lines[-1].append(piece)
            used += wide
            continue
        for part in (piece,) if _fits(piece, width, measure) else _chop(piece, width, measure):
            if lines[-1] and not _fits_after(part, used, width, measure):
                lines.append([])
                used = 0.0
            lines[-1].append(part)
            used += measure(part)
    _fill_last(lines, width, measure)
    return tuple("".join(line) for line in lines)


def _fits(part: str, width: float, measure: Callable[[str], float]) -> bool:
    return _fits_after(part, 0.0, width, measure)


def _fits_after(part: str, used: float, width: float, measure: Callable[[str], float]) -> bool:
    shown = part.rstrip()
    return used + measure(shown) - (HANG if shown[-1:] in HANGING and shown else 0) <= width


def _chop(piece: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """Cut a piece wider than the column: before a character that may start a line, else wherever it must."""
    parts = [""]
    for character in piece:
        if parts[-1] and not _fits(parts[-1] + character, width, measure):
            parts.append(_carried(parts) if character in CLOSING else "")
        parts[-1] += character
    return [part for part in parts if part]


def _carried(parts: list[str]) -> str:
    """Take from the full part the end that a closing mark cannot be parted from, and leave something behind."""
    full = parts[-1]
    cut = len(full) - 1
    while cut > 0 and full[cut] in CLOSING:
        cut -= 1
    if cut <= 0 or len(full) - cut > 3:
        return ""
    parts[-1] = full[:cut]
    return full[cut:]


def _fill_last(lines: list[list[str]], width: float, measure: Callable[[str], float]) -> None:
    """Bring a neighbour down to a last line of one character."""
    if len(lines) < 2 or len("".join(lines[-1]).rstrip(CLOSING + " ")) != 1 or len(lines[-2]) < 2:
        return
    last = lines[-2][-1] + "".join(lines[-1])
    if _fits(last, width, measure):
        lines[-1].insert(0, lines[-2].pop())
