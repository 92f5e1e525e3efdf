"""The differences between two versions of a base, and the patients who see them."""
