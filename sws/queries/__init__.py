"""Questions about a round: named views over its tables, and the story of one problem."""

from sws.queries.rounds import find_round, open_round

__all__ = ["find_round", "open_round"]
