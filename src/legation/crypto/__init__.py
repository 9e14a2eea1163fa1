"""Keys, signatures and sealing, joined from PyCA cryptography; no primitive is ours.

`keys` holds a desk's secrets, `key_files` keeps them on disk (`locked_files` says how),
`signing` signs and verifies, `sealing` and `sealed_files` hide what lies at rest, `log` makes
what was published provable by anybody, and `directory` says who may speak, by keys that
`holder_files` or `tokens` keep. Each first proves the primitives it stands on (`selftest`).
No function takes an algorithm, a nonce or a strength, and none answers a check with a bool: a
check that fails raises.
"""
