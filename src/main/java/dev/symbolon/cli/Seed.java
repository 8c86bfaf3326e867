package dev.symbolon.cli;

import dev.symbolon.client.Registration.Draft;
import dev.symbolon.crypto.PasswordHash;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.ProtectedResource;
import dev.symbolon.oauth.Tenant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// What an installation has to hold, whatever it held before.
record Seed(List<SeedTenant> tenants) {
    /// A tenant with all that is declared in it.
    record SeedTenant(
            Tenant tenant, List<SeedClient> clients, List<ProtectedResource> resources, List<SeedPerson> people) {}

    /// @param draft what is not said in it has its default
    /// @param secret read when it is needed; for a confidential client only
    record SeedClient(ClientId id, Draft draft, Optional<Supplier<String>> secret) {}

    /// @param password read when the person does not exist yet; without one nobody signs in with a password
    record SeedPerson(
            String email, Optional<String> name, boolean verified, Optional<Supplier<PasswordHash>> password) {}
}
