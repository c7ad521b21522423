"""Search over clauses: one protocol, engines over clauses at hand (``memory``), a corpus (``local``), a cluster (``cluster``)."""
