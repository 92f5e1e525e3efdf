"""What programs may send, and what they get: the models that check, write and document it."""
