"""Key directories: one signed text says who may speak, for whom, and what proves it.

`directory` has the values, `text` the bytes that root keys sign, `files` the file that carries
them with the signatures, `roots` the set of root keys and the anchor that people compare, and
`following` the way from an anchor to the newest directory. docs/reference/key-directory.md tells
the formats.
"""
