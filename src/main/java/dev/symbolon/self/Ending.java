package dev.symbolon.self;

import dev.symbolon.account.ProfileClaims;
import dev.symbolon.account.Visit;
import dev.symbolon.mail.Mail;
import dev.symbolon.page.AccountPage;
import dev.symbolon.page.Page;
import dev.symbolon.store.Events.Event;
import dev.symbolon.web.Answer;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/// What is known about a person, to take along; and the end of it.
final class Ending {
    private static final int LINES_MAX = 10_000;

    private final Self self;

    Ending(Self self) {
        this.self = self;
    }

    /// `GET /account/data.json`: everything that is kept about the person, and no secret.
    Answer data(Visit visit) {
        return Answer.json(200, everything(visit))
                .with("Content-Disposition", "attachment; filename=\"account.json\"")
                .with("X-Content-Type-Options", "nosniff");
    }

    private Map<String, Object> everything(Visit visit) {
        var account = visit.account();
        var tenant = account.tenant();
        var subject = account.subject();
        var stores = self.stores();
        var all = new LinkedHashMap<String, Object>();
        all.put("issuer", visit.call().host().issuer().value());
        all.put("sub", subject.value());
        account.email().ifPresent(email -> {
            all.put("email", email.address());
            all.put("email_verified", email.isVerified());
        });
        all.put("profile", ProfileClaims.of(account.profile()));
        all.put("created_at", account.createdAt().toString());
        all.put("updated_at", account.updatedAt().toString());
        all.put("has_password", stores.accounts().hasPassword(tenant, subject));
        all.put(
                "identities",
                stores.identities().ofSubject(tenant, subject).stream()
                        .map(one -> row(
                                "connection", one.connection().value(),
                                "subject", one.upstreamSubject(),
                                "email", one.email().orElse(""),
                                "name", one.name().orElse(""),
                                "created_at", one.createdAt(),
                                "last_used_at", one.lastUsedAt()))
                        .toList());
        all.put(
                "sessions",
                self.means().sessions().ofSubject(visit.call(), subject).stream()
                        .map(one -> row(
                                "created_at", one.createdAt(),
                                "auth_time", one.authTime(),
                                "last_seen_at", one.lastSeenAt(),
                                "device", one.device().agent(),
                                "network", one.device().network()))
                        .toList());
        all.put(
                "consents",
                stores.consents().list(tenant, subject).stream()
                        .map(kept -> row(
                                "client_id", kept.consent().client().value(),
                                "scope", kept.consent().scope().toString(),
                                "apis", kept.consent().permissions(),
                                "since", kept.since()))
                        .toList());
        all.put(
                "grants",
                stores.grants().ofSubject(tenant, subject, LINES_MAX).stream()
                        .map(grant -> row(
                                "client_id", grant.client().value(),
                                "scope", grant.scope().toString(),
                                "created_at", grant.createdAt()))
                        .toList());
        all.put(
                "events",
                stores.events().ofSubject(tenant, subject, LINES_MAX).stream()
                        .map(Ending::row)
                        .toList());
        return all;
    }

    private static Map<String, Object> row(Event event) {
        var row = row("at", event.at(), "kind", event.kind());
        event.client().ifPresent(client -> row.put("client_id", client.value()));
        return row;
    }

    private static Map<String, Object> row(Object... pairs) {
        var row = new LinkedHashMap<String, Object>();
        for (var i = 0; i < pairs.length; i += 2) {
            var value = pairs[i + 1];
            row.put((String) pairs[i], value instanceof Instant ? value.toString() : value);
        }
        return row;
    }

    /// `GET|POST /account/delete`.
    Answer delete(Visit visit) {
        var call = visit.call();
        var account = visit.account();
        if (!call.isPost()) {
            return visit.show(new AccountPage.Delete(
                    visit.frame(), Page.Who.of(visit.who().session(), account, false)));
        }
        self.stores().accounts().remove(account.tenant(), account.subject(), call.now());
        self.tell(visit, Mail.Kind.ACCOUNT_DELETED, Map.of());
        var gone = new AccountPage.Gone(new AccountPage.Frame("", visit.frame().back(), ""));
        return visit.show(gone);
    }
}
