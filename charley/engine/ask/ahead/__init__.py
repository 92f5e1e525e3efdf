"""Looking ahead: by which answers a rule that is open could still fire, and how likely they are."""
