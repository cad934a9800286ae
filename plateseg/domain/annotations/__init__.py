"""Annotation files of other tools: read into answers about photographs, and written from masks.

records.py says what is read, shapes.py and runs.py draw it, contours.py turns masks into polygons; one file a format.
"""
