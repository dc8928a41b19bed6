"""What the screen needs: pure functions from state to frozen props, and Qt item models."""
