"""The command line: the same services without a screen. All it prints is Chinese but for what programs read."""

import argparse
import json
import os
import re
import sys
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

from pairing_desktop import __version__
from pairing_desktop.errors import BadContent, Trouble, system_reason, trouble
from pairing_desktop.progress import Cancelled

COMMANDS = ("new", "forms", "check", "finalise", "sign", "submit", "verify", "selftest", "demo")
GOOD, BAD, FAILED = 0, 1, 2

ENGLISH = (  # what argparse says, and how a clerk would be told
    (r"the following arguments are required: (.+)", r"还缺 \1"),
    (r"unrecognized arguments: (.+)", r"不认识 \1"),
    (r"argument (.+): invalid choice: (.+) \(choose from (.+)\)", r"\1 没有 \2 这一项，可以是 \3"),
    (r"argument (.+): expected one argument", r"\1 后面要写一个值"),
    (r"argument (.+): expected at least one argument", r"\1 后面至少要写一个值"),
    (r"argument (.+): ignored explicit argument (.+)", r"\1 后面不用写 \2"),
    (r"argument (.+): not allowed with argument (.+)", r"\1 不能与 \2 同用"),
    (r"argument (.+): invalid .+ value: (.+)", r"\1 的值 \2 看不懂"),
    (r"ambiguous option: (.+) could match (.+)", r"\1 不明确，可能是 \2"),
)


class ChineseHelp(argparse.RawDescriptionHelpFormatter):
    """Help whose fixed words are Chinese."""

    def add_usage(self, usage: str | None, actions: Iterable[argparse.Action], groups: Iterable[Any],
                  prefix: str | None = None) -> None:
        """Begin with 用法."""
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)


class ChineseParser(argparse.ArgumentParser):
    """An argument parser that speaks Chinese, in its help and in its errors."""

    def __init__(self, **words: Any) -> None:  # noqa: ANN401  # argparse's own arguments
        super().__init__(**{"formatter_class": ChineseHelp, "add_help": False, "allow_abbrev": False, **words})
        self._positionals.title, self._optionals.title = "要写的", "可选的"
        self.add_argument("-h", "--help", action="help", help="显示这段说明")

    def error(self, message: str) -> NoReturn:
        """Say in Chinese what is wrong with the words typed; exit code 2."""
        said = next((re.sub(e, c, message) for e, c in ENGLISH if re.fullmatch(e, message)), message)
        self.exit(FAILED, f"命令写得不对：{said}。用 {self.prog} --help 看写法。\n")


def say(text: str) -> None:
    """Print a line."""
    print(text, flush=True)


def say_json(value: object) -> None:
    """Print a value as one line of JSON for programs; ASCII, so that no terminal can spoil it."""
    say(json.dumps(value))


def chinese(word: str) -> str:
    """Return a word of a terminal that Python takes for ASCII as the UTF-8 that it is; ValueError if it is none."""
    disguised = any("\udc80" <= sign <= "\udcff" for sign in word)
    return os.fsencode(word).decode() if disguised else word


def now() -> datetime:
    """Return the PC's time."""
    from pairing_desktop.services.workspace import system_clock

    return system_clock()


def file_size(size: int) -> str:
    """Return a size as people say it."""
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{size / 1000:.1f} KB"


# The commands. Each takes the words understood and returns the exit code.


def new(words: argparse.Namespace) -> int:
    """Make a data file."""
    from pairing_desktop.services import workspace

    with workspace.create(words.file, county=words.county, partner=words.partner, bureau=words.bureau, now=now()) as ws:
        with_partner = f"，结对 {ws.about.partner_name}" if ws.about.partner else ""
        say(f"已新建数据文件 {words.file}：{ws.about.county_name}{with_partner}，{len(ws.forms)} 张表。")
    return GOOD


def forms(words: argparse.Namespace) -> int:
    """List, lint or document the forms."""
    return {"list": _forms_list, "lint": _forms_lint, "doc": _forms_doc}[words.what](words)


def _catalogue(words: argparse.Namespace) -> Any:  # noqa: ANN401  # formspec's type, imported when needed
    from pairing_desktop import paths
    from pairing_desktop.formspec import catalogue

    return catalogue.load(words.folder or paths.forms())


