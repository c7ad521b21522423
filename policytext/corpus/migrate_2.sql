-- A corpus of version 2 made version 3: room for what readers put right.
BEGIN IMMEDIATE;
CREATE TABLE correction (
    number      INTEGER PRIMARY KEY AUTOINCREMENT,
    doc_id      TEXT NOT NULL,
    unit        INTEGER,
    text        TEXT NOT NULL,
    field       TEXT NOT NULL,
    value       TEXT NOT NULL,
    who         TEXT NOT NULL,
    at          TEXT NOT NULL
);
CREATE INDEX correction_document ON correction (doc_id);
PRAGMA user_version = 3;
COMMIT;
