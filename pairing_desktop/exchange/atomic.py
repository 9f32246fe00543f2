"""Putting a new container in the place of an old one: old or new, never a mixture."""

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from pairing_desktop.errors import system_reason, trouble
from pairing_desktop.signing import container


def replace_container(path: Path, files: Mapping[str, bytes]) -> None:
    """Write the container beside itself, make it durable, then let it take the place. Raises ``Trouble``."""
    temporary = None
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".tmp", delete=False) as out:
            temporary = Path(out.name)
            container.write(files, out)
            out.flush()
            os.fsync(out.fileno())
        shutil.copymode(path, temporary)
        temporary.replace(path)
    except OSError as error:
        raise trouble("exchange.cannot_write", file=path.name, reason=system_reason(error)) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
