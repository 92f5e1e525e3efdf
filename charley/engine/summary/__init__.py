"""What a face says of a differential: one instruction, and the reasons as sentences."""
