package dev.symbolon.seed;

import dev.symbolon.client.Registration.Draft;
import dev.symbolon.crypto.PasswordHash;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.Connection;
import dev.symbolon.oauth.ConnectionId;
import dev.symbolon.oauth.ProtectedResource;
import dev.symbolon.oauth.Tenant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// What an installation has to hold, whatever it held before.
public record Seed(List<SeedTenant> tenants) {
    /// A tenant with all that is declared in it.
    public record SeedTenant(
            Tenant tenant,
            List<SeedClient> clients,
            List<SeedConnection> connections,
            List<ProtectedResource> resources,
            List<SeedPerson> people) {}

    /// @param draft what is not said in it has its default
    /// @param secret read when it is needed; for a confidential client only
    public record SeedClient(ClientId id, Draft draft, Optional<Supplier<String>> secret) {}

    /// @param secret read when it is needed
    /// @param isDefault whether people have to meet it first; when not, it is not said
    /// @param enabled whether people may come from there; it stays as it is when absent
    public record SeedConnection(
            Connection wanted, Optional<Supplier<String>> secret, boolean isDefault, Optional<Boolean> enabled) {
        ConnectionId id() {
            return wanted.id();
        }
    }

    /// @param claims by name, the person's name among them
    /// @param password read when the person does not exist yet; without one nobody signs in
    ///     with a password
    public record SeedPerson(
            String email,
            Optional<Boolean> verified,
            Map<String, String> claims,
            Optional<Supplier<PasswordHash>> password) {}
}
