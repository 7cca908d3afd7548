"""程序库自带的用例 · The event store library's own test cases, unaltered, on our recorders and a real PostgreSQL.

Of the cases in eventsourcing.tests those about recorders of events run: aggregate, application (with the one it calls
optional), ids that do not interleave, and the example application. Those for tracking and process recorders do not:
each reader of our log keeps its checkpoint beside its own tables, so there is no such recorder, and insert_events
refuses a tracking record rather than lose it. Those for factories, mappers and transcoders are about parts of the
library that are used as they come.
"""

from collections.abc import Iterator
from unittest import TestCase

import pytest
from eventsourcing.persistence import InfrastructureFactory
from eventsourcing.postgres import PostgresDatastore, PostgresFactory
from eventsourcing.tests.application import ExampleApplicationTestCase
from eventsourcing.tests.persistence import (
    AggregateRecorderTestCase,
    ApplicationRecorderTestCase,
    NonInterleavingNotificationIDsBaseCase,
)

from given.stock import environment
from services.hazard.recorder import LogRecorder, StreamRecorder


class OnOurLog(TestCase):
    """Gives each case an empty log of its own, and the library's factory set up for it."""

    @pytest.fixture(autouse=True)
    def _empty_log(self, database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        given = environment(database, POSTGRES_MAX_OVERFLOW="20")
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        factory = InfrastructureFactory.construct(given)
        assert isinstance(factory, PostgresFactory)
        with factory:
            self.factory = factory
            yield

    @property
    def datastore(self) -> PostgresDatastore:
        return self.factory.datastore


class TestStreamRecorder(OnOurLog, AggregateRecorderTestCase):
    def create_recorder(self) -> StreamRecorder:
        return StreamRecorder(self.datastore)


class TestLogRecorder(OnOurLog, ApplicationRecorderTestCase):
    def create_recorder(self) -> LogRecorder:
        recorder = self.factory.application_recorder()
        assert type(recorder) is LogRecorder
        return recorder

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestOrderOfPositions(OnOurLog, NonInterleavingNotificationIDsBaseCase):
    def create_recorder(self) -> LogRecorder:
        return LogRecorder(self.datastore)


class TestExampleApplication(OnOurLog, ExampleApplicationTestCase):
    expected_factory_topic = "eventsourcing.postgres:PostgresFactory"


del (  # a module's own names are collected as its tests
    AggregateRecorderTestCase,
    ApplicationRecorderTestCase,
    ExampleApplicationTestCase,
    NonInterleavingNotificationIDsBaseCase,
    OnOurLog,
)
