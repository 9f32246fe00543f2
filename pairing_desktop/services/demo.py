"""``demo DIR``: the whole way of two quarters, without a screen."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from pairing_desktop.errors import system_reason, trouble
from pairing_desktop.services import checking, joining, reviewing, sample, submitting, trusting, writing
from pairing_desktop.services.workspace import ROLE_LABELS, ROLES, Clock, Workspace, system_clock

if TYPE_CHECKING:
    from pairing_desktop.signing.authority import Authority
    from pairing_desktop.signing.identity import Identity
    from pairing_desktop.signing.keys import Key

FILE = "suichang.pairing"
PARTNER, BUREAU, RECEIVER = "partner-head", "bureau", "receiver"
Say = Callable[[str], None]


class Keys(Struct, frozen=True):
    """The sample authority's files, and the passwords of the sample keys."""

    root: Path
    crl: Path
    files: dict[str, Path]
    passwords: dict[str, str]
    partner: Path
    """The key of the partner's head, who countersigns the joint part."""
    partner_password: str
    bureau: Path
    """The bureau's own key (单位证书), which vouches for signatures on paper."""
    bureau_password: str
    receiver: Path
    """The province's own key, which opens what is encrypted to it."""
    receiver_certificate: Path
    receiver_password: str


class Teller:
    """Says one line a step, with the seconds that it took."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._start = time.perf_counter()

    def __call__(self, text: str) -> None:
        """Say a step that has just ended."""
        now = time.perf_counter()
        self._say(f"[{now - self._start:5.1f} 秒] {text}")
        self._start = now


def run(folder: Path, say: Say, *, clock: Clock = system_clock) -> int:
    """Make the sample, check, finalise, sign, submit and verify both quarters; one line a step. Return 0 if valid."""
    tell = Teller(say)
    _prepare(folder)
    keys = make_keys(folder, clock=clock)
    tell(f"生成示例密钥，申请、核对、签发、导入证书：{_named(keys.root, folder)}、{_named(keys.crl, folder)}")
    for role, path in keys.files.items():
        say(f"          {_named(path, folder)}（{ROLE_LABELS[role]}）密码 {keys.passwords[role]}")
    say(f"          {_named(keys.partner, folder)}（{sample.partner_name()}{ROLE_LABELS['head']}）"
        f"密码 {keys.partner_password}")
    say(f"          {_named(keys.bureau, folder)}（单位证书，纸质签批时代签）密码 {keys.bureau_password}")
    say(f"          {_named(keys.receiver, folder)}（省厅接收岗，打开加密的报送包）密码 {keys.receiver_password}；"
        f"加密用它的证书 {_named(keys.receiver_certificate, folder)}")
    good = True
    with sample.begin(folder / FILE, now=clock(), clock=clock) as ws:
        trusting.keep(ws, keys.root, keys.crl)
        writer = sample.Writer(ws)
        for quarter in sample.QUARTERS:
            good &= _quarter(ws, writer, quarter, folder, keys=keys, tell=tell)
    say("两个季度的报送包都有效。" if good else "有报送包没有通过核验。")
    return 0 if good else 1


def _prepare(folder: Path) -> None:
    there = [folder / FILE, *folder.glob("trust/*"), *folder.glob("keys/*"), *folder.glob("*.asice")]
    if there := [path for path in there if path.exists()]:
        raise trouble("services.demo_there", file=_named(there[0], folder), folder=folder)
    try:
        for name in ("trust", "keys"):
            (folder / name).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise trouble("services.cannot_write", folder=folder, why=system_reason(error)) from error


def _named(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def make_keys(folder: Path, *, county: str = "331123", clock: Clock = system_clock) -> Keys:
    """Make a sample authority with its list, and keys for every role, the partner's head and the province's receiver.

    They go to the folders ``trust`` and ``keys``.
    """
    from cryptography.hazmat.primitives.serialization import Encoding

    from pairing_desktop.signing import authority
    from pairing_desktop.signing.identity import PROVINCE, Identity
    from pairing_desktop.signing.keys import make_p12

    at = clock()
    root = authority.create(now=at)
    people = {p.role: p.name for p in sample.people()}
    passwords = {role: f"demo-{role}" for role in ROLES}
    holders = {role: Identity(people[role], role, county, ROLE_LABELS[role], sample.bureau()) for role in ROLES}
    holders[PARTNER] = Identity(people["head"], "head", sample.partner(), ROLE_LABELS["head"], sample.partner_bureau())
    holders[BUREAU] = Identity(sample.bureau(), BUREAU, county, "单位证书", sample.bureau())
    holders[RECEIVER] = Identity("省厅接收岗（示例）", RECEIVER, PROVINCE, "接收人")
    keys = {name: _enrolled(root, who, "ecdsa" if name == RECEIVER else "rsa", now=at) for name, who in holders.items()}
    files = {"root.pem": root.root_pem, "root.crl.pem": root.crl_pem(now=at),
             "receiver.pem": keys[RECEIVER].certificate.public_bytes(Encoding.PEM)}
    with writing.together(folder / "trust", files) as (root_path, crl_path, receiving):
        pass
    contents = {f"{name}.p12": make_p12(key, f"demo-{name}") for name, key in keys.items()}
    with writing.together(folder / "keys", contents) as places:
        *own, partner, bureau, receiver = places
        return Keys(root_path, crl_path, dict(zip(ROLES, own, strict=True)), passwords, partner, f"demo-{PARTNER}",
                    bureau, f"demo-{BUREAU}", receiver, receiving, f"demo-{RECEIVER}")


def _enrolled(root: Authority, who: Identity, algorithm: str, *, now: datetime) -> Key:
    """Make a key, ask for its certificate, compare the form's code, issue, take the bundle in."""
    from pairing_desktop.signing import algorithms, enrolment, requests
    from pairing_desktop.signing.keys import BareKey, Key

    key = BareKey(algorithms.new_private(algorithm))
    printed = requests.check_code(key.public)
    asked = requests.read(requests.make(key, who), name="request.csr")
    requests.require_code(printed, asked.code)
    certificate = root.certify(who, asked.public, now=now)
    sent = enrolment.write(root.root, root.crl(now=now), [certificate])
    bundle = enrolment.read(sent, name="bundle.pem")
    (own,) = bundle.over(key.public)
    return Key(own, key.private, (bundle.root,))


