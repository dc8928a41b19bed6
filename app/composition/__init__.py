"""Start: every object is built once and passed by constructor; wishes meet their use cases."""
