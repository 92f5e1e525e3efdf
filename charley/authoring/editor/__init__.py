"""What an editor asks about a base: where a name is defined and used, and what it means."""
