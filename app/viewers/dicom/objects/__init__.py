"""Objects shown over pictures: presentation states, segmentations and structures."""
