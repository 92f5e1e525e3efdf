"""A conversation: what was told, in order, and how it is kept and replayed."""
