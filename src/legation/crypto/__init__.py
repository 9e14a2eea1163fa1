"""Keys, signatures and sealing, joined from PyCA cryptography; no primitive is ours."""
