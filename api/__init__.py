"""Pages, endpoints and commands: words and formats for what `graph` computes."""
