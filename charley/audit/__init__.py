"""What can be proved about a knowledge base."""
