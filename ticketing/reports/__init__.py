"""What supervisors look at: the promise as it stands, load, and satisfaction. Reads every domain; none reads this one."""
