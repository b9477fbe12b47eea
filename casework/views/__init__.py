"""The pages of cases of every kind: home, lists, the case, the overview, copies."""
