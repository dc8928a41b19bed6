"""The viewer for curves, electrocardiograms first: `viewer.WaveformViewer`."""
