"""How fast the kernel is, beside other engines on the same rules and patients: `python -m benchmarks`."""
