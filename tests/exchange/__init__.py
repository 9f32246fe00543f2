"""Files that travel."""
