package dev.symbolon.web;

import dev.symbolon.crypto.KeyRing;
import dev.symbolon.crypto.Sealer;
import dev.symbolon.oauth.Issuer;
import dev.symbolon.oauth.Tenant;
import dev.symbolon.oauth.TenantId;

/// The tenant that a request's `Host` names, with everything that is made from its secret and its keys.
public record Host(Tenant tenant, Sealer sealer, KeyRing keys) {
    /// The tenant's id.
    public TenantId id() {
        return tenant.id();
    }

    /// The tenant's issuer identifier.
    public Issuer issuer() {
        return tenant.issuer();
    }
}
