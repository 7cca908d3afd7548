"""档案各部分 · The sections of an enterprise's file: each is what one read model tells of the enterprise."""
