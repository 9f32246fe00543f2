"""Files that travel: the packet and what it holds."""
