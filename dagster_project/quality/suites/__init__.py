"""One module per table, named as the table: `suite(entry, candidate, previous)` gives its checks."""
