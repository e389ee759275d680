"""What every step stands on: people, customers, audit, jobs, web, warehouse."""
