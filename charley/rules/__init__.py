"""What is believed: rules, candidates, instruments, cases and the knowledge base that holds them."""
