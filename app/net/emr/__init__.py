"""The hospital's record: FHIR R4 over fhirclient (`hospital`), read with patience (`reading`)."""
