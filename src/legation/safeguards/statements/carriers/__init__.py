"""Carriers: how a statement travels. Each is a courtesy; the register is the proof."""
