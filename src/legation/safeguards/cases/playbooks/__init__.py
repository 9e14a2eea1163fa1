"""Playbooks: what to do first, by whom and by when, offered in the case and ticked off."""
