"""How the program of a plan is run: with numpy, or with machine code made by numba."""
