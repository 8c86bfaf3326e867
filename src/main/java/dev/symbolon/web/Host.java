package dev.symbolon.web;

import dev.symbolon.crypto.KeyRing;
import dev.symbolon.crypto.Sealer;
import dev.symbolon.oauth.Branding;
import dev.symbolon.oauth.Issuer;
import dev.symbolon.oauth.Tenant;
import dev.symbolon.oauth.TenantId;
import dev.symbolon.oauth.TenantSettings;

/// The tenant that a request's `Host` names, with everything that is made from its secret and its keys.
public record Host(Tenant tenant, Sealer sealer, KeyRing keys, Branding branding, TenantSettings settings) {
    /// The tenant's id.
    public TenantId id() {
        return tenant.id();
    }

    /// What people read on its pages and in its mails.
    public String name() {
        return branding.name().orElse(tenant.name());
    }

    /// What pages and mails speak to whom no other language is known of.
    public String language() {
        return settings.language().orElse("en");
    }

    /// The tenant's issuer identifier.
    public Issuer issuer() {
        return tenant.issuer();
    }
}
