"""Prepared bases, kept between runs as data."""
