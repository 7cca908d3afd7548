"""统计之内 · What the tallies are made of: marks of single things, their differences, sums of differences up to a position."""
