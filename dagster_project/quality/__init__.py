"""The gate: Great Expectations suites as functions, one per table, run on the parsed candidate."""
