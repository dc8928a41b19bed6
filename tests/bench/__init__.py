"""`./dev bench`: what the product does, measured beside what it is compared with."""
