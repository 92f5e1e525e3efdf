"""What the words around a phrase do to it: deny it, doubt it, tell it of another person or of the past."""
