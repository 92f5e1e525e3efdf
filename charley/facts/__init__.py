"""What can be known about a patient: vocabulary, records, units, and answers as people type them."""
