"""What is true: frozen states, pure reducers, one owner."""
