"""The shapes of a screen: a list to tick, or a form."""
