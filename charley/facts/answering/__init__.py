"""What a person types for an answer, as the answer that is meant."""
