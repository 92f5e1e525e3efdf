"""What the files of a base may hold: one table of kinds, from which schemas and reference are made."""
