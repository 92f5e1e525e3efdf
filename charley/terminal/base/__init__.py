"""What is shown of a base: its facts, rules and candidates, and its approvals."""
