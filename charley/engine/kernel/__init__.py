"""Evaluate it: a network of counters for one patient, bit planes for many."""
