"""The symbols Barline follows, and their bars."""
