-- A corpus of version 1 made version 2: documents get a number, and room for what they say of earlier texts.
PRAGMA foreign_keys = OFF;
PRAGMA legacy_alter_table = ON;
BEGIN IMMEDIATE;
ALTER TABLE document RENAME TO document_1;
DROP INDEX document_pending;
CREATE TABLE document (
    number      INTEGER PRIMARY KEY AUTOINCREMENT,
    doc_id      TEXT NOT NULL UNIQUE,
    sha256      TEXT NOT NULL UNIQUE,
    file        TEXT NOT NULL UNIQUE,
    record      TEXT NOT NULL,
    text        TEXT NOT NULL,
    mentions    TEXT,
    removed     INTEGER NOT NULL DEFAULT 0,
    indexed     INTEGER NOT NULL DEFAULT 0
);
INSERT INTO document (doc_id, sha256, file, record, text, removed) SELECT doc_id, sha256, file, record, text, removed FROM document_1 ORDER BY rowid;
DROP TABLE document_1;
CREATE INDEX document_pending ON document (indexed) WHERE indexed = 0;
PRAGMA user_version = 2;
COMMIT;
PRAGMA legacy_alter_table = OFF;
