"""Which token is meant: a name alone, so that a window can remember it without loading what signs."""

from pathlib import Path

from msgspec import Struct


class TokenPlace(Struct, frozen=True):
    """Where a token's key is: the maker's library, the token's label and the key's, both needed only among several."""

    module: Path
    token: str = ""
    key: str = ""

    @property
    def name(self) -> str:
        """Return what the token is called in sentences."""
        return self.token or self.module.stem
