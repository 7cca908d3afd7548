"""文书 · What an office hands out on paper: its content, its Word and PDF, its number, and whether it is genuine."""
