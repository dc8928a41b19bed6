"""How it travels: REST, the WebSocket, DICOMweb; no Qt."""
