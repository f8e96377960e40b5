-- Numbers, their ledger, orders at carriers, offers and versions. The same tables as Sqlite/0001_numbers.sql.
-- Times are Unix milliseconds, booleans 0 or 1, documents JSON text; text is compared byte by byte.

CREATE TABLE numbers (
  number TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  packed_key BIGINT,
  state TEXT COLLATE "C" NOT NULL,
  account TEXT COLLATE "C",
  previous_account TEXT COLLATE "C",
  carrier TEXT COLLATE "C" NOT NULL,
  used_by TEXT COLLATE "C",
  state_since BIGINT NOT NULL,
  due_at BIGINT,
  revision BIGINT NOT NULL CHECK (revision >= 1),
  last_hash BYTEA NOT NULL CHECK (octet_length(last_hash) = 32),
  stock_account TEXT COLLATE "C",
  held_at_carrier SMALLINT NOT NULL,
  reserve_history TEXT COLLATE "C" NOT NULL,
  features TEXT COLLATE "C" NOT NULL,
  features_allowed TEXT COLLATE "C",
  features_denied TEXT COLLATE "C",
  carrier_data TEXT COLLATE "C" NOT NULL,
  public_fields TEXT COLLATE "C" NOT NULL,
  ported_in SMALLINT NOT NULL,
  authorized_by TEXT COLLATE "C",
  created BIGINT NOT NULL,
  modified BIGINT NOT NULL,
  region TEXT COLLATE "C",
  locality TEXT COLLATE "C"
);

-- text_pattern_ops: the planner believes that matching rows are spread evenly and would rather walk the primary key in order and throw
-- rows away, through a whole area code when it is sold out. Asked with the operators of this class, only these indexes can answer.

-- Stock for sale to all, by prefix. What was given back to its carrier is no stock.
CREATE INDEX numbers_available ON numbers (carrier, number text_pattern_ops)
  WHERE state = 'available' AND stock_account IS NULL AND held_at_carrier = 1;
-- Stock kept for one account.
CREATE INDEX numbers_kept ON numbers (stock_account, carrier, number text_pattern_ops)
  WHERE state = 'available' AND stock_account IS NOT NULL AND held_at_carrier = 1;
CREATE INDEX numbers_reserved ON numbers (account, number text_pattern_ops) WHERE state = 'reserved';
CREATE INDEX numbers_account ON numbers (account, number text_pattern_ops) WHERE account IS NOT NULL;
CREATE INDEX numbers_due ON numbers (due_at, number) WHERE due_at IS NOT NULL;
CREATE INDEX numbers_waiting ON numbers (state, number text_pattern_ops) WHERE due_at IS NOT NULL;
CREATE UNIQUE INDEX numbers_packed ON numbers (packed_key) WHERE packed_key IS NOT NULL;

-- The ledger. A text is never rewritten: what is hashed is what is stored.
CREATE TABLE number_events (
  seq BIGSERIAL NOT NULL PRIMARY KEY,
  number TEXT COLLATE "C" NOT NULL,
  revision BIGINT NOT NULL,
  time BIGINT NOT NULL,
  body TEXT COLLATE "C" NOT NULL,
  hash BYTEA NOT NULL,
  -- Followers of the ledger read below the oldest running transaction, for sequences commit out of order.
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  CHECK (octet_length(hash) = 32)
);
CREATE UNIQUE INDEX number_events_revision ON number_events (number, revision);

-- Where the chain of an erased number ends, so that a cut is seen and a number created again continues it.
CREATE TABLE number_tombstones (
  number TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  revision BIGINT NOT NULL,
  hash BYTEA NOT NULL,
  time BIGINT NOT NULL
);

CREATE TABLE orders (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('acquire', 'disconnect', 'port', 'feature')),
  state TEXT COLLATE "C" NOT NULL CHECK (state IN
    ('prepared', 'sending', 'accepted', 'waiting', 'unclear', 'compensating', 'needs_operator', 'done', 'failed', 'pretended')),
  outcome TEXT COLLATE "C" CHECK (outcome IN ('acquired', 'released', 'refused', 'pretended', 'stranded')),
  number TEXT COLLATE "C" NOT NULL,
  carrier TEXT COLLATE "C" NOT NULL,
  account TEXT COLLATE "C",
  actor TEXT COLLATE "C" NOT NULL,
  attempts BIGINT NOT NULL DEFAULT 0,
  next_attempt BIGINT,
  lease_owner TEXT COLLATE "C",
  lease_until BIGINT,
  carrier_order TEXT COLLATE "C",
  carrier_status TEXT COLLATE "C",
  credit_held TEXT COLLATE "C",
  error TEXT COLLATE "C",
  data TEXT COLLATE "C" NOT NULL DEFAULT '{}',
  evidence TEXT COLLATE "C" NOT NULL DEFAULT '[]',
  created BIGINT NOT NULL,
  modified BIGINT NOT NULL
);
-- Sold once: an open acquire or disconnect order holds the number, whatever the carrier.
CREATE UNIQUE INDEX orders_open_number ON orders (number)
  WHERE kind IN ('acquire', 'disconnect') AND state NOT IN ('done', 'failed', 'pretended');
CREATE INDEX orders_next ON orders (next_attempt, id) WHERE state NOT IN ('done', 'failed', 'pretended');
CREATE INDEX orders_number ON orders (number, created);

CREATE TABLE offers (
  account TEXT COLLATE "C" NOT NULL,
  number TEXT COLLATE "C" NOT NULL,
  carrier TEXT COLLATE "C" NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  data TEXT COLLATE "C" NOT NULL,
  found_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (account, number)
);
CREATE INDEX offers_found ON offers (account, found_at, number);
CREATE INDEX offers_expiry ON offers (expires_at);

CREATE TABLE versions (
  kind TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  value BIGINT NOT NULL
);
INSERT INTO versions (kind, value) VALUES ('configuration', 1), ('accounts', 1), ('tokens', 1), ('rules', 1);
