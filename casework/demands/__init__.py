"""Demands on officers: too much, past others, or an instruction (rows 5 and 6). Flagged, then considered."""
