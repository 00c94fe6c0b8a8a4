"""Backtests over real figures: where they are read from, which are run, and what is written of them."""
