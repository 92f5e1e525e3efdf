"""What can be known about a patient: the vocabulary, records, units, answers as people type them."""
