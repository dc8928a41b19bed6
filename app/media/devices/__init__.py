"""Real cameras, microphones and loudspeakers through QtMultimedia, loaded when first asked for."""
