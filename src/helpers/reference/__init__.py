"""Values that R computed in, the same values recomputed here and their differences out.

`stored` reads the files of tests/reference, `recompute` knows which call answers to which stored
value, `compare` puts both side by side, `departures` shows where a library is not followed.
"""
