"""待办之内 · What is to be done about hazards: told from events, kept in the ledger, listed by whom it waits for."""
