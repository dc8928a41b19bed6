"""The viewer for DICOM pictures: `viewer.DicomViewer`."""
