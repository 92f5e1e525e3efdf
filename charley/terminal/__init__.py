"""How things look and are asked in a terminal."""
