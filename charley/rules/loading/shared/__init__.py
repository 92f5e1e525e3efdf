"""What is given once and used in many places: thresholds, and vocabularies that several bases share."""
