"""From a file to rows in the database: reading, guessing, parsing, staging, matching, writing."""
