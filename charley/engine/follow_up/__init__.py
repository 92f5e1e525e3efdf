"""Questions that a person asks after a differential: recognised, answered, or refused as not answerable."""
