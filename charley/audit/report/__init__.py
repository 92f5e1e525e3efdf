"""The audit report, as HTML, Markdown and JSON, and for other tools."""
