"""Makes sure that PostgreSQL and Redis answer, and that the database exists.

usage: services.py DATABASE_URL REDIS_URL
"""

import sys
from urllib.parse import urlsplit

import psycopg2
import redis


def main(database: str, broker: str) -> int:
    """0 where both are ready; 1, saying which is not and what to do."""
    parts = urlsplit(database)
    name = parts.path.lstrip("/")
    try:
        connection = psycopg2.connect(parts._replace(path="/postgres").geturl())
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if cursor.fetchone() is None:
                cursor.execute(f'CREATE DATABASE "{name}"')
        connection.close()
    except psycopg2.Error as error:
        sys.stderr.write(
            f"PostgreSQL does not answer at {parts.hostname}:{parts.port or 5432}, so the second "
            f"stack was not tested. Start it, or set CI_DATABASE_URL. It said: {error}\n"
        )
        return 1
    try:
        redis.Redis.from_url(broker).ping()
    except redis.RedisError as error:
        sys.stderr.write(
            "Redis does not answer, so the second stack was not tested. Start it, or set "
            f"CI_REDIS_URL. It said: {error}\n"
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
