-- What has to be told to people and systems, to whom, and what became of it (docs/decisions/0015-telling.md).

-- Written in the transaction of what causes it.
CREATE TABLE outbox (
  id               TEXT     NOT NULL PRIMARY KEY,    -- also Message-ID and webhook-id, so that receivers can drop repeats
  kind             TEXT     NOT NULL,
  account          TEXT,
  number           TEXT     NOT NULL,                -- empty when it is about none
  event            BIGINT   NOT NULL,                -- sequence of the number's event; 0 without one
  position         BIGINT   NOT NULL,                -- among the messages of one event
  payload          TEXT     NOT NULL,
  created          BIGINT   NOT NULL,
  addressed        SMALLINT NOT NULL DEFAULT 0       -- 1 when its deliveries are written
);
CREATE INDEX outbox_new ON outbox (event, position, id) WHERE addressed = 0;

-- One row per message and receiver.
CREATE TABLE deliveries (
  id               TEXT     NOT NULL PRIMARY KEY,    -- the message's id, a dash, a count
  message          TEXT     NOT NULL REFERENCES outbox (id),
  kind             TEXT     NOT NULL,                -- these five as in the message
  account          TEXT,
  number           TEXT     NOT NULL,
  event            BIGINT   NOT NULL,
  position         BIGINT   NOT NULL,
  receiver         TEXT     NOT NULL,                -- mailto:address or webhook:id
  state            TEXT     NOT NULL CHECK (state IN ('waiting', 'delivered', 'dead')),
  attempts         BIGINT   NOT NULL DEFAULT 0,
  next_attempt     BIGINT,                           -- none when it has ended
  give_up_at       BIGINT   NOT NULL,                -- no attempt after this
  repeated         SMALLINT NOT NULL DEFAULT 0,      -- 1 when a person asked for it again: nobody waits for it, and it waits for nobody
  lease_owner      TEXT,
  lease_until      BIGINT,
  error            TEXT,                             -- why the last attempt failed
  created          BIGINT   NOT NULL,
  modified         BIGINT   NOT NULL
);
CREATE INDEX deliveries_due ON deliveries (next_attempt, id) WHERE state = 'waiting';
CREATE INDEX deliveries_order ON deliveries (receiver, number, event, position) WHERE state = 'waiting';
CREATE INDEX deliveries_message ON deliveries (message);
CREATE INDEX deliveries_number ON deliveries (number, id);
CREATE INDEX deliveries_state ON deliveries (state, id);
CREATE INDEX deliveries_ended ON deliveries (modified) WHERE state <> 'waiting';

CREATE TABLE delivery_attempts (
  id               TEXT     NOT NULL PRIMARY KEY,    -- sorts by time
  delivery         TEXT     NOT NULL,
  receiver         TEXT     NOT NULL,
  time             BIGINT   NOT NULL,
  is_success       SMALLINT NOT NULL,
  code             BIGINT,                           -- of HTTP or SMTP, when there was an answer
  reason           TEXT,
  elapsed_ms       BIGINT   NOT NULL,
  left_ms          BIGINT   NOT NULL                 -- how long it would be tried on
);
CREATE INDEX delivery_attempts_delivery ON delivery_attempts (delivery, id);
CREATE INDEX delivery_attempts_receiver ON delivery_attempts (receiver, id);

-- Who of the systems wants to hear of what.
CREATE TABLE webhooks (
  id               TEXT     NOT NULL PRIMARY KEY,
  account          TEXT     NOT NULL,
  hook             TEXT     NOT NULL,                -- object or notifications
  enabled          SMALLINT NOT NULL,
  include_subaccounts SMALLINT NOT NULL,
  document         TEXT     NOT NULL,                -- as its owner wrote it
  secret           TEXT     NOT NULL,                -- encrypted
  failing_since    BIGINT,                           -- of the first failure after the last success
  disable_message  TEXT,
  created          BIGINT   NOT NULL,
  modified         BIGINT   NOT NULL,
  revision         BIGINT   NOT NULL
);
CREATE INDEX webhooks_account ON webhooks (account, id);

-- How far the ledger was read, by whom: the sequence of the last event.
CREATE TABLE ledger_followers (
  name             TEXT     NOT NULL PRIMARY KEY,
  event            BIGINT   NOT NULL
);
INSERT INTO ledger_followers (name, event) SELECT 'webhooks', COALESCE(MAX(seq), 0) FROM number_events;
