"""DICOM objects this program writes: presentation states, key objects, measurements, captures."""
