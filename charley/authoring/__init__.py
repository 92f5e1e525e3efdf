"""Tools for those who write a knowledge base: a first base, its layout, its schemas."""
