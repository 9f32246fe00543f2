"""Who vouches for bytes: keys, certificates, signatures and verdicts."""
