"""Small programs that benches start as processes of their own."""
