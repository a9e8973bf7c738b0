"""Engines answer requests; one small contract for vLLM, HTTP servers and the textbook."""

from sws.engines.ask import ask
from sws.engines.open import open_engine, open_student
from sws.engines.request import Engine, Request, Response, Sampling

__all__ = ["Engine", "Request", "Response", "Sampling", "ask", "open_engine", "open_student"]
