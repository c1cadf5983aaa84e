"""Periodic reports: the complaint and risk report by day, week and month, satisfaction over time, and performance."""
