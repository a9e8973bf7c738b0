"""Reinforcement learning with verifiable rewards, with every rollout on record."""