def _forms_list(words: argparse.Namespace) -> int:
    try:
        found = _catalogue(words)
    except Trouble as bad:
        if not words.json:
            raise
        say_json({"problems": [_problem(p) for p in bad.problems]})
        return BAD if isinstance(bad, BadContent) else FAILED
    if words.json:
        say_json([{"id": f.id, "version": f.version, "title": f.title, "kind": f.kind, "fields": len(f.fields),
                   "rules": len(f.rules), "digest": f.digest} for f in found.forms])
        return GOOD
    for form in found.forms:
        size = f"第 {form.version} 版，{len(form.fields)} 项，{len(form.rules)} 条审核关系"
        say(f"{form.id:<18} {form.group}  {form.title}（{size}）")
    return GOOD


def _forms_lint(words: argparse.Namespace) -> int:
    try:
        found = _catalogue(words)
    except Trouble as bad:
        if words.json:
            say_json({"problems": [_problem(p) for p in bad.problems]})
        else:
            _complain(bad)
        return BAD
    if words.json:
        say_json({"problems": []})
    else:
        say(f"{len(found.forms)} 张表没有问题。")
    return GOOD


def _forms_doc(words: argparse.Namespace) -> int:
    from pairing_desktop import paths
    from pairing_desktop.formspec import doc
    from pairing_desktop.services import writing

    text = doc.reference_text(_catalogue(words))
    place = (words.folder or paths.forms()) / "README.md"
    same = place.is_file() and place.read_text(encoding="utf-8") == text
    if words.check:
        say(f"{place} 与表式一致。" if same else f"{place} 与表式不一致，请运行 forms doc 重新生成。")
        return GOOD if same else BAD
    if not same:
        writing.write(place, text.encode())
    say(f"字段说明在 {place}。")
    return GOOD


def check(words: argparse.Namespace) -> int:
    """Check a quarter."""
    from pairing_desktop.formspec import period
    from pairing_desktop.services import checking

    with _reading(words.file) as ws:
        report = checking.check_quarter(ws, words.quarter)
    if words.json:
        say_json({"file": str(words.file), "quarter": words.quarter, "passes": report.passes, "errors": report.errors,
                  "queries": report.queries, "unexplained": report.unexplained, "waived": report.waived,
                  "records": report.records, "findings": [asdict(f) for f in report.findings]})
        return GOOD if report.passes else BAD
    for finding in report.findings:
        level = "强制" if finding.level == "error" else "核实"
        answer = f" 特殊情况：{finding.waiver}" if finding.waiver else f" 已说明：{finding.explanation}"
        open_ = not finding.waiver and not finding.explanation
        say(f"{level}  {finding.place}：{finding.message}" + ("" if open_ else answer))
    verdict = "审核通过" if report.passes else "审核没有通过"
    say(f"{period.title(words.quarter)}{verdict}：{report.records} 条记录，强制 {report.errors}，"
        f"核实 {report.queries}（待说明 {report.unexplained}），特殊情况 {report.waived}。")
    return GOOD if report.passes else BAD


def finalise(words: argparse.Namespace) -> int:
    """Finalise a quarter."""
    from pairing_desktop.services import submitting

    with _writing(words.file) as ws:
        done = submitting.finalise(ws, words.quarter, words.out, reason=words.reason)
    if words.json:
        say_json({"packet": str(done.packet), "pdf": str(done.pdf), "workbook": str(done.workbook),
                  "identity": done.identity, "submission": done.number, "pages": done.pages, "size": done.size})
        return GOOD
    say(f"已定稿：{done.packet}（第 {done.number} 次报送，{done.pages} 页，{file_size(done.size)}）")
    say(f"报送包标识 {done.identity}")
    return GOOD


def sign(words: argparse.Namespace) -> int:
    """Sign a packet."""
    from pairing_desktop.services import reviewing
    from pairing_desktop.services.workspace import ROLE_LABELS

    signed = reviewing.sign_packet(words.packet, words.key, _password(words), now=now())
    seal = "，报送包已封存，可以报送" if signed.sealed else ""
    say(f"{ROLE_LABELS.get(signed.role, signed.role)} {signed.name} 已签名{seal}。")
    return GOOD


def _password(words: argparse.Namespace) -> str:
    if words.password_file:
        try:
            return str(words.password_file.read_text(encoding="utf-8-sig")).rstrip("\r\n")
        except UnicodeDecodeError:
            raise trouble("cli.password_file", file=words.password_file.name, why="不是 UTF-8 文字") from None
        except OSError as error:
            raise trouble("cli.password_file", file=words.password_file.name, why=system_reason(error)) from error
    if not sys.stdin.isatty():
        raise trouble("cli.no_password", file=words.key.name)
    import getpass

    return getpass.getpass(f"{words.key.name} 的密码：")


