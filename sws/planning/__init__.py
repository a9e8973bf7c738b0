"""Plan before paying: jobs, requests, tokens and GPU-hours, and afterwards what it really cost."""
