package dev.symbolon.client;

import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.RedirectUri;
import dev.symbolon.oauth.TenantId;
import dev.symbolon.store.Clients;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// At which origins a tenant's clients live: the answer to browsers that ask before they call. At most a second
/// old, and bounded by the tenants and clients that exist.
public final class Origins {
    private static final Duration FRESH = Duration.ofSeconds(1);
    private static final int PAGE = 500;

    private record Seen(Set<String> origins, Instant readAt) {}

    private final Clients clients;
    private final InstantSource clock;
    private final Map<TenantId, Seen> seen = new ConcurrentHashMap<>();

    /// Reads the clients when it is asked.
    public Origins(Clients clients, InstantSource clock) {
        this.clients = clients;
        this.clock = clock;
    }

    /// Whether a client of the tenant lives at that origin.
    public boolean has(TenantId tenant, String origin) {
        var known = seen.get(tenant);
        if (known == null || !isFresh(known)) {
            // One reads, the others wait for what it found.
            known = seen.compute(tenant, (_, old) -> old != null && isFresh(old) ? old : readNow(tenant));
        }
        return known.origins().contains(origin);
    }

    // As old as the moment before it was asked for.
    private Seen readNow(TenantId tenant) {
        var now = clock.instant();
        return new Seen(read(tenant), now);
    }

    private boolean isFresh(Seen one) {
        return Duration.between(one.readAt(), clock.instant()).abs().compareTo(FRESH) < 0;
    }

    private Set<String> read(TenantId tenant) {
        var origins = new HashSet<String>();
        var after = Optional.<ClientId>empty();
        do {
            var page = clients.list(tenant, after, PAGE);
            page.stream().filter(client -> client.disabledAt().isEmpty()).forEach(client -> add(client, origins));
            after = page.size() < PAGE
                    ? Optional.empty()
                    : Optional.of(page.getLast().id());
        } while (after.isPresent());
        return origins;
    }

    private static void add(Client client, Set<String> origins) {
        origins.addAll(client.metadata().webOrigins());
        client.metadata().redirectUris().stream()
                .map(RedirectUri::origin)
                .filter(origin -> !origin.isEmpty())
                .forEach(origins::add);
    }
}
