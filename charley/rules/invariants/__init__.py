"""The language of `invariants.yaml`: claims about every possible patient."""
