"""Search over clauses: one protocol, an engine over the clauses at hand (``memory``) and one over a corpus (``local``)."""
