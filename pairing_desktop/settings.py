"""What this PC remembers for its user: recent files, looks, window and column sizes. Never any county data.

One JSON file in the user's configuration folder, written atomically; a damaged one is set aside and started anew.
"""

import contextlib
import json
import os
from pathlib import Path
from typing import Any

from platformdirs import user_config_path

FILE_NAME = "settings.json"
RECENT_LIMIT = 12


class Settings:
    """A small dictionary on disk. ``get``/``set`` by dotted name; ``set`` writes at once."""

    def __init__(self, path: Path | None = None) -> None:
        folder = os.environ.get("PAIRING_DESKTOP_CONFIG")
        home = Path(folder) if folder else user_config_path("pairing-desktop", appauthor=False)
        self.path = path or home / FILE_NAME
        self._data = self._read()

    def _read(self) -> dict[str, Any]:
        try:
            data = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError):
            with contextlib.suppress(OSError):
                self.path.replace(self.path.with_suffix(".damaged"))
            return {}
        return data if isinstance(data, dict) else {}

    def get(self, name: str, default: Any = None) -> Any:  # noqa: ANN401  # JSON
        """Return what was remembered under ``name``."""
        return self._data.get(name, default)

    def set(self, name: str, value: Any) -> None:  # noqa: ANN401  # JSON
        """Remember ``value``; a disk that refuses is no reason to stop work, so it is only tried."""
        if self._data.get(name) == value:
            return
        self._data = {**self._read(), name: value}  # another part of the program may have written since
        with contextlib.suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            temporary = self.path.with_suffix(".tmp")
            temporary.write_text(json.dumps(self._data, ensure_ascii=False, indent=1), encoding="utf-8")
            temporary.replace(self.path)

    def add_recent(self, path: Path, *, at: str, label: str) -> None:
        """Put a data file on top of the recent ones."""
        name = str(path.resolve())
        rest = [r for r in self.get("recent", []) if r.get("path") != name]
        self.set("recent", [{"path": name, "at": at, "label": label}, *rest][:RECENT_LIMIT])
