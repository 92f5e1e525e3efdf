"""Invariants, proved or refuted by the smallest counterexample."""