def _joint(ws: Workspace, quarter: str, folder: Path, *, keys: Keys, tell: Teller) -> Path:
    """Send the joint sheets to the partner, who confirms; let both heads sign; take it in."""
    from pairing_desktop.formspec import period

    title, partner = period.title(quarter), sample.partner_name()
    made = joining.make(ws, quarter, folder)
    joining.answer(made.path, name=sample.partner_bureau(), now=ws.clock())
    tell(f"{title}：两县共有表 {made.sheets} 份，核对稿 {made.path.name}，{partner}确认")
    heads = ((keys.partner, keys.partner_password), (keys.files["head"], keys.passwords["head"]))
    for path, password in heads:
        part = joining.sign_joint(made.path, path, password, now=ws.clock())
    joining.take_in(ws, made.path)
    tell(f"{title}：会签，{'、'.join(f'{joining.head_of(s.county)}（{s.name}）' for s in part.signed)}")
    return made.path


def _quarter(ws: Workspace, writer: sample.Writer, quarter: str, folder: Path, *, keys: Keys, tell: Teller) -> bool:
    from pairing_desktop.formspec import period

    title = period.title(quarter)
    records = writer.enter(quarter)
    tell(f"{title}：录入示例 {records} 条")
    joint = _joint(ws, quarter, folder, keys=keys, tell=tell)
    explained = writer.explain(quarter)
    report = checking.check_quarter(ws, quarter)
    tell(f"{title}：审核 {report.records} 条记录，强制 {report.errors}，核实 {report.queries}，写明说明 {explained}")
    done = submitting.finalise(ws, quarter, folder, joint=joint)
    tell(f"{title}：定稿 {done.packet.name}，{done.pages} 页，{done.size / 1000:,.0f} KB")
    for role in ws.about.roles:
        signed = reviewing.sign_packet(done.packet, keys.files[role], keys.passwords[role], now=ws.clock())
        tell(f"{title}：{ROLE_LABELS[role]}签名（{signed.name}）" + ("，封存" if signed.sealed else ""))
    sent = submitting.submit(ws, done.packet)
    tell(f"{title}：第{sent.number}次报送，{'、'.join(p.name for p in sent.files)}")
    files = [done.packet, joint, done.pdf, done.workbook]
    verdicts = reviewing.verify_files(files, trust=keys.root, crl=keys.crl, now=ws.clock())
    good = all(v.verdict == "valid" for v in verdicts)
    problems = "；".join(str(p) for v in verdicts for p in v.problems)
    tell(f"{title}：核验报送包、会签件、PDF 和工作簿，{'有效' if good else '无效：' + problems}")
    return good
