"""Snakemake's jobs as Jobs of Kubernetes on a volume that all pods share."""
