"""Values that R computed in, the same values recomputed here and their differences out.

`stored` reads the files of tests/reference; `counts`, `changes`, `arms`, `times`, `limits` and
`chance` hold, topic by topic, which call of ours answers to which stored value; `methods` joins
them; `compare` puts both sides side by side; `departures` shows where a library is not followed.
"""
