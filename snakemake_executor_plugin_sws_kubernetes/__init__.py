"""Snakemake finds executors by the names of installed packages; this one's code is in sws."""

from sws.workflow.pods.executor import Executor, ExecutorSettings, common_settings

__all__ = ["Executor", "ExecutorSettings", "common_settings"]
