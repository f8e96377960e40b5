-- Orders at carriers as the engine needs them, and offers of groups.

-- When the request that spends money was first noted.
ALTER TABLE orders ADD COLUMN sent_at BIGINT;

-- Sold once: an open acquire or disconnect order holds the number, whatever the carrier. An order for some number of a group holds none until the carrier names it.
DROP INDEX orders_open_number;
CREATE UNIQUE INDEX orders_open_number ON orders (number)
  WHERE kind IN ('acquire', 'disconnect') AND state NOT IN ('done', 'failed', 'pretended') AND number <> '';

-- Whatever is due: also orders that are done, whose number is asked about once more.
DROP INDEX orders_next;
CREATE INDEX orders_next ON orders (next_attempt, id) WHERE next_attempt IS NOT NULL;

-- Lists, newest first: of an account, of all, of what lies stranded at carriers.
CREATE INDEX orders_account ON orders (account, id);
CREATE INDEX orders_stranded ON orders (id) WHERE outcome = 'stranded';

-- Groups of which a carrier sells some number, not a chosen one.
CREATE TABLE group_offers (
  account TEXT NOT NULL,
  id TEXT NOT NULL,
  carrier TEXT NOT NULL,
  data TEXT NOT NULL,
  found_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (account, id)
);
CREATE INDEX group_offers_expiry ON group_offers (expires_at);
