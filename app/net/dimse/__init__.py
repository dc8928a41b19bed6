"""The DICOM message exchange (PS3.7, PS3.8) by pynetdicom; imported only where it is used."""
