"""``python -m tests.check``: everything that CI checks, in one command.

What keeps one processor busy runs two at a time, then the two suites of tests, each on both; the first begins while the
longest of the others still runs. All steps run even when one fails; the exit code is 1 if any did. ``--only NAME`` runs
one.
"""

import argparse
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
import venv
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHON = sys.executable
BIN = Path(PYTHON).parent
CORE = "not gui and not outside and not slow"
DEMO = "tests/test_demo.py"
BOTH = ("tests", "core")
"""The steps that keep both processors busy by themselves."""


def spread(workers: int) -> list[str]:
    """Return how pytest spreads tests over processes, unless ``PYTEST_FLAGS`` says."""
    return os.environ.get("PYTEST_FLAGS", f"-n {workers} --dist worksteal").split()


def run(*command: str | Path, **environment: str) -> bool:
    """Run a command in the project's folder; return whether it succeeded.

    What Python compiles is kept: the suites start hundreds of programs, and each would compile everything again.
    """
    known = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run([str(c) for c in command], cwd=ROOT, env={**known, **environment}, check=False)
    return done.returncode == 0


def style() -> bool:
    """Check with ruff, a broad selection."""
    return run(PYTHON, "-m", "ruff", "check", ".")


def types() -> bool:
    """Check with mypy, strict."""
    return run(PYTHON, "-m", "mypy")


def floors() -> bool:
    """Check who imports whom."""
    return run(BIN / "lint-imports")


def forms() -> bool:
    """Check the form files and their generated field reference."""
    return all(run(PYTHON, "-m", "pairing_desktop", "forms", *words) for words in (("lint",), ("doc", "--check")))


def tests() -> bool:
    """Run the tests of the window (drawn offscreen), of outside tools, and the slow ones; ``core`` runs the others.

    They wait for timers and other programs for much of their time, so that two processors have room for three of them.
    """
    return run(PYTHON, "-m", "pytest", "-m", f"not ({CORE})", "--ignore", DEMO, *spread(3), QT_QPA_PLATFORM="offscreen")


def core() -> bool:
    """Run all other tests, the demo's among them, in an environment that has no Qt."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "core"
        venv.create(place)
        copy_packages(place)
        python = place / ("Scripts" if os.name == "nt" else "bin") / "python"
        return all(run(*step) for step in (
            (python, "-c", "import importlib.util as i; raise SystemExit(i.find_spec('PySide6') is not None)"),
            (python, "-m", "pytest", "-m", CORE, *spread(2),
             "-o", "addopts=-q --strict-markers", "-W", "ignore::pytest.PytestConfigWarning"),
        ))


def copy_packages(place: Path) -> None:
    """Lay this environment's packages into another one, without Qt: installing them again takes a minute."""
    def site(base: Path) -> Path:
        return Path(sysconfig.get_path("purelib", vars={"base": str(base), "platbase": str(base)}))

    shutil.copytree(site(Path(sys.prefix)), site(place), dirs_exist_ok=True, copy_function=link,
                    ignore=shutil.ignore_patterns("PySide6*", "pyside6*", "shiboken6*", "pytestqt", "pytest_qt*"))


def link(source: str, target: str) -> str:
    """Give a file a second name, or copy it where its disk is another one."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target


def outside() -> bool:
    """Let outside tools judge the sample packet, its workbook and its PDF, whole and with one byte changed."""
    return run(PYTHON, "-m", "pytest", "-m", "outside", DEMO)


def frozen() -> bool:
    """Build the one-folder program and let it test itself from a path with Chinese and spaces."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "报送 程序"
        built = run(PYTHON, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR", "--distpath", place,
                    "--workpath", Path(folder) / "work", "build.spec")
        program = place / "pairing-desktop" / ("pairing-desktop.exe" if os.name == "nt" else "pairing-desktop")
        return built and run(program, "selftest")


STEPS = {f.__name__: f for f in (frozen, types, outside, floors, forms, style, tests, core)}
"""In the order they are begun: the longest first, so that two at a time end together."""


def step(name: str) -> bool:
    """Run one step and print what came of it."""
    start = time.monotonic()
    print(f"== {name}: {(STEPS[name].__doc__ or '').strip()}", flush=True)
    good = STEPS[name]()
    print(f"== {name}: {'ok' if good else 'FAILED'} in {time.monotonic() - start:.0f} s", flush=True)
    return good


def apart(name: str) -> bool:
    """Run one step in a process of its own; what it says is printed when it is through, not mixed with another's."""
    done = subprocess.run([PYTHON, "-m", "tests.check", "--only", name], cwd=ROOT, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    print(done.stdout, end="", flush=True)
    return done.returncode == 0


def failing(names: list[str]) -> Iterator[str]:
    """Run the steps and return those that failed."""
    alone = [name for name in names if name not in BOTH]
    with ThreadPoolExecutor(2) as two:
        begun = {name: two.submit(apart, name) for name in alone}
        wait([begun[name] for name in alone[1:]])
        yield from (name for name in names if name in BOTH and not step(name))
    yield from (name for name in alone if not begun[name].result())


def main() -> int:
    """Run the steps and print a line each."""
    parser = argparse.ArgumentParser(prog="python -m tests.check", description=__doc__)
    parser.add_argument("--only", choices=STEPS)
    only = parser.parse_args().only
    if only:
        return 0 if step(only) else 1
    start, failed = time.monotonic(), list(failing(list(STEPS)))
    print(f"failed: {', '.join(failed)}" if failed else f"all checks passed in {time.monotonic() - start:.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
