"""Pixels without a screen: DICOM bytes to display levels. Knows no Qt.

The order is PS3.3 C.11: `dataset` (bytes to attributes) → `decode` (stored values) →
`modality` (HU and the like) → `resample` (stored integers at viewport size) → `voi` and
`pipeline` (display levels). `series`, `geometry` and `source` say what belongs together,
`cache` and `loader` bring it in time.

pydicom, imagecodecs and cv2 are imported inside the functions that use them, so that
importing this package never delays the first window.
"""
