"""ASN.1 modules and Diameter grammar to Python modules: `python -m mkef_codecs.generate`."""
