"""What a base says of itself and of its claims: source, policy, evidence, review, hazards."""
