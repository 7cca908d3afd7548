"""检查 · An inspection visit by stage: planned, started, answered item by item, recorded, signed, filed; pure rules."""
