"""Lines alone in their row that are no record or may be none: a note, a signature, a bureau, a sentence."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

Kind = Literal["", "date", "note", "item", "bureau", "sentence"]

SIGNED = re.compile(r"[(（]?(?:单位)?(?:盖章|公章|签章|签字|签名)[)）]?[:：]?|第\d+页(?:[,，]?共\d+页)?|共\d+页"
                    r"|20\d\d年\d{1,2}月(?:\d{1,2}日)?|20\d\d[-./]\d{1,2}[-./]\d{1,2}")
"""A seal, a page's number, a day."""
_DATE = re.compile(r"\((?:[上下]?接|续|转)(?:第\d+|[上下])页\)"
                   r"|[〇○零一二三四五六七八九]{4}年[一二三四五六七八九十]{1,2}月(?:[一二三四五六七八九十]{1,3}日)?")
"""Goes on at another page; a day in characters."""
_NOTE = re.compile(
    r"\(?(?:附件?|附?注|说明|备注|(?:数据|资料)来源)\d*[:].*|(?!.*(?:公司|[厂店社会部周]|项目|活动|中心|基地)$)(?:"
    r"\(?(?:数据|资料)(?:来源|截[至止]|均|由|为|取自).*"
    r"|\(?以[上下](?:数据|资料|企业|名单|项目|单位|指标|均|各).*"
    r"|\(?.*截[至止]\d.*|截[至止].*[年月日底]\)?)"
    r"|(?:填表|填报|审核|复核|制表|经办|报送|统计负责|单位负责|联系)(?:单位|日期|时间|人|电话)?(?:签[字名章])?[:].*"
    r"|[★☆※*●◆■▲△#](?:标记|号的|为|表示|代表|指|的|是).*"
    r"|(?:金额|计量|填报)?单位[:].*")
"""What no name begins with."""
_ITEM = re.compile(r"\(?\d{1,2}[.、)](?!\d).*[为按指含].*")
"""An item of the notes, where these have begun."""
_BUREAU = re.compile(r".*(?:人民政府|委员会|[^电邮]局|办公室|专班)")
_SENTENCE = re.compile(r"\([^()]*\)|(?:数据|资料)(?:来源|均|由|取自).*"
                       r"|[★☆※*●◆■▲△#].*|.*[:,。;!?].*|\d{1,2}[.、](?!\d).*[^公司厂店社]")


def kind(text: str) -> Kind:
    """Return what words alone in a row are if they are no name, "" where they may well be one."""
    bare = "".join(unicodedata.normalize("NFKC", text).split())
    if SIGNED.fullmatch(bare) or _DATE.fullmatch(bare):
        return "date"
    kinds: tuple[tuple[Kind, re.Pattern[str]], ...] = (
        ("note", _NOTE), ("item", _ITEM), ("bureau", _BUREAU), ("sentence", _SENTENCE))
    return next((name for name, words in kinds if words.fullmatch(bare)), "")


def judged(one: Kind, after: Kind, *, listed: bool, noted: bool, named: bool) -> str:
    """Return what becomes of a line alone in its row: "out", "ask" (only a person knows), "" for a record.

    ``after``: what the next line is; ``listed``: a record with more than its name follows; below the last such one
    ``noted``: a note stands above, ``named``: a name alone does, or the records are bureaus themselves.
    """
    signed = one == "bureau" and after == "date"
    if one == "date":
        return "out"
    if listed:
        return "ask" if one in ("note", "item") or signed else ""
    if one == "note" or (noted and one == "item") or (signed and not named):
        return "out"
    return "ask" if one or noted else ""
