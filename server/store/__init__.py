"""What lasts: the database, the objects in a folder, and the bus of committed facts."""
