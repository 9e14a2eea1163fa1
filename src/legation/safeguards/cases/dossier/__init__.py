"""The sanctions dossier: what a proposal to list a person or a body has to show, and its gaps."""
