"""Keys: make, request a certificate, import, export, show, look at a token."""

import argparse
import os
import shlex
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pairing_desktop.cli.speech import BAD, GOOD, problem_json, say, say_json
from pairing_desktop.cli.words import (
    Commands,
    chinese,
    json_option,
    key_place,
    key_words,
    now,
    password,
    password_option,
    secret,
    token_words,
)
from pairing_desktop.signing.moment import day

if TYPE_CHECKING:
    from pairing_desktop.services.key_keeping import CertificateLine, KeyCard, KeyPlace
    from pairing_desktop.signing.identity import Identity

STATES = {"locked": "要密码才能看", "requested": "还没有证书", "revoked": "证书已被吊销，不能签名",
          "expired": "证书已过期", "early": "证书还没有生效", "expiring": "证书快到期", "valid": "证书有效"}


def add(commands: Commands) -> None:
    """Add the commands of this module."""
    group = commands.add_group("keys", "密钥：生成、申请证书、导入、导出、查看")
    one = group.add("new", new, "生成一把密钥，存在加密的密钥文件里，或直接生成在 UKey 里")
    which = one.add_mutually_exclusive_group(required=True)
    which.add_argument("--out", metavar="文件", type=Path, help="密钥文件（.pairkey），不会覆盖已有的文件")
    token_words(one, which)
    holder_words(one, required=True)
    one.add_argument("--algorithm", metavar="算法", choices=("ecdsa", "rsa"), default="ecdsa",
                     help="ecdsa（P-256，默认）或 rsa（2048 位）")
    passphrase_option(one)
    json_option(one)
    one = group.add("request", request, "写出证书申请和要打印盖章的申请表")
    key_words(one)
    one.add_argument("--out", metavar="文件夹", type=Path, required=True, help="申请和申请表放在哪里")
    holder_words(one, required=False)
    json_option(one)
    _add_exchange(group)
    one = group.add("show", show, "查看密钥和证书：是谁的、核对码、有效期")
    one.add_argument("files", metavar="密钥文件", type=Path, nargs="*", help="密钥文件（.pairkey 或 .p12），可以多个")
    one.add_argument("--key", metavar="密钥", type=Path, action="append", default=[], help="同上：密钥文件，可以写几次")
    token_words(one)
    password_option(one, ".p12 的密码文件")
    json_option(one)
    one = group.add("token", token, "查看插着的 UKey")
    which = one.add_mutually_exclusive_group(required=True)
    which.add_argument("module", metavar="驱动库", type=Path, nargs="?", help="UKey 的 PKCS#11 库（.dll 或 .so）")
    which.add_argument("--token", metavar="驱动库", type=Path, help="同上，与别的命令写法一样")
    json_option(one)


def _add_exchange(group: Commands) -> None:
    one = group.add("import", import_, "导入省里的证书包，或把 .p12 转成加密的密钥文件")
    one.add_argument("file", metavar="文件", type=Path, help="证书包（.pem）或 .p12")
    key_words(one, required=False, alone=False)
    one.add_argument("--out", metavar="文件", type=Path, help="导入 .p12 时：转成的密钥文件（.pairkey）")
    passphrase_option(one, alone=False)
    one.add_argument("--root-code", metavar="核对码", default=None, help="第一次导入时：省里书面通知上的根证书核对码")
    json_option(one)
    one = group.add("export", export, "把密钥和证书导出成 .p12，供别的程序用")
    one.add_argument("--key", metavar="密钥", type=Path, required=True, help="密钥文件（.pairkey）")
    password_option(one, "密钥文件的口令；不写就在终端里问")
    one.add_argument("--out", metavar="文件", type=Path, required=True, help="导出的 .p12，不会覆盖已有的文件")
    one.add_argument("--out-password-file", metavar="文件", type=Path, help=".p12 的密码；不写就在终端里问")
    one = group.add("passphrase", passphrase, "换密钥文件的口令")
    one.add_argument("--key", metavar="密钥", type=Path, required=True, help="密钥文件（.pairkey）")
    password_option(one, "原来的口令；不写就在终端里问", alone=False)
    passphrase_option(one, alone=False)


def passphrase_option(found: argparse.ArgumentParser, *, alone: bool = True) -> None:
    """Let a command take a new passphrase, by either name unless it asks for an old password too."""
    names = ("--passphrase-file", "--password-file") if alone else ("--passphrase-file",)
    found.add_argument(*names, dest="passphrase_file", metavar="文件", type=Path,
                       help="存新口令的文件；不写就在终端里问两遍")


