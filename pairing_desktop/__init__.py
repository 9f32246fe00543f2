"""Offline recording, checking, signing and submitting of county pairing work in Zhejiang."""

__version__ = "0.1.0"
