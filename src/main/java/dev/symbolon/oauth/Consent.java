package dev.symbolon.oauth;

import java.time.Instant;

/// What a person allowed a client, remembered until they take it back.
public record Consent(TenantId tenant, Subject subject, ClientId client, Scope scope, Instant grantedAt) {}
