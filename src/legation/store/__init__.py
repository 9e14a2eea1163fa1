"""Where facts are kept: objects, observations, audit, outbox. All SQL lives here."""
