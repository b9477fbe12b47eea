"""Letters: what was sent to the member, on paper, in the officer's own name. See docs/adr/0012-letters.md."""
