"""The consultation in a browser, and the pages about the rules."""
