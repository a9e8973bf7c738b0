"""Snakemake's jobs as Jobs of Kubernetes, for its executor `cluster-generic`.

One process per run talks to the cluster: `watch`, which Snakemake starts and stops with itself. The
commands that Snakemake calls for each job, `submit` and `status`, only leave and read files in
`.snakemake/pods`, so that hundreds of jobs cost neither connections nor imports.
"""
