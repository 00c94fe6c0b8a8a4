"""Fetch and parse official sources: one client per protocol, two transports, a catalogue."""
