"""The ledger as an auditor reads it: events filtered, explained and exported, with nothing of any case."""
