"""What a face says: one instruction, reasons as sentences, rules in words."""
