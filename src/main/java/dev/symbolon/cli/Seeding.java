package dev.symbolon.cli;

import dev.symbolon.House;
import dev.symbolon.account.Enrolment;
import dev.symbolon.cli.Seeding.Seed.SeedClient;
import dev.symbolon.cli.Seeding.Seed.SeedPerson;
import dev.symbolon.cli.Seeding.Seed.SeedTenant;
import dev.symbolon.client.Registration;
import dev.symbolon.client.Registration.Draft;
import dev.symbolon.crypto.PasswordHash;
import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.ProtectedResource;
import dev.symbolon.oauth.Tenant;
import dev.symbolon.web.Host;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Brings an installation to what a [Seed] declares: adds what is missing and changes what differs. Nothing is removed,
/// and people are only ever added: what they changed themselves since stays theirs.
final class Seeding {
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

    private final House house;
    private final Registration registration;
    private final Instant now;
    private final List<String> changes = new ArrayList<>();

    private Seeding(House house, Instant now) {
        this.house = house;
        this.registration = new Registration(house.clients());
        this.now = now;
    }

    /// Does it.
    ///
    /// @return what was changed, a sentence for each; empty when everything was so already
    static List<String> apply(Seed seed, House house, Instant now) {
        var seeding = new Seeding(house, now);
        // What can be refused is refused before the first write.
        var read = seed.tenants().stream().map(seeding::read).toList();
        read.forEach(seeding::apply);
        return List.copyOf(seeding.changes);
    }

    // Secrets and passwords come from outside the file, and what registering means is checked too.
    private SeedTenant read(SeedTenant declared) {
        var tenant = declared.tenant().id();
        var clients = declared.clients().stream().map(Seeding::read).toList();
        var people = declared.people().stream()
                .map(person -> house.accounts().byEmail(tenant, person.email()).isPresent() ? person : read(person))
                .toList();
        return new SeedTenant(declared.tenant(), clients, declared.resources(), people);
    }

    private static SeedClient read(SeedClient declared) {
        var _ = Registration.metadata(declared.id(), declared.draft());
        var secret = declared.secret().map(Supplier::get);
        secret.ifPresent(value -> Registration.requireLong(declared.id(), value));
        return new SeedClient(declared.id(), declared.draft(), secret.map(value -> () -> value));
    }

    private static SeedPerson read(SeedPerson declared) {
        var password = declared.password().map(Supplier::get);
        return new SeedPerson(
                declared.email(), declared.name(), declared.verified(), password.map(value -> () -> value));
    }

    private void apply(SeedTenant declared) {
        var id = declared.tenant().id();
        apply(declared.tenant(), house.tenants().find(id));
        if (declared.clients().isEmpty()
                && declared.resources().isEmpty()
                && declared.people().isEmpty()) {
            return;
        }
        var host = Surroundings.host(house, id);
        declared.clients().forEach(client -> apply(host, client));
        declared.resources().forEach(this::apply);
        declared.people().forEach(person -> apply(host, person));
    }

    private void apply(Tenant declared, Optional<Tenant> present) {
        if (present.isEmpty()) {
            TenantCommands.make(house, declared);
            changes.add("tenant " + declared.id() + ": made, at " + declared.issuer());
        } else if (!present.get().equals(declared)) {
            if (!house.tenants().update(declared, now)) {
                throw new Mistake(
                        "Another tenant has the host " + declared.issuer().host() + " already.");
            }
            changes.add("tenant " + declared.id() + ": changed");
        }
    }

    private void apply(Host host, SeedClient declared) {
        var where = "client " + declared.id() + " of tenant " + host.id() + ": ";
        var wanted = new Client(
                host.id(), declared.id(), Registration.metadata(declared.id(), declared.draft()), Optional.empty());
        var present = house.clients().find(host.id(), declared.id());
        if (present.isEmpty()) {
            house.clients().add(wanted, now);
            changes.add(where + "registered");
        } else if (!present.get().metadata().equals(wanted.metadata())) {
            house.clients().update(wanted, now);
            changes.add(where + "changed");
        }
        declared.secret()
                .filter(secret -> registration.useSecret(host, declared.id(), secret.get(), now))
                .ifPresent(_ -> changes.add(where + "has the declared secret now"));
    }

    private void apply(ProtectedResource declared) {
        var present = house.resources().find(declared.tenant(), declared.identifier());
        if (!present.equals(Optional.of(declared))) {
            house.resources().put(declared, now);
            changes.add("api " + declared.identifier() + " of tenant " + declared.tenant() + ": "
                    + (present.isEmpty() ? "made known" : "changed"));
        }
    }

    private void apply(Host host, SeedPerson declared) {
        if (house.accounts().byEmail(host.id(), declared.email()).isPresent()) {
            return;
        }
        new Enrolment(house.accounts())
                .enrol(
                        host,
                        declared.email(),
                        declared.verified(),
                        declared.name(),
                        declared.password().map(password -> password.get()),
                        now)
                .ifPresent(account -> changes.add("person " + account.email() + " of tenant " + host.id() + ": added"));
    }
}
