"""The conversation: questions are shown, typed lines are read, and results are shown."""
