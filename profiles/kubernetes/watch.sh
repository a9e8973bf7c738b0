#!/bin/sh
# What Snakemake starts beside itself: it creates, follows and deletes the Jobs of this run.
exec python -m sws.workflow.pods watch "$(dirname "$0")/job.yaml"
