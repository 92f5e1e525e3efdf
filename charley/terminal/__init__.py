"""The terminal: what is printed, and the conversation."""
