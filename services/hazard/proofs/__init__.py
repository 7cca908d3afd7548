"""日志证明 · The log can be proved: its Merkle tree, signed checkpoints of it, and witnesses who keep them."""
