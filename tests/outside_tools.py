"""Programs outside Python that tests ask for a second opinion."""

import os
import shutil

import pytest


def need(program: str, package: str) -> str:
    """Return the program's path; skip the test where it is missing, or fail where CI permits no skip."""
    found = shutil.which(program)
    if found:
        return found
    reason = f"needs {program} (Debian package {package})"
    if os.environ.get("PAIRING_NO_SKIP") == "1":
        pytest.fail(reason)
    pytest.skip(reason)
