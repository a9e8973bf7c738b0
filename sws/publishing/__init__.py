"""A finished round as a data set on the Hugging Face Hub, and the way back into a run."""
