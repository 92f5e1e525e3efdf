"""Text with places: YAML and JSON as plain values, models checked when they are read, files written whole."""
