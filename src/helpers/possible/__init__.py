"""Every trial that a few printed numbers allow: arms, sizes and P values in; ranges and shares out.

Nothing here knows a particular study, reads a file or draws. A *history* is one way in which the
responders of two arms can fall on the scheduled visits, patients not being told apart.

- `counts`      which integers, and which arm sizes, a printed percentage allows
- `histories`   all histories, one by one, when there are up to 3 x 10^9 of them
- `spread`      the exact distribution of time saved
- `bounds`      exact smallest and largest P when there are more
- `dropout`     the same with some patients leaving early, by sampling with a stated error
- `paired`      what two medians and "all increased" settle about n pairs
- `permutation` exact permutation log-rank on a visit grid
- `batched`     the analyses of thousands of count tables at once
- `command`     the same at the command line

`enumerate_histories` and `sample_trials` cut their work in parts for joblib (`jobs=2`: two
processes). Inside `joblib.parallel_config(backend="dask")`, with a `distributed.Client` open,
the same call runs on that cluster. The result is the serial one to the last bit.
"""
