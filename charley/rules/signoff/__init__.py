"""Approvals, and what each is bound to: a rule with all that it reaches, the base as a whole, a release."""
