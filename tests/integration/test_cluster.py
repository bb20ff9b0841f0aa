"""The embedded PostgreSQL: wherever it lies, however it ended, it comes back with all it had confirmed."""

import os
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from webapp.cluster import Cluster, ClusterError


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path / "дані Олени" / "pg")
    with cluster:
        cluster.create_database("blakyt")
        cluster.sql("CREATE TABLE kept AS SELECT 1 AS one")
        yield cluster


def server(cluster: Cluster) -> psutil.Process:
    return psutil.Process(int((cluster.folder / "postmaster.pid").read_text().split("\n")[0]))


def test_it_is_durable_private_and_the_same_in_every_language(cluster: Cluster):
    shown = [cluster.sql(f"SHOW {name}") for name in ("fsync", "jit", "plan_cache_mode", "listen_addresses")]
    assert shown == ["on", "off", "force_generic_plan", ""]
    assert cluster.sql("SELECT upper('їжак')") == "ЇЖАК"
    assert cluster.folder.stat().st_mode & 0o777 == 0o700


def test_a_database_is_made_once(cluster: Cluster):
    cluster.create_database("blakyt")
    assert cluster.sql("SELECT count(*) FROM pg_database WHERE datname = 'blakyt'") == "1"


def test_what_a_killed_server_had_confirmed_is_there_again(cluster: Cluster):
    server(cluster).kill()
    cluster.start()
    assert cluster.sql("SELECT one FROM kept") == "1"


def test_a_start_ends_the_server_that_a_killed_run_has_left(cluster: Cluster):
    left = server(cluster)
    Cluster(cluster.folder).start()
    assert not left.is_running() or left.status() == psutil.STATUS_ZOMBIE
    assert server(cluster).pid != left.pid
    assert cluster.sql("SELECT one FROM kept") == "1"


def test_a_pid_file_that_names_a_stranger_ends_nobody(cluster: Cluster):
    cluster.stop()
    (cluster.folder / "postmaster.pid").write_text(f"{os.getpid()}\n")
    cluster.start()
    assert cluster.sql("SELECT one FROM kept") == "1"


def test_a_first_start_that_was_killed_half_way_is_made_anew(tmp_path: Path):
    (tmp_path / "pg.new").mkdir()
    (tmp_path / "pg.new" / "PG_VERSION").write_text("18\n")
    with Cluster(tmp_path / "pg", durable=False) as cluster:
        assert cluster.sql("SELECT 1") == "1"
    assert not (tmp_path / "pg.new").exists()


def test_a_path_too_long_for_a_socket_is_no_obstacle(tmp_path: Path):
    with Cluster(tmp_path / ("x" * 100) / "pg", durable=False) as cluster:
        assert cluster.sql("SELECT 1") == "1"


def test_a_cluster_of_another_version_is_named_and_left_alone(cluster: Cluster):
    cluster.stop()
    (cluster.folder / "PG_VERSION").write_text("16\n")
    with pytest.raises(ClusterError, match="PostgreSQL 16"):
        cluster.start()
    (cluster.folder / "PG_VERSION").write_text("18\n")
