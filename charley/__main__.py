"""`python -m charley` is the command `charley`."""

from charley.cli import main

if __name__ == "__main__":
    main(prog_name="charley")
