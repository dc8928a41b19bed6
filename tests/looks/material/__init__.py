"""Generated studies that look like medicine and belong to nobody, for looks tests and pictures."""
