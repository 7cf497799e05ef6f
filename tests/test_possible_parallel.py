"""One call, four ways to run it: serially, in processes, in threads, and on a Dask cluster."""

import dataclasses

import joblib
import pandas as pd
import pytest
from distributed import Client, LocalCluster, get_task_stream

from helpers.possible.dropout import printed_arm, sample_trials
from helpers.possible.histories import enumerate_histories


@pytest.fixture(scope="module")
def dask_client():
    """Two workers, each a process of its own, as on two machines."""
    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client


def enumerated(jobs):
    """All fields of a HistoryRange; the frame apart, as `==` of frames is no single truth."""
    found = enumerate_histories(
        sizes=(24, 24), responders=(23, 17), visits=4, weeks=(12, 24, 48, 96), jobs=jobs
    )
    fields = {f.name: getattr(found, f.name) for f in dataclasses.fields(found)}
    return fields, fields.pop("p_histogram")


def sampled(jobs):
    arms = [printed_arm(size=24, percent=p, visits=5, censored_at_most=2) for p in ("95.8", "70.8")]
    return sample_trials(arms=arms, visits=5, draws=4000, seed=3, jobs=jobs)


@pytest.fixture(scope="module")
def serial():
    return enumerated(1), sampled(1)


def check_same(serial):
    (fields, histogram), sample = serial
    found, frame = enumerated(2)
    assert found == fields
    pd.testing.assert_frame_equal(frame, histogram, check_exact=True)
    assert sampled(2) == sample


@pytest.mark.parametrize("backend", ["loky", "threading"])
def test_two_processes_or_threads_give_the_serial_result_to_the_last_bit(serial, backend):
    with joblib.parallel_config(backend=backend):
        check_same(serial)


def test_two_dask_workers_give_the_serial_result_to_the_last_bit(serial, dask_client):
    with joblib.parallel_config(backend="dask"):
        check_same(serial)


def test_both_dask_workers_take_part(dask_client):
    with get_task_stream(dask_client) as stream, joblib.parallel_config(backend="dask"):
        enumerated(2)
    workers = dask_client.scheduler_info()["workers"]
    assert {task["worker"] for task in stream.data} == set(workers)
    assert len(workers) == 2
