"""Tells why a record is, or is not, in step with a connection.

The door is ``record.of_record`` and, from the other side, ``remote.of_remote``. Both ask
the judges that previews and runs ask, so that what is told is what is done. Sentences
are in ``words``: one for every reason, outcome and match there is.
"""
