"""``python -m tests.bench [NAME ...] [--json]``: one JSON line a benchmark, ours against the bare library.

Each ``*_bench.py`` holds ``BENCHMARKS = {name: function}``; a function returns ``name``, ``ours``, ``floor``,
``ratio``, ``bound`` and ``unit``, and does the floor's work in the same run. Nothing here fails on a slow machine:
the line tells. ``--json`` is accepted for other programs' sake; the lines are JSON either way.
"""

import argparse
import importlib
import json
import pkgutil
import sys
from collections.abc import Callable, Mapping
from typing import Any

import tests.bench

Benchmark = Callable[[], Mapping[str, Any]]


def collect() -> dict[str, Benchmark]:
    """Return all benchmarks by name."""
    found: dict[str, Benchmark] = {}
    for module in sorted(m.name for m in pkgutil.iter_modules(tests.bench.__path__) if m.name.endswith("_bench")):
        found |= importlib.import_module(f"tests.bench.{module}").BENCHMARKS
    return found


def main() -> int:
    """Run the named benchmarks, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--list", action="store_true", help="print the names only")
    args = parser.parse_args()
    benchmarks = collect()
    if args.list:
        print("\n".join(benchmarks))
        return 0
    unknown = set(args.names) - set(benchmarks)
    if unknown:
        print(f"no such benchmark: {', '.join(sorted(unknown))}; there are: {', '.join(benchmarks)}", file=sys.stderr)
        return 2
    for name in args.names or benchmarks:
        measured = benchmarks[name]()
        line = {key: round(value, 4) if isinstance(value, float) else value for key, value in measured.items()}
        print(json.dumps(line, ensure_ascii=False), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
