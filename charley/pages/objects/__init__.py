"""What objects of the library show of themselves: as text, Markdown and HTML."""
