"""What is said as resources of FHIR. Each is complete by itself, and says what it is for in its narrative."""
