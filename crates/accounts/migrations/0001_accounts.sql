-- People, what they are here, and the codes with which they choose a password.
CREATE TABLE accounts (
    account_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE,
    role TEXT NOT NULL,
    password TEXT,
    disabled INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE account_organizations (
    account_id INTEGER NOT NULL REFERENCES accounts,
    organization_id TEXT NOT NULL,
    PRIMARY KEY (account_id, organization_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE account_programs (
    account_id INTEGER NOT NULL REFERENCES accounts,
    program_id TEXT NOT NULL,
    PRIMARY KEY (account_id, program_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE invitations (
    code_hash BLOB PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts,
    expires_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
