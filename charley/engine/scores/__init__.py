"""Clinical scores of one patient: item by item, and as questions that finish them."""
