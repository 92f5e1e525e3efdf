"""What follows: the meaning of a base for one record, and everything worked out from it."""
