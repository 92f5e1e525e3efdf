"""A consultation as a conversation: what is asked, what is typed, and what is shown for it."""
