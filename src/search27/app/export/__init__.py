"""An answer with its sources, to take along: Markdown, Word, and bibliographies."""
