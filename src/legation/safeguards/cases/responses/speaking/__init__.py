"""Answers that say or ask something of somebody."""
