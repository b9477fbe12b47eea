"""Looks inside a file that a stranger may have made. Plain Python, run in a process of its own.

The parsers of pictures, PDFs and archives are where hostile files do their harm, so nothing here runs in
the web's process: `documents/inspecting.py` starts `python -m documents.inspection` with little time, little
memory and none of our settings. Nothing here may import Django.
"""
