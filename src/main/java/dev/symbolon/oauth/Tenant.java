package dev.symbolon.oauth;

/// One issuer with its own keys, clients and people; found by the request's `Host`.
///
/// @param name what a person reads on the pages, for example `Acme`
public record Tenant(TenantId id, Issuer issuer, String name) {}
