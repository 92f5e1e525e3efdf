"""How things look, and how they are asked, in a terminal."""
