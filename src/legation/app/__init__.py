"""Assembles the parts and decides nothing: homes, imports, runs of detectors, their record.

The two doors, command line and desk, come here; the rooms below know nothing of each
other. `docs/adr/0008` says how a run travels through these modules.
"""
