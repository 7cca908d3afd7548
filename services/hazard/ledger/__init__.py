"""台账导入 · An office's Excel ledger: read, planned as the commands its rows prove, and handed back."""
