"""The embedded FHIR R4 store: the record of an institution that has no server of its own."""
