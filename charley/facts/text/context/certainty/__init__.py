"""Whether it is plain that a fact is denied, or that it is not. Where it is neither, nothing is taken."""
