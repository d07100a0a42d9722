"""How the desk's jobs are driven: loop (one process, threads)."""
