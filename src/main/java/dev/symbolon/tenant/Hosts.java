package dev.symbolon.tenant;

import dev.symbolon.crypto.KeyRing;
import dev.symbolon.crypto.Purpose;
import dev.symbolon.crypto.Sealed;
import dev.symbolon.crypto.Sealer;
import dev.symbolon.crypto.SigningKey;
import dev.symbolon.crypto.VerifiedTokens;
import dev.symbolon.oauth.Branding;
import dev.symbolon.oauth.SigningAlgorithm;
import dev.symbolon.oauth.Tenant;
import dev.symbolon.oauth.TenantId;
import dev.symbolon.store.Brandings;
import dev.symbolon.store.SigningKeys;
import dev.symbolon.store.SigningKeys.KeySchedule;
import dev.symbolon.store.SigningKeys.NewKey;
import dev.symbolon.store.SigningKeys.StoredKey;
import dev.symbolon.store.Tenants;
import dev.symbolon.web.Host;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/// The tenants as they are served. What is read here is at most one second old on every node: unsealing keys at
/// each request would cost more than the request. Bounded by the tenants that exist.
public final class Hosts {
    /// How long what was read is served without looking again.
    static final Duration FRESH = Duration.ofSeconds(1);

    private static final Instant NEVER = Instant.ofEpochMilli(Long.MAX_VALUE);

    private record Seen(Host host, Sealed secret, Instant readAt) {}

    private final Stores stores;
    private final Sealer master;
    private final KeySchedule schedule;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Map<String, Seen> seen = new ConcurrentHashMap<>();
    private final Map<String, SigningKey> opened = new ConcurrentHashMap<>();
    private final VerifiedTokens verified = new VerifiedTokens();

    /// Where what is served comes from.
    public record Stores(Tenants tenants, SigningKeys signingKeys, Brandings brandings) {}

    /// @param master opens tenants' secrets and signing keys
    public Hosts(Stores stores, Sealer master, KeySchedule schedule, InstantSource clock, RandomGenerator random) {
        this.stores = stores;
        this.master = master;
        this.schedule = schedule;
        this.clock = clock;
        this.random = random;
    }

    /// The tenant that lives at this value of `Host`.
    public Optional<Host> byHost(String name) {
        var now = clock.instant();
        var known = seen.get(name);
        if (known != null && age(known, now).compareTo(FRESH) < 0) {
            return Optional.of(known.host());
        }
        var read = stores.tenants().byHost(name).map(tenant -> read(tenant, Optional.ofNullable(known), now));
        if (read.isEmpty()) {
            seen.remove(name);
        }
        read.ifPresent(fresh -> seen.put(name, fresh));
        return read.map(Seen::host);
    }

    /// The tenant of that id, read now.
    public Optional<Host> find(TenantId id) {
        return stores.tenants()
                .find(id)
                .map(tenant -> read(tenant, Optional.empty(), clock.instant()).host());
    }

    private static Duration age(Seen known, Instant now) {
        return Duration.between(known.readAt(), now).abs();
    }

    private Seen read(Tenant tenant, Optional<Seen> known, Instant now) {
        var secret = stores.tenants().secret(tenant.id());
        var sealer = known.filter(old -> old.secret().equals(secret))
                .map(old -> old.host().sealer())
                .orElseGet(() -> open(tenant, secret, now));
        var keys = stores.signingKeys().list(tenant.id(), now).stream()
                .map(stored -> new KeyRing.Entry(open(stored, now), stored.signsFrom()))
                .toList();
        var host = new Host(
                tenant,
                sealer,
                new KeyRing(keys, verified),
                stores.brandings().find(tenant.id()),
                stores.tenants().settings(tenant.id()));
        return new Seen(host, secret, now);
    }

    private Sealer open(Tenant tenant, Sealed secret, Instant now) {
        var bytes = master.open(Purpose.TENANT_SECRET, secret.text(), now)
                .orElseThrow(() -> new IllegalStateException(
                        "The secret of tenant " + tenant.id() + " cannot be opened with this master key."));
        return new Sealer(bytes, random);
    }

    private SigningKey open(StoredKey stored, Instant now) {
        return opened.computeIfAbsent(
                stored.kid(),
                kid -> SigningKey.open(master, stored.algorithm(), stored.privateJwk(), now)
                        .orElseThrow(() -> new IllegalStateException(
                                "The signing key " + kid + " cannot be opened with this master key.")));
    }

    /// Makes the pages of a tenant look so, if they look as the caller believes. This node shows it at once, every
    /// other within a second.
    ///
    /// @param logo the bytes of a logo that is new
    /// @return false when somebody was faster; nothing is changed then
    public boolean brand(Host before, Branding after, Optional<byte[]> logo) {
        var isDone = stores.brandings().replace(before.id(), before.branding(), after, logo, clock.instant());
        seen.remove(before.issuer().host());
        return isDone;
    }

    /// Gives a tenant a name and settings, if it has the ones that the caller saw.
    ///
    /// @return false when somebody was faster; nothing is changed then
    public boolean configure(Host before, Tenants.Configured after) {
        var isDone = stores.tenants().configure(before.id(), SettingFields.of(before), after, clock.instant());
        seen.remove(before.issuer().host());
        return isDone;
    }

    /// Makes a tenant with a secret and keys of its own; false when its id or its host is taken.
    public boolean add(Tenant tenant) {
        var secret = master.seal(Purpose.TENANT_SECRET, master.bytes(Sealer.SECRET_BYTES), NEVER);
        var added = stores.tenants().add(tenant, secret, clock.instant());
        if (added) {
            rotateIfDue(tenant.id());
        }
        return added;
    }

    /// Gives every tenant the keys that it should have by now.
    public void rotateIfDue() {
        for (var tenant : stores.tenants().list()) {
            rotateIfDue(tenant.id());
        }
    }

    private void rotateIfDue(TenantId tenant) {
        for (var algorithm : SigningAlgorithm.values()) {
            stores.signingKeys().rotateIfDue(tenant, algorithm, schedule, clock.instant(), () -> newKey(algorithm));
        }
    }

    /// Makes the next key of an algorithm now. It signs at once, or after it has been published for long enough
    /// that every application's copy of the key set holds it.
    ///
    /// @return the instant from which it signs; empty when another node was quicker
    public Optional<Instant> rotateNow(TenantId tenant, SigningAlgorithm algorithm, boolean atOnce) {
        var now = clock.instant();
        var signsFrom = atOnce ? now : now.plus(schedule.publishedAhead());
        return stores.signingKeys().rotateNow(tenant, algorithm, signsFrom, now, newKey(algorithm))
                ? Optional.of(signsFrom)
                : Optional.empty();
    }

    private NewKey newKey(SigningAlgorithm algorithm) {
        var key = SigningKey.generate(algorithm);
        return new NewKey(key.kid(), key.seal(master), key.publicJwk());
    }
}
