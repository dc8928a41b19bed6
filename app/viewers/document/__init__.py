"""The viewer for PDFs, structured reports, key images and texts: `viewer.DocumentViewer`."""
