"""Cases: played through every reading, and what they cover."""
