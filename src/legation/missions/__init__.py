"""What is protected: missions, their channels and papers, official voices, and the talks ahead."""
