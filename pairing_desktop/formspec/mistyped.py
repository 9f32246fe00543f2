"""What an expression was meant to be that was written as on paper: full-width signs, Chinese quotes, ≥, one =."""

import ast
import re

_QUOTED = re.compile(r"""("[^"]*"|'[^']*'|“[^”]*”|‘[^’]*’)""")
_SIGNS = str.maketrans({**{chr(sign + 0xFEE0): chr(sign) for sign in range(0x21, 0x7F)},
                        "≥": ">=", "≤": "<=", "≠": "!=", "×": "*", "÷": "/", "−": "-", "、": ",", "\u3000": " "})
_LONE_EQUALS = re.compile(r"(?<![<>!=])=(?!=)")


def meant(text: str) -> str:
    """Return the expression in the signs that are understood, "" where it would not be understood either."""
    parts = _QUOTED.split(text.strip())
    typed = "".join(f'"{part[1:-1]}"' if place % 2 else part.translate(_SIGNS) for place, part in enumerate(parts))
    candidates = (typed, _LONE_EQUALS.sub("==", typed))
    return next((found for found in candidates if found != text.strip() and _parses(found)), "")


def _parses(text: str) -> bool:
    try:
        ast.parse(text, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
