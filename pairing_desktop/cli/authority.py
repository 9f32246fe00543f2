"""The province's authority: set up, issue, revoke, list, bundle."""

import argparse
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pairing_desktop.cli.keys import (
    holder,
    holder_words,
    line_json,
    new_passphrase,
    passphrase_option,
)
from pairing_desktop.cli.speech import GOOD, problem_json, say, say_json
from pairing_desktop.cli.words import (
    Commands,
    chinese,
    json_option,
    key_place,
    now,
    password,
    password_option,
    secret,
    token_words,
)
from pairing_desktop.errors import trouble
from pairing_desktop.signing.moment import day

if TYPE_CHECKING:
    from pairing_desktop.services.issuing import Desk

STATES = {"valid": "有效", "expiring": "快到期", "expired": "已过期", "revoked": "已吊销"}


def add(commands: Commands) -> None:
    """Add the commands of this module."""
    group = commands.add_group("authority", "省级证书签发：建立、签发、吊销、吊销列表、证书包")
    one = group.add("new", new, "建立发证机构：根密钥（加密文件或 UKey）、根证书、空的吊销列表")
    _folder(one)
    one.add_argument("--name", metavar="名称", required=True, type=chinese, help="根证书的名称")
    one.add_argument("--bureau", metavar="单位", default="", type=chinese, help="发证单位")
    one.add_argument("--years", metavar="年", type=int, default=10, choices=range(1, 31),
                     help="根证书有效几年，默认 10")
    one.add_argument("--algorithm", metavar="算法", choices=("ecdsa", "rsa"), default="ecdsa",
                     help="ecdsa（P-256，默认）或 rsa（2048 位）")
    token_words(one)
    passphrase_option(one)
    json_option(one)
    one = group.add("issue", issue, "照盖章的申请表核对后签发证书")
    _folder(one)
    one.add_argument("request", metavar="申请", type=Path, help="县里送来的证书申请（.csr）")
    one.add_argument("--code", metavar="核对码", required=True, help="从盖章的申请表上抄下的密钥核对码")
    holder_words(one, required=True)
    one.add_argument("--days", metavar="天", type=int, default=1095, choices=range(1, 3651), help="有效几天，默认 1095")
    _root_secret(one)
    json_option(one)
    one = group.add("revoke", revoke, "吊销证书，写出新的吊销列表")
    _folder(one)
    one.add_argument("certificate", metavar="证书", help="序列号或指纹，可以只写开头")
    one.add_argument("--reason", metavar="原因", required=True,
                     help="key-compromise 密钥丢失或泄露、affiliation 调离或换岗、superseded 已换发、"
                          "cessation 不再使用、unspecified 未说明")
    one.add_argument("--date", metavar="日期", default="", help="从哪一天起不可信，如 2024-07-01；不写就是现在")
    _root_secret(one)
    json_option(one)
    one = group.add("crl", crl, "写出新的吊销列表")
    _folder(one)
    one.add_argument("--days", metavar="天", type=int, default=120, choices=range(1, 400), help="有效几天，默认 120")
    _root_secret(one)
    json_option(one)
    one = group.add("bundle", bundle, "写出发给县里的证书包：根证书、吊销列表、有效的证书")
    _folder(one)
    one.add_argument("--out", metavar="文件", type=Path, required=True, help="证书包（.pem）")
    one.add_argument("--county", metavar="代码", default="", help="只要这个县（市、区）的证书")
    one = group.add("show", show, "列出发过的证书")
    _folder(one)
    json_option(one)


def _folder(found: argparse.ArgumentParser) -> None:
    found.add_argument("folder", metavar="文件夹", type=Path, help="发证机构的文件夹")


def _root_secret(found: argparse.ArgumentParser) -> None:
    password_option(found, "根密钥的口令或 PIN；不写就在终端里问")


def _typed(words: argparse.Namespace) -> str:
    return secret(words.password_file, name="根密钥", ask="根密钥的口令或 PIN：")


