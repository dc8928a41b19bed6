"""The coordination server of Huizhen: accounts, consultations, queue, socket and DICOMweb."""
