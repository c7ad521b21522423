"""The local page: the commands' answers for people who would rather look than read."""
