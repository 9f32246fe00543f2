"""Programs outside Python that tests ask for a second opinion."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from msgspec import Struct


def need(program: str, package: str) -> str:
    """Return the program's path; skip the test where it is missing, or fail where CI permits no skip."""
    found = shutil.which(program)
    if found:
        return found
    reason = f"needs {program} (Debian package {package})"
    if os.environ.get("PAIRING_NO_SKIP") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


class Office(Struct, frozen=True):
    """LibreOffice with settings of its own, made once a run: making them takes as long as a file."""

    home: Path

    def convert(self, to: str, folder: Path, *files: Path, program: str = "soffice", package: str = "libreoffice-calc",
                **environment: str) -> Path:
        """Let it open files and save each anew as another kind; return where the first one is."""
        command = (need(program, package), f"-env:UserInstallation={self.home.as_uri()}", "--headless",
                   "--convert-to", to, "--outdir", str(folder), *map(str, files))
        subprocess.run(command, check=True, capture_output=True, timeout=120, env={**os.environ, **environment})
        return folder / f"{files[0].stem}.{to.partition(':')[0]}"
