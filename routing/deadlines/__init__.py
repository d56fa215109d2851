"""What time brings: steps of SLA clocks, and offers that nobody answered. Swept as rows that are due; nothing waits in
a job."""
