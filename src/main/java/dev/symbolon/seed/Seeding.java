package dev.symbolon.seed;

import dev.symbolon.House;
import dev.symbolon.Mistake;
import dev.symbolon.account.Enrolment;
import dev.symbolon.account.Enrolment.Person;
import dev.symbolon.account.ProfileClaims;
import dev.symbolon.client.Registration;
import dev.symbolon.connection.Enlistment;
import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.Connection;
import dev.symbolon.oauth.Connection.Kind;
import dev.symbolon.oauth.Email;
import dev.symbolon.oauth.ProtectedResource;
import dev.symbolon.oauth.Tenant;
import dev.symbolon.seed.Seed.SeedClient;
import dev.symbolon.seed.Seed.SeedConnection;
import dev.symbolon.seed.Seed.SeedPerson;
import dev.symbolon.seed.Seed.SeedTenant;
import dev.symbolon.web.Host;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Brings an installation to what a [Seed] declares: adds what is missing and changes what
/// differs. Nothing is removed,
/// and people are only ever added: what they changed themselves since stays theirs.
public final class Seeding {
    /// What became of a seed, a sentence for each.
    ///
    /// @param changes empty when everything was so already
    /// @param left what differs and stays as it is
    /// @param notes what else the operator should know
    public record Done(List<String> changes, List<String> left, List<String> notes) {}

    private final House house;
    private final Registration registration;
    private final Enlistment enlistment;
    private final Instant now;
    private final List<String> changes = new ArrayList<>();
    private final List<String> left = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    private Seeding(House house, Instant now) {
        this.house = house;
        this.registration = new Registration(house.clients());
        this.enlistment = new Enlistment(house.connections(), house.clients());
        this.now = now;
    }

    /// Does it.
    ///
    /// @throws dev.symbolon.Mistake when a tenant cannot be
    /// @throws dev.symbolon.oauth.OAuthException when something in it cannot be
    public static Done apply(Seed seed, House house, Instant now) {
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
        var connections = declared.connections().stream()
                .map(connection -> read(declared, connection))
                .toList();
        var people = declared.people().stream()
                .map(person -> house.accounts().byEmail(tenant, person.email()).isPresent() ? person : read(person))
                .toList();
        return new SeedTenant(declared.tenant(), clients, connections, declared.resources(), people);
    }

    private static SeedClient read(SeedClient declared) {
        var _ = Registration.metadata(declared.id(), declared.draft());
        var secret = declared.secret().map(Supplier::get);
        secret.ifPresent(value -> Registration.requireLong(declared.id(), value));
        return new SeedClient(declared.id(), declared.draft(), secret.map(value -> () -> value));
    }

    private SeedConnection read(SeedTenant tenant, SeedConnection declared) {
        var wanted = declared.wanted();
        var present = house.connections().find(wanted.tenant(), wanted.id());
        present.ifPresent(connection -> Enlistment.requireKind(connection, wanted.kind()));
        enlistment.requireFreeName(wanted);
        for (var client : wanted.rules().clients()) {
            if (tenant.clients().stream().noneMatch(one -> one.id().equals(client))
                    && house.clients().find(wanted.tenant(), client).isEmpty()) {
                throw Enlistment.unknown(wanted.tenant(), client);
            }
        }
        requireOn(tenant, declared, present);
        var secret = declared.secret().map(Supplier::get).map(value -> Enlistment.acceptable(wanted.kind(), value));
        return new SeedConnection(wanted, secret.map(value -> () -> value), declared.isDefault(), declared.enabled());
    }

    // The default one is on, whatever is declared.
    private static void requireOn(SeedTenant tenant, SeedConnection declared, Optional<Connection> present) {
        var isOn = declared.enabled().orElse(present.map(Connection::isEnabled).orElse(true));
        var stays = tenant.connections().stream().noneMatch(SeedConnection::isDefault)
                && present.map(Connection::isDefault).orElse(declared.wanted().kind() == Kind.DATABASE);
        if (!isOn && (declared.isDefault() || stays)) {
            throw new Mistake("Connection " + declared.id() + " of tenant "
                    + tenant.tenant().id()
                    + " is the default one and would not be enabled; declare enabled: true, or another default.");
        }
    }

    private static SeedPerson read(SeedPerson declared) {
        var password = declared.password().map(Supplier::get);
        return new SeedPerson(
                declared.email(), declared.verified(), declared.claims(), password.map(value -> () -> value));
    }

    private void apply(SeedTenant declared) {
        var id = declared.tenant().id();
        apply(declared.tenant(), house.tenants().find(id));
        Tenancy.inTheClear(declared.tenant().issuer()).ifPresent(notes::add);
        if (declared.clients().isEmpty()
                && declared.connections().isEmpty()
                && declared.resources().isEmpty()
                && declared.people().isEmpty()) {
            return;
        }
        var host = Tenancy.host(house, id);
        declared.clients().forEach(client -> apply(host, client));
        applyConnections(host, declared.connections());
        declared.resources().forEach(this::apply);
        declared.people().forEach(person -> apply(host, person));
    }

    private void apply(Tenant declared, Optional<Tenant> present) {
        if (present.isEmpty()) {
            Tenancy.make(house, declared);
            changes.add("tenant " + declared.id() + ": made, at " + declared.issuer());
        } else if (!present.get().equals(declared)) {
            if (!house.tenants().update(declared, now)) {
                throw Tenancy.taken(declared);
            }
            Tenancy.told(house, present.get(), declared)
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

    private void applyConnections(Host host, List<SeedConnection> declared) {
        declared.forEach(connection -> apply(host, connection));
        // The next default one has to be on before it is that, and the last one is not until then.
        declared.stream()
                .filter(one -> one.enabled().orElse(false) && enlistment.enable(host, one.id(), now))
                .forEach(one -> changes.add(where(host, one) + "enabled"));
        declared.stream()
                .filter(one ->
                        one.isDefault() && !enlistment.known(host, one.id()).isDefault())
                .forEach(one -> {
                    enlistment.makeDefault(host, one.id(), now);
                    changes.add(where(host, one) + "the default one now");
                });
        declared.stream()
                .filter(one -> !one.enabled().orElse(true) && enlistment.disable(host, one.id(), now))
                .forEach(one -> changes.add(where(host, one) + "disabled"));
    }

    private void apply(Host host, SeedConnection declared) {
        var wanted = declared.wanted();
        switch (enlistment.declare(host, wanted, declared.secret().map(Supplier::get), now)) {
            case ADDED ->
                changes.add(where(host, declared) + "added"
                        + (wanted.kind().isUpstream()
                                ? "; register " + Enlistment.redirectUri(host) + " there as redirect URI"
                                : ""));
            case CHANGED -> changes.add(where(host, declared) + "changed");
            case AS_BEFORE -> {}
        }
        notes.addAll(Enlistment.notes(wanted, enlistment.hasSecret(host, wanted.id())));
    }

    private static String where(Host host, SeedConnection declared) {
        return "connection " + declared.id() + " of tenant " + host.id() + ": ";
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
