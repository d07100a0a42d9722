"""Who stands behind the Publisher seam: folder, memory."""
