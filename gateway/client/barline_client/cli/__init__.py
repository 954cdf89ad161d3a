"""`barline` on the command line."""
