"""A number as a person or a laboratory writes it: plain, in words, within bounds, or since a date."""
