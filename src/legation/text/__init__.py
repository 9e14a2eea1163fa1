"""What several rooms need to know about text: normal forms, fingerprints, languages."""
