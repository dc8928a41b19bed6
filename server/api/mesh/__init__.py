"""Several server processes of one site: who is where, and calls that span them."""
