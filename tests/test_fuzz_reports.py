"""Report folders spoiled at random: the audit refuses them with every fault, or makes its page.

A short run of `python -m fuzz.reports`; the seeds of longer runs begin at 0.
"""

import random

import pytest

from fuzz.reports import BASES, spoil, tried

SEEDS = range(30_000_000, 30_000_080)


@pytest.mark.parametrize("part", range(4))
def test_no_spoiled_report_ends_in_a_traceback(part):
    found = {seed: tried(seed)[0] for seed in SEEDS[part::4]}
    assert {s: said for s, said in found.items() if said not in ("refused", "audited")} == {}
    assert {"refused", "audited"} <= set(found.values())


def test_a_seed_spoils_alike_each_time(tmp_path):
    texts = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        text = (BASES[0] / "report.toml").read_text(encoding="utf-8")
        (folder / "report.toml").write_text(text, encoding="utf-8")
        spoil(folder, random.Random(5))
        texts.append((folder / "report.toml").read_bytes())
    assert texts[0] == texts[1] != text.encode()
