"""What is read on paper or in a browser."""
