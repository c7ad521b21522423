"""What documents of a corpus say of each other: rows from the corpus."""
