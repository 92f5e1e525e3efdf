"""What is said of a patient, put together from what a base decides about the record."""
