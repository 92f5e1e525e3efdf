"""Small mistakes planted in rules, and whether cases or invariants notice them."""
