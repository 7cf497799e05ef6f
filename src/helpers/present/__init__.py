"""Records and tidy frames in; text, tables and charts out. Nothing is computed here but layout."""
