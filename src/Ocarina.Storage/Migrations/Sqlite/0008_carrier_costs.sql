-- What carriers ask for the numbers that they sell to us: kept with the offer, and with the number once it is bought.
ALTER TABLE numbers ADD COLUMN carrier_cost TEXT;
ALTER TABLE offers ADD COLUMN price TEXT;
ALTER TABLE group_offers ADD COLUMN price TEXT;
