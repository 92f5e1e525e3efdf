"""Numbers in a text: found, fitted to a phrase, the newest of several, and as values of a fact."""
