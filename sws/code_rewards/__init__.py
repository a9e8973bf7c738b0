"""Rewards for code: solutions run against unit tests in a sandbox; passed / total."""

from sws.code_rewards.extract import extract_code
from sws.code_rewards.rewards import InputOutput, Score, TestResult, score
from sws.code_rewards.sandbox import Limits, Sandbox

__all__ = ["InputOutput", "Limits", "Sandbox", "Score", "TestResult", "extract_code", "score"]
