"""Transparency logs: what was published once can be shown to anybody and taken back by nobody.

`merkle` and `tiles` know trees and the static files they live in, `notes`, `checkpoints`
and `keys` what is signed and by whom, `policies` and `proofs` what a verifier asks, all of
them pure. `writing` appends durably, `grouping` for many threads at once, `checking` reads a
whole log back, and `witnessing` decides whether a witness may cosign. The formats are C2SP's;
docs/reference/log.md tells them.
"""
