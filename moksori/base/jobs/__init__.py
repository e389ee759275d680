"""Work that runs later: leases, retries, schedules."""
