"""What a result looks like in a terminal: on a screen, whole, for a patient, and as a page."""
