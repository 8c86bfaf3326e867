-- What an API lets be asked for: JSON, the value of scope and what people read of it, in the order in which they are shown.
ALTER TABLE resource ADD COLUMN permissions TEXT NOT NULL DEFAULT '{}';
-- What a person allowed a client to ask APIs for: JSON, the identifier of the API and its permissions.
ALTER TABLE consent ADD COLUMN apis TEXT NOT NULL DEFAULT '{}';