def holder_words(found: argparse.ArgumentParser, *, required: bool) -> None:
    """Let a command take whom a key is for."""
    found.add_argument("--name", metavar="姓名", default="", required=required, type=chinese, help="持有人姓名或岗位")
    found.add_argument("--role", metavar="角色", default="", required=required,
                       help="preparer 填表人、reviewer 审核人、head 单位负责人、bureau 单位证书、"
                            "receiver 接收人（省厅，代码 330000）")
    found.add_argument("--county", metavar="代码", default="", required=required, help="县（市、区）6 位代码")
    found.add_argument("--title", metavar="职务", default="", type=chinese, help="职务")
    found.add_argument("--bureau", metavar="单位", default="", type=chinese, help="单位名称")


def holder(words: argparse.Namespace) -> "Identity":
    """Return whom the words name."""
    from pairing_desktop.services import key_keeping

    return key_keeping.person(name=words.name, role=words.role, county=words.county, title=words.title,
                              bureau=words.bureau)


def new_passphrase(words: argparse.Namespace, *, name: str) -> str:
    """Return the new passphrase, from its file or typed twice."""
    first = secret(words.passphrase_file, name=name, ask=f"给 {name} 设一个口令：")
    if words.passphrase_file is None and secret(None, name=name, ask="再输一遍：") != first:
        from pairing_desktop.errors import trouble

        raise trouble("cli.differ")
    return first


def new(words: argparse.Namespace) -> int:
    """Make a key."""
    from pairing_desktop.services import key_keeping
    from pairing_desktop.signing.token_place import TokenPlace

    at = now()
    if words.token:
        place = key_place(words)
        assert isinstance(place, TokenPlace)  # noqa: S101  # a token was named
        card = key_keeping.make_on_token(place, holder(words), password(words), now=at, algorithm=words.algorithm)
    else:
        typed = new_passphrase(words, name=words.out.name)
        card = key_keeping.make(words.out, holder(words), typed, now=at, algorithm=words.algorithm)
    if words.json:
        say_json(card_json(card))
        return GOOD
    say(f"已生成密钥：{place_text(card.place)}（{card.county_name}{card.label} {card.name}，{card.algorithm}）")
    say(f"核对码 {card.code}")
    say(f"下一步：用 keys request {_as_words(card.place)} --out 文件夹 写出申请，"
        "打印申请表盖章，连同申请文件交给省里。")
    return GOOD


def _as_words(place: "KeyPlace") -> str:
    """Return the words by which a command names a key."""
    words = ["--key", str(place)] if isinstance(place, Path) else ["--token", str(place.module), *(
        word for option, said in (("--token-label", place.token), ("--key-label", place.key)) if said
        for word in (option, said))]
    return shlex.join(words) if os.name == "posix" else subprocess.list2cmdline(words)


def request(words: argparse.Namespace) -> int:
    """Write a request and its form."""
    from pairing_desktop.services import enrolling

    who = holder(words) if words.name or words.role or words.county else None
    done = enrolling.request(key_place(words), password(words), words.out, now=now(), who=who)
    if words.json:
        say_json({"request": str(done.request), "form": str(done.form), "code": done.code,
                  "fingerprint": done.fingerprint, "renewal": done.renewal})
        return GOOD
    say(f"证书{'换发' if done.renewal else ''}申请：{done.request}")
    say(f"申请表（打印、签字、盖章）：{done.form}")
    say(f"核对码 {done.code}")
    return GOOD


def import_(words: argparse.Namespace) -> int:
    """Import a bundle, or a PKCS#12 file."""
    from pairing_desktop.services import enrolling
    from pairing_desktop.settings import Settings

    if words.out or words.file.suffix.lower() in (".p12", ".pfx"):
        return _import_p12(words)
    place, typed = _which(words)
    done = enrolling.import_bundle(words.file, settings=Settings(), now=now(), place=place, secret=typed,
                                   root_code=words.root_code)
    if words.json:
        say_json({"key": card_json(done.card) if done.card else None, "new": done.new, "root": str(done.root),
                  "remarks": [problem_json(p) for p in done.remarks]})
        return GOOD
    if done.card and done.card.in_use:
        used = done.card.in_use
        again = "" if done.new else "（已经导入过）"
        say(f"证书已导入{again}：{used.county_name}{used.label} {used.name}，有效期至 {day(used.until)}")
    say(f"根证书和吊销列表放在 {done.root.parent}")
    for remark in done.remarks:
        say(str(remark))
    return GOOD


def _which(words: argparse.Namespace) -> "tuple[KeyPlace | None, str]":
    if words.key is None and words.token is None:
        return None, ""
    return key_place(words), password(words)


def _import_p12(words: argparse.Namespace) -> int:
    from pairing_desktop.services import key_keeping

    to = words.out or words.file.with_suffix(".pairkey")
    old = secret(words.password_file, name=words.file.name, ask=f"{words.file.name} 的密码：")
    card = key_keeping.import_p12(words.file, old, to, new_passphrase(words, name=to.name), now=now())
    if words.json:
        say_json(card_json(card))
    else:
        say(f"已转成密钥文件 {place_text(card.place)}（{card.county_name}{card.label} {card.name}）。")
    return GOOD


