"""Who stands behind the Fetcher seam: http (live), replay (recorded answers)."""
