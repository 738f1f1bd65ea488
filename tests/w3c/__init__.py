"""The W3C's SPARQL suites, run over HTTP against any server: `python -m tests.w3c URL…`."""
