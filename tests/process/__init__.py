"""The real trainer and the real app as real processes: started, stopped, killed, started again."""
