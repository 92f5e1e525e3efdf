"""Free text to facts: what a person typed, read by phrases, numbers and the scope of negation and doubt."""
