"""What another service is asked for, so that an enquiry can be answered (docs/adr/0014-contributions.md)."""
