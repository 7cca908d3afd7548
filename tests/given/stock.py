"""给定 · The event store library as it comes, set up on a database of ours by its environment alone."""

from psycopg.conninfo import conninfo_to_dict

TOPIC = "services.hazard.recorder:LogRecorder"


def environment(database: str, **more: str) -> dict[str, str]:
    """What a stock application needs to write into our log."""
    given = conninfo_to_dict(database)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "APPLICATION_RECORDER_TOPIC": TOPIC,
        "POSTGRES_DBNAME": str(given["dbname"]),
        "POSTGRES_HOST": str(given["host"]),
        "POSTGRES_PORT": str(given.get("port", "5432")),
        "POSTGRES_USER": str(given["user"]),
        "POSTGRES_PASSWORD": str(given.get("password", "")),
        **more,
    }
