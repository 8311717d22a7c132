"""Requests that schemathesis derives from `schema.graphql`: what the schema allows, and what it does not."""

import itertools

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings, strategies
from schemathesis.generation import GenerationMode
from schemathesis.generation.feedback import FeedbackSources
from schemathesis.graphql import nodes

# Of one operation in a row. Small, so that a short storm meets every operation as well.
BATCH = 4


def load(path):
    """The schema of the file: strangers are not told it by the server."""
    # Mostly of the past: whoever asks for the state at a position to come waits for it.
    positions = strategies.sampled_from([*range(0, 90, 3), 2**31, 2**63, 2**64]).map(str)
    # Of values that JSON has and literals can say.
    json = strategies.one_of(strategies.text(max_size=8).map(nodes.String), strategies.integers(-9, 9).map(nodes.Int))
    schemathesis.graphql.scalar("EventPosition", positions.map(nodes.String))
    schemathesis.graphql.scalar("Seconds", strategies.integers(-1, 100_000).map(nodes.Int))
    schemathesis.graphql.scalar("JSON", json)
    return schemathesis.graphql.from_path(path)


class Derived:
    """All operations, and the ids that answers told: they come back in later requests."""

    def __init__(self, schema):
        self.operations = [result.ok() for result in schema.get_all_operations()]
        self.pool = schema.create_extra_data_source()

    def requests(self, wanted, first_seed, ask):
        """Asks so many: each operation in turn, now as the schema has it and now against it. The same seed gives the same requests, but
        for the ids in them."""
        asked = 0
        for number in itertools.count():
            for operation in self.operations:
                if asked >= wanted:
                    return
                mode = GenerationMode.NEGATIVE if number % 4 == 3 else GenerationMode.POSITIVE
                asked += self.batch(operation, mode, min(BATCH, wanted - asked), first_seed + number, ask)

    def batch(self, operation, mode, size, number, ask):
        cases = operation.as_strategy(generation_mode=mode, feedback=FeedbackSources(extra_data_source=self.pool))
        asked = []

        @seed(number)
        @settings(max_examples=size, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
        @given(cases)
        def each(case):
            # Hypothesis may try more than it was asked for.
            if len(asked) < size:
                asked.append(case)
                self.pool.record_response(operation=operation, response=ask(case), case=case)

        each()
        return len(asked)
