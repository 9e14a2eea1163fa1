"""TAXII 2.1 (OASIS Standard of 10 June 2021), the server's half, without a web library."""
