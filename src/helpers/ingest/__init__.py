"""Raw tables in, the tables that the study analyses out, step by step."""
