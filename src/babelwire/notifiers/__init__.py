"""Who stands behind the Notifier seam: websub, webhook, apprise, memory."""
