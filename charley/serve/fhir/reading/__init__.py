"""What resources of FHIR say of one patient, as answers: nothing that is missing is ever taken for a no."""
