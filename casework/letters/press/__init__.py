"""Sets a letter as a PDF. Plain Python, run in a process of its own: `python -m casework.letters.press`.

The library that draws is a compiler of half a million lines. What it does with a text that nobody thought
of (a crash, no end, all the memory) it does here, where `casework/letters/pdf.py` ends it, and not in the
web's process. Nothing here may import Django.
"""
