"""What changes for whom between two versions of a base."""