def new(words: argparse.Namespace) -> int:
    """Set up an authority."""
    from pairing_desktop.services import issuing
    from pairing_desktop.signing.token_place import TokenPlace

    place = key_place(words) if words.token else None
    typed = password(words) if place else new_passphrase(words, name="根密钥")
    desk = issuing.begin(words.folder, typed, name=words.name, organisation=words.bureau, now=now(),
                         token=place if isinstance(place, TokenPlace) else None, algorithm=words.algorithm,
                         years=words.years)
    if words.json:
        say_json(_desk_json(desk))
        return GOOD
    say(f"已建立发证机构 {words.folder}：{desk.name}，有效期至 {day(desk.until)}。")
    say(f"根证书核对码 {desk.root_code}（写进书面通知，县里第一次导入时比对）")
    say("请备份整个文件夹，和口令分开存放。")
    return GOOD


def issue(words: argparse.Namespace) -> int:
    """Issue a certificate."""
    from pairing_desktop.services import issuing

    path, line = issuing.issue(words.folder, _typed(words), words.request, holder(words), words.code, now=now(),
                               days=words.days)
    if words.json:
        say_json({**line_json(line), "file": str(path)})
        return GOOD
    say(f"已签发：{line.county_name}{line.label} {line.name}，有效期至 {day(line.until)}，序列号 {line.serial}")
    say(str(path))
    return GOOD


def revoke(words: argparse.Namespace) -> int:
    """Revoke a certificate."""
    from pairing_desktop.services import issuing

    at = now()
    line = issuing.revoke(words.folder, _typed(words), words.certificate, reason=words.reason,
                          at=_moment(words.date) if words.date else at, now=at)
    if words.json:
        say_json(line_json(line))
        return GOOD
    say(f"已吊销：{line.county_name}{line.label} {line.name}，新的吊销列表 {words.folder / issuing.CRL}")
    say("请用 authority bundle 写出证书包，尽快发给各县。")
    return GOOD


def _moment(text: str) -> datetime:
    """Return the first moment of a day in China."""
    from pairing_desktop.services.workspace import CHINA

    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=CHINA)
    except ValueError:
        raise trouble("enrolment.date", text=text) from None


def crl(words: argparse.Namespace) -> int:
    """Write a new revocation list."""
    from pairing_desktop.services import issuing

    desk = issuing.renew_list(words.folder, _typed(words), now=now(), days=words.days)
    if words.json:
        say_json(_desk_json(desk))
        return GOOD
    say(f"新的吊销列表 {words.folder / issuing.CRL}，有效期至 {day(desk.list_until)}。")
    return GOOD


def bundle(words: argparse.Namespace) -> int:
    """Write a bundle."""
    from pairing_desktop.services import issuing

    at = now()
    path, count = issuing.bundle(words.folder, words.out, now=at, county=words.county)
    desk = issuing.look(words.folder, now=at)
    say(f"证书包 {path}：根证书、吊销列表、{count} 张证书。根证书核对码 {desk.root_code}")
    for problem in desk.problems:
        say(str(problem))
    return GOOD


def show(words: argparse.Namespace) -> int:
    """List what was issued."""
    from pairing_desktop.services import issuing

    desk = issuing.look(words.folder, now=now())
    if words.json:
        say_json(_desk_json(desk))
        return GOOD
    say(f"{desk.name}，有效期至 {day(desk.until)}，根证书核对码 {desk.root_code}")
    say(f"吊销列表 {day(desk.list_since)} 至 {day(desk.list_until)}")
    for each in desk.issued:
        line = each.certificate
        why = f"（{each.reason}，{day(each.revoked_at)} 起）" if each.revoked_at else ""
        say(f"  {STATES[each.state]}{why}  {line.county_name}{line.label} {line.name}  "
            f"至 {day(line.until)}  {line.serial}")
    for problem in desk.problems:
        say(str(problem))
    return GOOD


def _desk_json(desk: "Desk") -> dict[str, object]:
    issued = [{**line_json(i.certificate), "state": i.state, "reason": i.reason,
               "revoked_at": i.revoked_at.isoformat() if i.revoked_at else None} for i in desk.issued]
    return {"folder": str(desk.folder), "name": desk.name, "until": desk.until.isoformat(), "root_code": desk.root_code,
            "on_token": desk.on_token, "list_since": desk.list_since.isoformat(),
            "list_until": desk.list_until.isoformat(), "issued": issued,
            "remarks": [problem_json(p) for p in desk.problems]}
