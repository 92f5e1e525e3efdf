"""Text with places: YAML and JSON as plain values, models checked at the door, files written whole."""
