"""执法案件 · The rules of an enforcement case by stage of its life (domain/lifecycle.md b.7); pure functions."""
