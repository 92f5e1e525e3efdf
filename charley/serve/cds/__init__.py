"""CDS Hooks: cards for a clinician's own software."""
