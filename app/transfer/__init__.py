"""A child process: uploads, downloads, hashing and encryption; it may outlive the window."""
