"""Why: how, why, why not, what if, contrast, the smallest change, fragility."""
