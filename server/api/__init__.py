"""Parse, ask the rules, answer: REST, the socket and DICOMweb."""
