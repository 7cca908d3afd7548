"""合同 · The published language: what other services and other systems may rely on."""
