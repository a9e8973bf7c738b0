"""Reinforcement learning with verifiable rewards; every rollout is recorded."""
