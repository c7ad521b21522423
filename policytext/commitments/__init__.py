"""Who owes what by when: what clauses say is to be done, how strongly, by whom, until which day."""

from policytext.commitments.finding import Amount, Commitment, Deadline, Responsible, find_commitments, scale

__all__ = ["Amount", "Commitment", "Deadline", "Responsible", "find_commitments", "scale"]
