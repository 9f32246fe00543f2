"""The most memory that this process ever held.

Not ``ru_maxrss``: a child of a big parent begins with the parent's peak, so that benchmarks run one after the other
would measure each other.
"""

from pathlib import Path


def peak() -> float:
    """Return megabytes, as the kernel counts them since the program was loaded (VmHWM)."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    told = next(line for line in lines if line.startswith("VmHWM:"))
    return int(told.split()[1]) / 1024
