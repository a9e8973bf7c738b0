"""vLLM servers that the graph starts for a role: supervised, restarted, shared by its shards."""
