"""Where records live: one SQLite file (or PostgreSQL), append-only."""
