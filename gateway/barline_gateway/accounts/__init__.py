"""Who is calling: users, their API keys, what these may do and how often."""
