"""Imports ahead on a thread of their own: whatever another imports meanwhile, neither finds a module half made."""

import subprocess
import sys

HALF_WAY = """
import sys, threading
from importlib.abc import MetaPathFinder
from pairing_desktop.services import ahead

errors = []
threading.excepthook = lambda told: errors.append(told.exc_value)

class Slow(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == "sqlalchemy.engine.url":  # half way through: now the other thread begins
            ahead.writing()
            thread = next(t for t in threading.enumerate() if t.name == ahead.NAME)
            for _ in range(100):
                if "sqlalchemy.dialects" in sys.modules:
                    break
                thread.join(0.01)

sys.meta_path.insert(0, Slow())
from sqlalchemy import create_engine
ahead.through()
create_engine("sqlite://").connect().close()
assert not errors, errors
assert "sqlalchemy.dialects.sqlite" in sys.modules
"""


def test_work_that_has_begun_is_not_overtaken() -> None:
    done = subprocess.run((sys.executable, "-c", HALF_WAY), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
