"""What a page finds of the names that its cells bound: results without a row are no missing name."""

import json

from helpers import results
from helpers.present import bound


def page(tmp_path, *kept):
    outputs = [{"output_type": "display_data", "data": {results.BOUND: k}} for k in kept]
    path = tmp_path / "02_x.ipynb"
    path.write_text(json.dumps({"cells": [{"id": "a", "outputs": outputs}, {"id": "b"}]}))
    return str(path)


def test_a_name_bound_to_no_row_is_empty_and_an_unknown_one_is_missing(tmp_path):
    row = {"key": "full.a", "label": "derived", "value": 1.0}
    path = page(tmp_path, {"name": "none"}, {"name": "full", "records": [row]})
    assert bound.empty(path, "none")
    assert not bound.empty(path, "full")
    assert not bound.empty(path, "unheard-of")
