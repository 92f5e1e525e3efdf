"""The commands of this room. None of them imports the solver before it is called."""

from __future__ import annotations

from charley.audit.audit_command import audit
from charley.audit.diff_command import diff
from charley.audit.prove_command import prove
from charley.audit.review_command import review

__all__ = ["audit", "diff", "prove", "review"]
