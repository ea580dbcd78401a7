"""The rule book as tables of rules over frames; each rule with its reason, decision and source."""
