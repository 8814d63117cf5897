"""Pictures of strangers made harmless: picture_cleaner starts picture_worker, a process of its own, for each."""
