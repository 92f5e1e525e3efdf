"""What a front end says: one instruction, reasons as sentences, rules in words."""
