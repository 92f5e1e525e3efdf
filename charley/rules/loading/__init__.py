"""From files to a checked knowledge base, with every problem at its place."""
