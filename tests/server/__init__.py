"""The coordination server, against real processes wherever a seam is crossed."""
