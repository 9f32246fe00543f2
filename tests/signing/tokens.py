"""A SoftHSM2 token with a key of its own: what token tests share. One folder of tokens a run, one token a test."""

import os
import subprocess
import uuid
from pathlib import Path

from msgspec import Struct

from pairing_desktop.signing.token_place import TokenPlace
from tests import outside_tools

PIN, SO_PIN = "24681357", "87654321"
MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so")


class Hsm(Struct, frozen=True):
    """Where the run's tokens are."""

    folder: Path
    module: Path

    def token(self, label: str = "") -> TokenPlace:
        """Make one more token, with a PIN."""
        label = label or f"UKey {uuid.uuid4().hex[:8]}"
        self.tool("--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", SO_PIN)
        return TokenPlace(self.module, label)

    def tool(self, *words: str) -> str:
        done = subprocess.run(["softhsm2-util", *words], capture_output=True, text=True, check=True)
        return done.stdout

    def pull(self, place: TokenPlace) -> None:
        """Take the token away, as pulling it out does."""
        self.tool("--delete-token", "--token", place.token)


def hsm(folder: Path) -> Hsm:
    """Point SoftHSM2 at a folder, once a process: it has one configuration."""
    outside_tools.need("softhsm2-util", "softhsm2")
    module = next(Path(m) for m in MODULES if Path(m).is_file())
    tokens = folder / "tokens"
    tokens.mkdir()
    settings = folder / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {tokens}\nobjectstore.backend = file\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(settings)
    return Hsm(tokens, module)
