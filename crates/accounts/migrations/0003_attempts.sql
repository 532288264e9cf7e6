-- Attempts to sign in that have not succeeded, so that guessing is slow even across restarts.
CREATE TABLE attempts (
    at TEXT NOT NULL,
    name TEXT NOT NULL COLLATE NOCASE,
    address TEXT NOT NULL
) STRICT;

CREATE INDEX attempts_by_name ON attempts (name, at);
CREATE INDEX attempts_by_address ON attempts (address, at);
