"""Columns of Arrow, read into planes."""
