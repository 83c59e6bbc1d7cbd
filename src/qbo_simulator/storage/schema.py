"""The tables of the simulator's one file."""

from __future__ import annotations

VERSION = 7  # of the tables; a file of another one is refused
SCHEMA = """
CREATE TABLE IF NOT EXISTS setting (key TEXT PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE IF NOT EXISTS company (
    realm TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    country TEXT NOT NULL,
    currency TEXT NOT NULL,
    founded REAL NOT NULL
);

CREATE TABLE IF NOT EXISTS sequence (
    realm TEXT NOT NULL, name TEXT NOT NULL, last INTEGER NOT NULL,
    PRIMARY KEY (realm, name)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS entity (
    realm TEXT NOT NULL,
    kind TEXT NOT NULL,
    id INTEGER NOT NULL,
    token INTEGER NOT NULL,
    name TEXT,
    full_name TEXT,
    name_key TEXT,
    active INTEGER NOT NULL DEFAULT 1,
    deleted INTEGER NOT NULL DEFAULT 0,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    party INTEGER,
    doc_number TEXT,
    txn_date TEXT,
    parent INTEGER,
    email TEXT,
    balance REAL,
    body TEXT NOT NULL,
    PRIMARY KEY (realm, kind, id)
);
CREATE INDEX IF NOT EXISTS entity_id
    ON entity (realm, kind, deleted, id, active, updated);
CREATE INDEX IF NOT EXISTS entity_updated
    ON entity (realm, kind, deleted, updated, id, active);
CREATE INDEX IF NOT EXISTS entity_created
    ON entity (realm, kind, deleted, created, id, active);
CREATE INDEX IF NOT EXISTS entity_full_name
    ON entity (realm, kind, deleted, full_name, id, active);
CREATE INDEX IF NOT EXISTS entity_name_order
    ON entity (realm, kind, deleted, name, id, active) WHERE name IS NOT NULL;
CREATE INDEX IF NOT EXISTS entity_inactive ON entity (realm, kind, full_name, id)
    WHERE deleted = 0 AND active = 0;
CREATE INDEX IF NOT EXISTS entity_name ON entity (realm, kind, name COLLATE NOCASE)
    WHERE name IS NOT NULL;
CREATE INDEX IF NOT EXISTS entity_name_key ON entity (realm, name_key, kind)
    WHERE name_key IS NOT NULL;
CREATE INDEX IF NOT EXISTS entity_party ON entity (realm, kind, party)
    WHERE party IS NOT NULL;
CREATE INDEX IF NOT EXISTS entity_doc_number ON entity (realm, kind, doc_number)
    WHERE doc_number IS NOT NULL;
CREATE INDEX IF NOT EXISTS entity_parent ON entity (realm, kind, parent)
    WHERE parent IS NOT NULL;
CREATE INDEX IF NOT EXISTS entity_txn_date
    ON entity (realm, kind, deleted, txn_date, id, active) WHERE txn_date IS NOT NULL;
CREATE INDEX IF NOT EXISTS entity_email
    ON entity (realm, kind, email COLLATE NOCASE) WHERE email IS NOT NULL;
CREATE INDEX IF NOT EXISTS entity_balance ON entity
    (realm, kind, balance, deleted, active) WHERE balance > 0;
CREATE INDEX IF NOT EXISTS entity_owed ON entity (realm, kind, id, deleted, active)
    WHERE balance > 0 AND full_name IS NOT NULL;
CREATE INDEX IF NOT EXISTS entity_owed_name
    ON entity (realm, kind, full_name, id, deleted, active)
    WHERE balance > 0 AND full_name IS NOT NULL;

CREATE TABLE IF NOT EXISTS posting (
    number INTEGER PRIMARY KEY,
    realm TEXT NOT NULL,
    kind TEXT NOT NULL,
    txn INTEGER NOT NULL,
    account INTEGER NOT NULL,
    party INTEGER,
    name INTEGER,
    cents INTEGER NOT NULL,
    currency TEXT NOT NULL,
    home INTEGER NOT NULL,
    item INTEGER,
    quantity TEXT,
    tracking_class INTEGER,
    department INTEGER,
    memo TEXT,
    on_date TEXT NOT NULL,
    at REAL NOT NULL,
    reversal INTEGER NOT NULL DEFAULT 0,
    stands INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX IF NOT EXISTS posting_txn ON posting (realm, kind, txn);
CREATE INDEX IF NOT EXISTS posting_account ON posting (realm, account, on_date)
    WHERE stands = 1;

CREATE TABLE IF NOT EXISTS account_balance (
    realm TEXT NOT NULL, account INTEGER NOT NULL, party INTEGER NOT NULL,
    cents INTEGER NOT NULL,
    home INTEGER NOT NULL,
    PRIMARY KEY (realm, account, party)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS account_role (
    realm TEXT NOT NULL, subtype TEXT NOT NULL, account INTEGER NOT NULL,
    PRIMARY KEY (realm, subtype)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS application (
    realm TEXT NOT NULL,
    source_kind TEXT NOT NULL,
    source INTEGER NOT NULL,
    position INTEGER NOT NULL,
    kind TEXT NOT NULL,
    txn INTEGER NOT NULL,
    cents INTEGER NOT NULL,
    PRIMARY KEY (realm, source_kind, source, position)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS application_txn ON application (realm, kind, txn);

CREATE TABLE IF NOT EXISTS exchange_rate (
    realm TEXT NOT NULL, currency TEXT NOT NULL, as_of TEXT NOT NULL,
    rate TEXT NOT NULL, at REAL NOT NULL,
    PRIMARY KEY (realm, currency, as_of)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS stock_move (
    realm TEXT NOT NULL,
    kind TEXT NOT NULL,
    txn INTEGER NOT NULL,
    position INTEGER NOT NULL,
    item INTEGER NOT NULL,
    on_date TEXT NOT NULL,
    quantity TEXT NOT NULL,
    stated INTEGER,
    value INTEGER NOT NULL,
    PRIMARY KEY (realm, kind, txn, position)
);
CREATE INDEX IF NOT EXISTS stock_move_item
    ON stock_move (realm, item, on_date, txn, position);
CREATE INDEX IF NOT EXISTS stock_move_received
    ON stock_move (realm, item, on_date, txn, position) WHERE quantity >= '0';

CREATE TABLE IF NOT EXISTS change (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    realm TEXT NOT NULL,
    entity TEXT NOT NULL,
    id TEXT NOT NULL,
    operation TEXT NOT NULL,
    at REAL NOT NULL,
    deleted_id TEXT
);

CREATE TABLE IF NOT EXISTS accepted (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    realm TEXT NOT NULL,
    entity TEXT NOT NULL,
    id TEXT NOT NULL,
    operation TEXT NOT NULL,
    requestid TEXT,
    marker TEXT,
    amount TEXT,
    at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS accepted_realm ON accepted (realm, entity, seq);

CREATE TABLE IF NOT EXISTS answer (
    realm TEXT NOT NULL,
    requestid TEXT NOT NULL,
    status INTEGER NOT NULL,
    body BLOB NOT NULL,
    at REAL NOT NULL,
    PRIMARY KEY (realm, requestid)
);

CREATE TABLE IF NOT EXISTS mail (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    realm TEXT NOT NULL,
    entity TEXT NOT NULL,
    id TEXT NOT NULL,
    recipient TEXT NOT NULL,
    sender TEXT NOT NULL DEFAULT '',
    cc TEXT NOT NULL DEFAULT '',
    bcc TEXT NOT NULL DEFAULT '',
    subject TEXT NOT NULL,
    body TEXT NOT NULL DEFAULT '',
    form TEXT,
    files TEXT NOT NULL DEFAULT '[]',
    at REAL NOT NULL
);
"""
