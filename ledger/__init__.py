"""What happened, as evidence (events in hash chains), and what is to be sent (notices).

It knows ids only and points at nothing above it. docs/adr/0002-ledger.md says why it is so made.
"""
