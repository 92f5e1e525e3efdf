"""Approvals on disk: read, given, signed, and held to what the base means now."""
