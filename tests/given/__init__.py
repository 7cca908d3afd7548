"""给定 · Stories that tests begin from."""
