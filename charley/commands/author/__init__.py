"""The commands of those who write a knowledge base."""