def submit(words: argparse.Namespace) -> int:
    """Record a signed packet as submitted."""
    from pairing_desktop.formspec import period
    from pairing_desktop.services import submitting, trusting

    with _writing(words.file) as ws:
        done = submitting.submit(ws, words.packet, trust=trusting.chosen(ws, words.trust, words.crl))
    beside = "、".join(p.name for p in done.files)
    say(f"{period.title(done.quarter)}第 {done.number} 次报送已记录，旁边放了 {beside}；季度已锁定。")
    for warning in done.warnings:
        say(warning)
    return GOOD


def verify(words: argparse.Namespace) -> int:
    """Verify packets, workbooks and PDFs."""
    from pairing_desktop.services import reviewing

    verdicts = reviewing.verify_files(words.files, trust=words.trust, crl=words.crl, now=now())
    for verdict in verdicts:
        if words.json:
            say_json(verdict.to_json())
        else:
            _say_verdict(verdict)
    return max(verdict.exit_code for verdict in verdicts)


def _say_verdict(verdict: Any) -> None:  # noqa: ANN401  # exchange's type, imported when needed
    from pairing_desktop.services.workspace import CHINA, ROLE_LABELS

    words = {"valid": "有效", "invalid": "无效", "unreadable": "读不了"}
    say(f"{words[verdict.verdict]}  {verdict.file}")
    for signature in verdict.signatures:
        at = signature.signed_at
        when = f"，自报时间 {at.astimezone(CHINA):%Y-%m-%d %H:%M}" if at else ""
        good = "有效" if signature.good else "无效"
        say(f"  {ROLE_LABELS.get(signature.role, '无角色')} {signature.name}（{signature.county}）{good}{when}")
    for problem in (*verdict.problems, *verdict.warnings):
        say(f"  {problem}")


def selftest(words: argparse.Namespace) -> int:  # noqa: ARG001  # every command has this shape
    """Try this installation."""
    from pairing_desktop.services import selftest as trial

    return GOOD if trial.run(say) else BAD


def demo(words: argparse.Namespace) -> int:
    """Go the whole way with the sample."""
    from pairing_desktop.services import demo as trial

    return trial.run(words.folder, say)


def _reading(path: Path) -> Any:  # noqa: ANN401  # a Workspace, imported when needed
    from pairing_desktop.services import workspace

    return workspace.open_workspace(path, write=False, who="命令行", now=now())


def _writing(path: Path) -> Any:  # noqa: ANN401  # a Workspace, imported when needed
    from pairing_desktop.services import workspace

    return workspace.open_workspace(path, who="命令行", now=now())



