"""What can be proved of a knowledge base, for every possible patient; needs the extra `charley[audit]`."""
