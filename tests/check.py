"""``python -m tests.check``: everything that CI checks, in one command.

Steps run one after another, all of them even when one fails; the exit code is 1 if any did. ``--only NAME`` runs one.
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
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHON = sys.executable
BIN = Path(PYTHON).parent
CORE = "not gui and not outside and not slow"
FLAGS = os.environ.get("PYTEST_FLAGS", "-n 2 --dist loadfile").split()
SHARED = Path(os.environ.get("PAIRING_SHARED", ROOT.parent / "shared"))


def run(*command: str | Path, **environment: str) -> bool:
    """Run a command in the project's folder; return whether it succeeded."""
    done = subprocess.run([str(c) for c in command], cwd=ROOT, env={**os.environ, **environment}, check=False)
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
    """Run the tests of the window (drawn offscreen), of outside tools, and the slow ones; ``core`` runs the others."""
    return run(PYTHON, "-m", "pytest", "-m", f"not ({CORE})", *FLAGS, QT_QPA_PLATFORM="offscreen")


def core() -> bool:
    """Run all other tests and the demo in an environment that has no Qt."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "core"
        venv.create(place)
        copy_packages(place)
        python = place / ("Scripts" if os.name == "nt" else "bin") / "python"
        return all(run(*step) for step in (
            (python, "-c", "import importlib.util as i; raise SystemExit(i.find_spec('PySide6') is not None)"),
            (python, "-m", "pytest", "-m", CORE, *FLAGS,
             "-o", "addopts=-q --strict-markers", "-W", "ignore::pytest.PytestConfigWarning"),
            (python, "-m", "pairing_desktop", "demo", Path(folder) / "demo"),
        ))


def copy_packages(place: Path) -> None:
    """Lay this environment's packages into another one, without Qt: installing them again takes a minute."""
    def site(base: Path) -> Path:
        return Path(sysconfig.get_path("purelib", vars={"base": str(base), "platbase": str(base)}))

    shutil.copytree(site(Path(sys.prefix)), site(place), dirs_exist_ok=True,
                    ignore=shutil.ignore_patterns("PySide6*", "pyside6*", "shiboken6*", "pytestqt", "pytest_qt*"))


def outside() -> bool:
    """Let outside tools judge the sample packet, its workbook and its PDF, whole and with one byte changed."""
    verifier = SHARED / "verify" / "outside.py"
    if not verifier.is_file():
        print(f"left out: {verifier} is not there")
        return os.environ.get("PAIRING_NO_SKIP") != "1"
    with tempfile.TemporaryDirectory() as folder:
        demo = Path(folder)
        if not run(PYTHON, "-m", "pairing_desktop", "demo", demo):
            return False
        trust = ("--ca", demo / "trust/root.pem", "--crl", demo / "trust/root.crl.pem")
        good = [demo / f"331123-{q}-r1.{kind}" for q in ("2024Q1", "2024Q2") for kind in ("asice", "pdf", "xlsx")]
        fine = run(PYTHON, verifier, *good, *trust)
        for path in good[-3:]:
            data = bytearray(path.read_bytes())
            data[len(data) // 3] ^= 1
            path.write_bytes(data)
            fine &= not run(PYTHON, verifier, path, *trust)
        return fine


def frozen() -> bool:
    """Build the one-folder program and let it test itself from a path with Chinese and spaces."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "报送 程序"
        built = run(PYTHON, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR", "--distpath", place,
                    "--workpath", Path(folder) / "work", "build.spec")
        program = place / "pairing-desktop" / ("pairing-desktop.exe" if os.name == "nt" else "pairing-desktop")
        return built and run(program, "selftest")


STEPS = {f.__name__: f for f in (style, types, floors, forms, tests, core, outside, frozen)}


def main() -> int:
    """Run the steps and print a line each."""
    parser = argparse.ArgumentParser(prog="python -m tests.check", description=__doc__)
    parser.add_argument("--only", choices=STEPS, action="append")
    failed = []
    for name in parser.parse_args().only or STEPS:
        start = time.monotonic()
        print(f"== {name}: {(STEPS[name].__doc__ or '').strip()}", flush=True)
        good = STEPS[name]()
        print(f"== {name}: {'ok' if good else 'FAILED'} in {time.monotonic() - start:.0f} s", flush=True)
        failed += [] if good else [name]
    print("failed: " + ", ".join(failed) if failed else "all checks passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
