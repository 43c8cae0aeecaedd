"""What ``daybreak new`` writes: a whole small source, as files that are read and not run.

``source/`` mirrors the repository. Its vendor is called Acme: ``acme`` in names of files and
tables, ``Acme`` in names of classes, ``ACME`` in variables; the command puts the new name there.
"""
