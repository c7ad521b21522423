-- The store of one corpus. SQLite is the truth; the index folder beside it is derived and can be rebuilt from here.
BEGIN IMMEDIATE;
CREATE TABLE document (
    number      INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice; keys of the index are made of it
    doc_id      TEXT NOT NULL UNIQUE,        -- first 12 hex digits of the content's SHA-256
    sha256      TEXT NOT NULL UNIQUE,
    file        TEXT NOT NULL UNIQUE,        -- absolute path
    record      TEXT NOT NULL,               -- schema.Record as JSON
    text        TEXT NOT NULL,               -- the text that was read; spans point into it
    mentions    TEXT,                        -- tuple of schema.Mention as JSON; null: not looked for yet
    removed     INTEGER NOT NULL DEFAULT 0,  -- 1: to be taken out of the index, then deleted
    indexed     INTEGER NOT NULL DEFAULT 0   -- 0: the index does not hold this document's present state
);
CREATE TABLE unit (
    doc_id      TEXT NOT NULL REFERENCES document (doc_id) ON DELETE CASCADE,
    number      INTEGER NOT NULL,            -- place in reading order
    unit        TEXT NOT NULL,               -- schema.Unit as JSON
    measures    TEXT NOT NULL,               -- schema.Measures as JSON, or null
    PRIMARY KEY (doc_id, number)
) WITHOUT ROWID;
CREATE TABLE correction (                    -- what readers say instead of the machine; lines are only added (corrections.py)
    number      INTEGER PRIMARY KEY AUTOINCREMENT,
    doc_id      TEXT NOT NULL,               -- outlives the document: it may come back
    unit        INTEGER,                     -- place in reading order; null: the document itself
    text        TEXT NOT NULL,               -- the words of that unit
    field       TEXT NOT NULL,               -- labels or period
    value       TEXT NOT NULL,               -- as JSON; null: taken back
    who         TEXT NOT NULL,
    at          TEXT NOT NULL                -- ISO time with offset
);
CREATE INDEX correction_document ON correction (doc_id);
CREATE INDEX document_pending ON document (indexed) WHERE indexed = 0;
PRAGMA user_version = 3;
COMMIT;
