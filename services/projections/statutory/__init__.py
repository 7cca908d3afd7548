"""法定报表 · The periodic tables that are reported upward: rows are filters, columns are indicators, both data (*.toml)."""
