-- What is due of one receiver, oldest first: a long backlog of one costs the others nothing.
CREATE INDEX deliveries_receiver ON deliveries (receiver, next_attempt, id) WHERE state = 'waiting';
