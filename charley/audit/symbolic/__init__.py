"""The base as formulas over every possible patient, for a solver."""
