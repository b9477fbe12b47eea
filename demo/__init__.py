"""The demonstration: a council that does not exist, its people, two years of its casework, and a way in.

Installed only where EVENHAND_DEMO=1 (protocol_site/settings.py), which production refuses.
"""
