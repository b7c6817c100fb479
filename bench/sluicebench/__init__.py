"""Plans the runs of sluice_bench, and makes figures, goals, tables and plots of what it says."""
