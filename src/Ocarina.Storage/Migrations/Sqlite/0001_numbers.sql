-- Numbers, their ledger, orders at carriers, offers and versions. The same tables as PostgreSql/0001_numbers.sql.
-- Times are Unix milliseconds, booleans 0 or 1, documents JSON text; text is compared byte by byte (SQLite's default).

CREATE TABLE numbers (
  number TEXT NOT NULL PRIMARY KEY,
  packed_key BIGINT,
  state TEXT NOT NULL,
  account TEXT,
  previous_account TEXT,
  carrier TEXT NOT NULL,
  used_by TEXT,
  state_since BIGINT NOT NULL,
  due_at BIGINT,
  revision BIGINT NOT NULL CHECK (revision >= 1),
  last_hash BLOB NOT NULL CHECK (length(last_hash) = 32),
  stock_account TEXT,
  held_at_carrier SMALLINT NOT NULL,
  reserve_history TEXT NOT NULL,
  features TEXT NOT NULL,
  features_allowed TEXT,
  features_denied TEXT,
  carrier_data TEXT NOT NULL,
  public_fields TEXT NOT NULL,
  ported_in SMALLINT NOT NULL,
  authorized_by TEXT,
  created BIGINT NOT NULL,
  modified BIGINT NOT NULL,
  region TEXT,
  locality TEXT
);

-- Stock for sale to all, by prefix. What was given back to its carrier is no stock.
CREATE INDEX numbers_available ON numbers (carrier, number)
  WHERE state = 'available' AND stock_account IS NULL AND held_at_carrier = 1;
-- Stock kept for one account.
CREATE INDEX numbers_kept ON numbers (stock_account, carrier, number)
  WHERE state = 'available' AND stock_account IS NOT NULL AND held_at_carrier = 1;
CREATE INDEX numbers_reserved ON numbers (account, number) WHERE state = 'reserved';
CREATE INDEX numbers_account ON numbers (account, number) WHERE account IS NOT NULL;
CREATE INDEX numbers_due ON numbers (due_at, number) WHERE due_at IS NOT NULL;
CREATE INDEX numbers_waiting ON numbers (state, number) WHERE due_at IS NOT NULL;
CREATE UNIQUE INDEX numbers_packed ON numbers (packed_key) WHERE packed_key IS NOT NULL;

-- The ledger. A text is never rewritten: what is hashed is what is stored.
CREATE TABLE number_events (
  seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  number TEXT NOT NULL,
  revision BIGINT NOT NULL,
  time BIGINT NOT NULL,
  body TEXT NOT NULL,
  hash BLOB NOT NULL,
  CHECK (length(hash) = 32)
);
CREATE UNIQUE INDEX number_events_revision ON number_events (number, revision);

-- Where the chain of an erased number ends, so that a cut is seen and a number created again continues it.
CREATE TABLE number_tombstones (
  number TEXT NOT NULL PRIMARY KEY,
  revision BIGINT NOT NULL,
  hash BLOB NOT NULL,
  time BIGINT NOT NULL
);

CREATE TABLE orders (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('acquire', 'disconnect', 'port', 'feature')),
  state TEXT NOT NULL CHECK (state IN
    ('prepared', 'sending', 'accepted', 'waiting', 'unclear', 'compensating', 'needs_operator', 'done', 'failed', 'pretended')),
  outcome TEXT CHECK (outcome IN ('acquired', 'released', 'refused', 'pretended', 'stranded')),
  number TEXT NOT NULL,
  carrier TEXT NOT NULL,
  account TEXT,
  actor TEXT NOT NULL,
  attempts BIGINT NOT NULL DEFAULT 0,
  next_attempt BIGINT,
  lease_owner TEXT,
  lease_until BIGINT,
  carrier_order TEXT,
  carrier_status TEXT,
  credit_held TEXT,
  error TEXT,
  data TEXT NOT NULL DEFAULT '{}',
  evidence TEXT NOT NULL DEFAULT '[]',
  created BIGINT NOT NULL,
  modified BIGINT NOT NULL
);
-- Sold once: an open acquire or disconnect order holds the number, whatever the carrier.
CREATE UNIQUE INDEX orders_open_number ON orders (number)
  WHERE kind IN ('acquire', 'disconnect') AND state NOT IN ('done', 'failed', 'pretended');
CREATE INDEX orders_next ON orders (next_attempt, id) WHERE state NOT IN ('done', 'failed', 'pretended');
CREATE INDEX orders_number ON orders (number, created);

CREATE TABLE offers (
  account TEXT NOT NULL,
  number TEXT NOT NULL,
  carrier TEXT NOT NULL,
  state TEXT NOT NULL,
  data TEXT NOT NULL,
  found_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (account, number)
);
CREATE INDEX offers_found ON offers (account, found_at, number);
CREATE INDEX offers_expiry ON offers (expires_at);

CREATE TABLE versions (
  kind TEXT NOT NULL PRIMARY KEY,
  value BIGINT NOT NULL
);
INSERT INTO versions (kind, value) VALUES ('configuration', 1), ('accounts', 1), ('tokens', 1), ('rules', 1);