def parser() -> ChineseParser:
    """Return the parser of all commands."""
    whole = ChineseParser(prog="pairing-desktop", description=DESCRIPTION, epilog=EPILOG)
    whole.add_argument("--version", action="version", version=f"pairing-desktop {__version__}", help="显示版本")
    commands = whole.add_subparsers(dest="command", metavar="命令", required=True, title="命令",
                                    parser_class=ChineseParser)

    def command(name: str, run: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        found: argparse.ArgumentParser = commands.add_parser(name, help=text, description=f"{text}。")
        found.set_defaults(run=run)
        return found

    def json_option(found: argparse.ArgumentParser) -> None:
        found.add_argument("--json", action="store_true", help="输出 JSON，供别的程序读")

    def quarter_option(found: argparse.ArgumentParser) -> None:
        found.add_argument("--quarter", metavar="季度", required=True, type=str.upper, help="如 2024Q2")

    one = command("new", new, "新建数据文件")
    one.add_argument("file", metavar="数据文件", type=Path, help="要建的文件，如 遂昌县2024.pairing")
    one.add_argument("--county", metavar="代码", required=True, help="本县（市、区）6 位代码")
    one.add_argument("--partner", metavar="代码", default="", help="结对县（市、区）6 位代码")
    one.add_argument("--bureau", metavar="单位", default="", type=chinese, help="填报单位名称")

    one = command("forms", forms, "列出、检查表式，或生成字段说明")
    one.add_argument("what", metavar="list|lint|doc", choices=("list", "lint", "doc"),
                     help="list 列出；lint 检查；doc 生成字段说明")
    one.add_argument("--folder", metavar="文件夹", type=Path, help="表式所在文件夹，默认是程序自带的")
    one.add_argument("--check", action="store_true", help="doc：只核对字段说明是否与表式一致")
    json_option(one)

    one = command("check", check, "审核一个季度")
    one.add_argument("file", metavar="数据文件", type=Path, help="数据文件")
    quarter_option(one)
    json_option(one)

    one = command("finalise", finalise, "定稿：冻结一个季度，生成报送包")
    one.add_argument("file", metavar="数据文件", type=Path, help="数据文件")
    quarter_option(one)
    one.add_argument("--out", metavar="文件夹", type=Path, required=True, help="报送包放在哪里")
    one.add_argument("--reason", metavar="原因", default="", type=chinese, help="第 2 次及以后报送的原因")
    json_option(one)

    one = command("sign", sign, "在报送包上签名，角色由证书决定")
    one.add_argument("packet", metavar="报送包", type=Path, help="报送包（.asice）")
    one.add_argument("--key", metavar="密钥", type=Path, required=True, help="本人的密钥文件（.p12）")
    one.add_argument("--password-file", metavar="文件", type=Path, help="存密码的文件；不写就在终端里问")

    one = command("submit", submit, "把签齐的报送包记为已报送，锁定季度")
    one.add_argument("file", metavar="数据文件", type=Path, help="数据文件")
    one.add_argument("packet", metavar="报送包", type=Path, help="签齐的报送包（.asice）")
    one.add_argument("--trust", metavar="根证书", type=Path, help="信任的根证书（PEM），存进数据文件，以后都用它")
    one.add_argument("--crl", metavar="吊销列表", type=Path, help="证书吊销列表（PEM），存进数据文件")

    one = command("verify", verify, "核验报送包、工作簿或 PDF 的签名")
    one.add_argument("files", metavar="文件", type=Path, nargs="+", help="报送包、.xlsx 工作簿或 PDF，可以多个")
    one.add_argument("--trust", metavar="根证书", type=Path, required=True, help="信任的根证书（PEM）")
    one.add_argument("--crl", metavar="吊销列表", type=Path, help="证书吊销列表（PEM）")
    json_option(one)

    command("selftest", selftest, "检查本程序在这台电脑上能不能正常工作")
    one = command("demo", demo, "用示例走一遍：填报、审核、定稿、签名、报送、核验")
    one.add_argument("folder", metavar="文件夹", type=Path, help="示例文件放在哪里")
    return whole


DESCRIPTION = "山海协作结对季度填报与报送。直接运行 pairing-desktop [数据文件或报送包] 打开窗口；下面的命令不需要窗口。"
EPILOG = "退出码：0 正常；1 被检查的东西有问题；2 没有办成。"


def run(words: Sequence[str]) -> int:
    """Run one command; return 0 good, 1 the thing checked is bad, 2 it could not be done."""
    _open_terminal()
    try:
        understood = parser().parse_args(list(words))
    except SystemExit as leave:
        return int(leave.code or 0)
    try:
        return int(understood.run(understood))
    except BrokenPipeError:  # whoever read our output has gone, as head does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except (KeyboardInterrupt, Cancelled):
        return _complain(trouble("cli.interrupted"))
    except Trouble as bad:
        return _complain(bad)
    except Exception as bug:  # noqa: BLE001  # the last resort: told in words, kept whole in the log
        return _complain(_bug(bug))


def _open_terminal() -> None:
    """Let no character crash the output: an old Windows code page shows ? for what it lacks."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="replace")


def _complain(bad: Trouble) -> int:
    """Say what is wrong, a sentence a line; return the exit code."""
    for problem in bad.problems:
        print(str(problem), file=sys.stderr)
    return BAD if isinstance(bad, BadContent) else FAILED


def _problem(problem: Any) -> dict[str, str]:  # noqa: ANN401
    return {"code": problem.code, "message": str(problem)}


def _bug(bug: BaseException) -> Trouble:
    """Write the details of a fault of the program to the log and return the sentence that says where."""
    from pairing_desktop.settings import Settings

    what, details = type(bug).__name__, "".join(traceback.format_exception(bug))
    log = Settings().path.with_name("error.log")
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8") as file:
            file.write(f"{now().isoformat()} pairing-desktop {__version__}\n{details}\n")
    except OSError:
        return trouble("cli.no_log", what=what)
    return trouble("cli.bug", what=what, log=log)
