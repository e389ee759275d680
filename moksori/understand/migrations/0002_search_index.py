"""The search index: FTS5 on SQLite, tsvector with GIN on PostgreSQL.

Triggers and the generated column follow the table of tokens, so that every write goes
through the ORM. On SQLite, a migration that rebuilds that table must make them again.
"""

from django.db import migrations

TABLE = "moksori_understand_searchtext"

SQLITE = [
    f"""CREATE VIRTUAL TABLE understand_search USING fts5(
        tokens, content='{TABLE}', content_rowid='feedback_id',
        tokenize='unicode61 remove_diacritics 0', prefix='1 2 3')""",
    f"""CREATE TRIGGER understand_search_added AFTER INSERT ON {TABLE} BEGIN
        INSERT INTO understand_search(rowid, tokens)
        VALUES (new.feedback_id, new.tokens);
    END""",
    f"""CREATE TRIGGER understand_search_removed AFTER DELETE ON {TABLE} BEGIN
        INSERT INTO understand_search(understand_search, rowid, tokens)
        VALUES ('delete', old.feedback_id, old.tokens);
    END""",
    f"""CREATE TRIGGER understand_search_changed AFTER UPDATE ON {TABLE} BEGIN
        INSERT INTO understand_search(understand_search, rowid, tokens)
        VALUES ('delete', old.feedback_id, old.tokens);
        INSERT INTO understand_search(rowid, tokens)
        VALUES (new.feedback_id, new.tokens);
    END""",
]
SQLITE_BACK = [
    "DROP TRIGGER understand_search_added",
    "DROP TRIGGER understand_search_removed",
    "DROP TRIGGER understand_search_changed",
    "DROP TABLE understand_search",
]
POSTGRESQL = [
    f"""ALTER TABLE {TABLE} ADD COLUMN vector tsvector
        GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, tokens)) STORED""",
    f"CREATE INDEX understand_search ON {TABLE} USING gin (vector)",
]
POSTGRESQL_BACK = [
    "DROP INDEX understand_search",
    f"ALTER TABLE {TABLE} DROP COLUMN vector",
]


def _run(schema_editor, sqlite, postgresql):
    on_sqlite = schema_editor.connection.vendor == "sqlite"
    for statement in sqlite if on_sqlite else postgresql:
        schema_editor.execute(statement, params=None)


def forwards(apps, schema_editor):
    _run(schema_editor, SQLITE, POSTGRESQL)


def backwards(apps, schema_editor):
    _run(schema_editor, SQLITE_BACK, POSTGRESQL_BACK)


class Migration(migrations.Migration):
    dependencies = [("moksori_understand", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards)]
