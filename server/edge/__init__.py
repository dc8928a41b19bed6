"""A county's edge: a sealed cache of images before the centre, and a relay of uploads to it."""
