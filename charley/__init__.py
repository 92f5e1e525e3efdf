"""Charley: a rule-based expert system for differential diagnosis."""