def export(words: argparse.Namespace) -> int:
    """Write a PKCS#12 file."""
    from pairing_desktop.services import key_keeping

    old = secret(words.password_file, name=words.key.name, ask=f"{words.key.name} 的口令：")
    new_ = secret(words.out_password_file, name=words.out.name, ask=f"给 {words.out.name} 设一个密码：")
    say(f"已导出 {key_keeping.export_p12(words.key, old, words.out, new_, now=now())}。用完请删除。")
    return GOOD


def passphrase(words: argparse.Namespace) -> int:
    """Change a key file's passphrase."""
    from pairing_desktop.services import key_keeping

    old = secret(words.password_file, name=words.key.name, ask=f"{words.key.name} 原来的口令：")
    key_keeping.change_passphrase(words.key, old, new_passphrase(words, name=words.key.name))
    say(f"{words.key.name} 的口令已换。")
    return GOOD


def show(words: argparse.Namespace) -> int:
    """Show keys; 1 when one has no certificate that holds."""
    from pairing_desktop.services import enrolling, key_keeping
    from pairing_desktop.settings import Settings

    at = now()
    typed = secret(words.password_file, name="", ask="") if words.password_file else None
    cards = [key_keeping.look(path, now=at, secret=typed) for path in (*words.files, *words.key)]
    if words.token:
        place = key_place(words)
        cards += key_keeping.token_keys(place, password(words), now=at)  # type: ignore[arg-type]  # a token was named
    cards = [enrolling.judged(Settings(), card) for card in cards]
    said = enrolling.warnings(Settings(), (), now=at)
    if words.json:
        say_json({"keys": [card_json(c) for c in cards], "remarks": [problem_json(p) for p in said]})
    else:
        for card in cards:
            _say_card(card)
        for problem in said:
            say(str(problem))
    return GOOD if all(c.state in ("valid", "expiring", "locked") for c in cards) else BAD


def _say_card(card: "KeyCard") -> None:
    say(f"{place_text(card.place)}：{STATES[card.state]}")
    if card.state == "locked":
        return
    if card.name:
        say(f"  {card.county_name}{card.label} {card.name} {card.title}".rstrip())
    say(f"  {card.algorithm}，核对码 {card.code}")
    for line in card.certificates:
        mark = "　　" if line != card.in_use else "吊销" if card.state == "revoked" else "在用"
        say(f"  {mark} 证书 {day(line.since)} 至 {day(line.until)}，序列号 {line.serial}，签发人 {line.issuer}")
    for problem in card.problems:
        say(f"  {problem}")


def token(words: argparse.Namespace) -> int:
    """List the tokens that are plugged in."""
    from pairing_desktop.services import key_keeping

    found = key_keeping.tokens(words.module or words.token)
    if words.json:
        say_json([{"label": t.label, "serial": t.serial, "maker": t.maker, "model": t.model, "ready": t.ready,
                   "locked": t.locked, "warned": t.warned} for t in found])
        return GOOD
    tokens = [t for t in found if t.ready or t.label]
    for each in tokens:
        state = "已锁住" if each.locked else "可用" if each.ready else "没有设 PIN"
        warned = "，上次 PIN 输错了" if each.warned else ""
        say(f"{each.label or '（没有名称）'}  {each.maker} {each.model} {each.serial}  {state}{warned}")
    if not tokens:
        say("没有插可用的 UKey。")
    if slots := len(found) - len(tokens):
        say(f"另有 {slots} 个没有初始化的槽，不能用来签名；新 UKey 先用厂家的工具初始化。")
    return GOOD


def place_text(place: "KeyPlace") -> str:
    """Return where a key is, in words."""
    return str(place) if isinstance(place, Path) else f"UKey {place.name} {place.key}".rstrip()


def card_json(card: "KeyCard") -> dict[str, Any]:
    """Return a key for programs."""
    place = {"file": str(card.place)} if isinstance(card.place, Path) else {
        "module": str(card.place.module), "token": card.place.token, "key": card.place.key}
    return {
        **place, "kind": card.kind, "state": card.state, "name": card.name, "role": card.role, "county": card.county,
        "title": card.title, "bureau": card.bureau, "algorithm": card.algorithm, "code": card.code,
        "fingerprint": card.fingerprint, "certificates": [line_json(c) for c in card.certificates],
        "in_use": card.in_use.serial if card.in_use else None, "remarks": [problem_json(p) for p in card.problems],
    }


def line_json(line: "CertificateLine") -> dict[str, str]:
    """Return a certificate for programs."""
    return {"name": line.name, "role": line.role, "county": line.county, "title": line.title,
            "since": line.since.isoformat(), "until": line.until.isoformat(), "serial": line.serial,
            "fingerprint": line.fingerprint, "issuer": line.issuer}
