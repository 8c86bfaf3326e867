-- What a person recognises a device by: browser and system in two words, and the network that it signed in from.
ALTER TABLE session ADD COLUMN agent TEXT;
ALTER TABLE session ADD COLUMN network TEXT;
