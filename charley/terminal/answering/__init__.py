"""What a person types for an answer at a prompt, as the answer that is meant."""
