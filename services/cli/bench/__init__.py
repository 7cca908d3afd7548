"""性能测试 · `hazard bench`: every number beside its yardstick, measured in the same run on the same machine."""
