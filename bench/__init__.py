"""How quick the pages are with many cases: script/bench. Nothing of the product imports it."""
