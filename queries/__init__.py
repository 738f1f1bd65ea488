"""The questions, one a file, and the reader of their headers."""
