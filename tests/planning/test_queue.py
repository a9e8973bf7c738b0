"""What `squeue` says, in lines for people; tests/cluster/test_slurm.py asks the real one."""

from sws.planning.queue import QueuedJob, in_words


def job(number: int, state: str, where: str) -> QueuedJob:
    return QueuedJob(str(number), f"label 1_{number:02d}", state, "1:05", where)


def test_nothing_is_said_of_an_empty_queue() -> None:
    assert list(in_words([])) == []


def test_running_jobs_come_first_and_waiting_ones_say_why() -> None:
    jobs = [job(n, "PENDING", "(Priority)") for n in range(20)]
    jobs += [job(40, "PENDING", "(Resources)"), job(41, "RUNNING", "node7")]
    jobs += [job(42, "NODE_FAIL", "node3")]
    lines = list(in_words(jobs, shown=3))
    assert lines == [
        "Slurm: 1 running, 21 waiting (Priority 20, Resources 1), "
        "1 ended badly a moment ago (node_fail 1)",
        "  41  label 1_41: running, 1:05, node7",
        "  42  label 1_42: node_fail, 1:05, node3",
        "  0  label 1_00: pending, 1:05, (Priority)",
        "  and 20 more (`squeue --me`)",
    ]
