package dev.symbolon.cli;

import dev.symbolon.House;
import dev.symbolon.account.Enrolment;
import dev.symbolon.account.Enrolment.Person;
import dev.symbolon.account.ProfileClaims;
import dev.symbolon.cli.Seeding.Seed.SeedClient;
import dev.symbolon.cli.Seeding.Seed.SeedPerson;
import dev.symbolon.cli.Seeding.Seed.SeedTenant;
import dev.symbolon.client.Registration;
import dev.symbolon.client.Registration.Draft;
import dev.symbolon.crypto.PasswordHash;
import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.Email;
import dev.symbolon.oauth.ProtectedResource;
import dev.symbolon.oauth.Tenant;
import dev.symbolon.web.Host;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// Brings an installation to what a [Seed] declares: adds what is missing and changes what
/// differs. Nothing is removed,
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

        /// @param claims by name, the person's name among them
        /// @param password read when the person does not exist yet; without one nobody signs in
        ///     with a password
        record SeedPerson(
                String email,
                Optional<Boolean> verified,
                Map<String, String> claims,
                Optional<Supplier<PasswordHash>> password) {}
    }

    /// What became of a seed, a sentence for each.
    ///
    /// @param changes empty when everything was so already
    /// @param left what differs and stays as it is
    /// @param notes what else the operator should know
    record Done(List<String> changes, List<String> left, List<String> notes) {}

    private final House house;
    private final Registration registration;
    private final Instant now;
    private final List<String> changes = new ArrayList<>();
    private final List<String> left = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    private Seeding(House house, Instant now) {
        this.house = house;
        this.registration = new Registration(house.clients());
        this.now = now;
    }

    /// Does it.
    static Done apply(Seed seed, House house, Instant now) {
        var seeding = new Seeding(house, now);
        // What can be refused is refused before the first write.
        var read = seed.tenants().stream().map(seeding::read).toList();
        read.forEach(seeding::apply);
        return new Done(List.copyOf(seeding.changes), List.copyOf(seeding.left), List.copyOf(seeding.notes));
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
                declared.email(), declared.verified(), declared.claims(), password.map(value -> () -> value));
    }

    private void apply(SeedTenant declared) {
        var id = declared.tenant().id();
        apply(declared.tenant(), house.tenants().find(id));
        TenantCommands.inTheClear(declared.tenant().issuer()).ifPresent(notes::add);
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
                throw TenantCommands.taken(declared);
            }
            TenantCommands.told(house, present.get(), declared)
                    .forEach(sentence -> changes.add("tenant " + declared.id() + ": " + sentence));
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
        var where = "person " + declared.email() + " of tenant " + host.id() + ": ";
        var present = house.accounts().byEmail(host.id(), declared.email());
        if (present.isPresent()) {
            var differing = differing(declared, present.get().account());
            if (!differing.isEmpty()) {
                left.add(where + "left as they are, though " + String.join(" and ", differing)
                        + (differing.size() == 1 ? " differs" : " differ") + "; symbolon user update changes them");
            }
            return;
        }
        var person = new Person(
                declared.email(),
                declared.verified().orElse(false),
                declared.claims(),
                declared.password().map(Supplier::get));
        new Enrolment(house.accounts()).enrol(host, person, now).ifPresent(_ -> changes.add(where + "added"));
    }

    // A password is left alone too, but whether it differs is nobody's business.
    private static List<String> differing(SeedPerson declared, Account present) {
        var names = new ArrayList<String>();
        if (declared.verified()
                .filter(verified ->
                        verified != present.email().filter(Email::isVerified).isPresent())
                .isPresent()) {
            names.add("email_verified");
        }
        var claims = ProfileClaims.of(present.profile());
        ProfileClaims.of(Enrolment.profile(declared.claims())).forEach((name, value) -> {
            if (!value.equals(claims.get(name))) {
                names.add(name);
            }
        });
        return names;
    }
}
