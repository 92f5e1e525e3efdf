"""The pages, a class for each part of a consultation: what is looked at, and what is sent."""
