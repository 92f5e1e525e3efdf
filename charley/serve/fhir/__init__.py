"""FHIR: resources in and out, and the adaptive questionnaire."""
