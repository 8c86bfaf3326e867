package dev.symbolon.self;

import dev.symbolon.account.ProfileClaims;
import dev.symbolon.account.Visit;
import dev.symbolon.oauth.Allowance;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.Connection;
import dev.symbolon.oauth.Connection.Kind;
import dev.symbolon.oauth.Consent;
import dev.symbolon.oauth.Grant;
import dev.symbolon.oauth.Identity;
import dev.symbolon.page.AccountPage;
import dev.symbolon.page.AccountPage.AppLine;
import dev.symbolon.page.AccountPage.DeviceLine;
import dev.symbolon.page.AccountPage.IdentityLine;
import dev.symbolon.page.AccountPage.Passwords;
import dev.symbolon.page.Page;
import dev.symbolon.page.ScopeLine;
import dev.symbolon.page.StepPage.Way;
import dev.symbolon.store.Sessions;
import dev.symbolon.web.Answer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// `GET /account`: everything at a glance.
final class Overview {
    private static final int GRANTS_MAX = 1_000;
    private static final int DEVICES_SHOWN_MAX = 20;

    private final Self self;

    Overview(Self self) {
        this.self = self;
    }

    Answer show(Visit visit) {
        var chosen = visit.form()
                .get("session")
                .filter(id -> !id.equals(visit.who().session().id().value()));
        if (chosen.isPresent()) {
            return choose(visit, chosen.get());
        }
        var account = visit.account();
        var tenant = account.tenant();
        var connections = self.stores().connections().list(tenant);
        var identities = self.stores().identities().ofSubject(tenant, account.subject());
        var devices = devices(visit);
        return visit.show(new AccountPage.Overview(
                visit.frame(),
                Page.Who.of(visit.who().session(), account, false),
                ProfileClaims.of(account.profile()),
                account.email().map(email -> new AccountPage.Address(email.address(), email.isVerified())),
                others(visit),
                passwords(visit, connections),
                identityLines(visit, connections, identities),
                connectable(connections, identities),
                devices.stream().limit(DEVICES_SHOWN_MAX).toList(),
                more(devices.size()),
                apps(visit),
                visit.notice()));
    }

    // Which account the browser means is the browser's own business: no form is needed for that.
    private Answer choose(Visit visit, String session) {
        var call = visit.call();
        var own = self.means().sessions().of(call).stream()
                .map(one -> one.session().id())
                .filter(id -> id.value().equals(session))
                .findFirst();
        return own.flatMap(id -> self.means().sessions().choose(call, id, call.now(), Answer.seeOther("/account")))
                .orElseGet(() -> Answer.seeOther("/account"));
    }

    private List<Page.Who> others(Visit visit) {
        return self.means().sessions().of(visit.call()).stream()
                .skip(1)
                .map(one -> Page.Who.of(one.session(), one.account(), false))
                .toList();
    }

    private Passwords passwords(Visit visit, List<Connection> connections) {
        if (connections.stream().noneMatch(one -> one.kind() == Kind.DATABASE && one.isEnabled())) {
            return Passwords.NONE_HERE;
        }
        var account = visit.account();
        return self.stores().accounts().hasPassword(account.tenant(), account.subject())
                ? Passwords.SET
                : Passwords.UNSET;
    }

    private static List<IdentityLine> identityLines(
            Visit visit, List<Connection> connections, List<Identity> identities) {
        var byId = connections.stream().collect(Collectors.toMap(Connection::id, one -> one));
        return identities.stream()
                .flatMap(identity -> Stream.ofNullable(byId.get(identity.connection()))
                        .map(connection -> new IdentityLine(
                                connection.id().value(),
                                identity.upstreamSubject(),
                                connection.icon(),
                                connection.label(),
                                identity.title(),
                                Dates.of(visit).day(identity.lastUsedAt()))))
                .toList();
    }

    private static List<Way> connectable(List<Connection> connections, List<Identity> identities) {
        var has = identities.stream().map(Identity::connection).collect(Collectors.toSet());
        return connections.stream()
                .filter(one -> one.kind().isUpstream() && one.isEnabled() && !has.contains(one.id()))
                .map(Way::of)
                .toList();
    }

    private List<DeviceLine> devices(Visit visit) {
        var account = visit.account();
        var own = visit.who().session().id();
        var dates = Dates.of(visit);
        var lines = new ArrayList<DeviceLine>();
        for (var one : self.means().sessions().ofSubject(visit.call(), account.subject())) {
            var line = new DeviceLine(
                    one.id().value(),
                    one.device().agent(),
                    dates.moment(one.lastSeenAt()),
                    one.id().equals(own));
            lines.add(line.isThis() ? 0 : lines.size(), line);
        }
        return lines;
    }

    // The store does not count on without end.
    private static String more(int devices) {
        var more = Math.max(0, devices - DEVICES_SHOWN_MAX);
        return (more == 0 ? "" : String.valueOf(more)) + (devices < Sessions.DEVICES_MAX ? "" : "+");
    }

    private List<AppLine> apps(Visit visit) {
        var tenant = visit.account().tenant();
        var subject = visit.account().subject();
        var asks = new LinkedHashMap<ClientId, List<ScopeLine>>();
        var since = new LinkedHashMap<ClientId, Instant>();
        for (var kept : self.stores().consents().list(tenant, subject)) {
            asks.put(kept.consent().client(), asks(kept.consent()));
            since.put(kept.consent().client(), kept.since());
        }
        for (var grant : self.stores().grants().ofSubject(tenant, subject, GRANTS_MAX)) {
            asks.computeIfAbsent(grant.client(), _ -> asks(grant));
            since.merge(grant.client(), grant.createdAt(), (one, two) -> one.isBefore(two) ? one : two);
        }
        return asks.entrySet().stream().map(entry -> line(visit, entry, since)).toList();
    }

    private List<ScopeLine> asks(Consent consent) {
        var lines = new ArrayList<>(ScopeLine.of(consent.scope()));
        consent.apis().forEach((identifier, permissions) -> {
            var api = self.stores().resources().find(consent.tenant(), identifier);
            lines.addAll(ScopeLine.at(identifier, permissions, api));
        });
        return lines;
    }

    private List<ScopeLine> asks(Grant grant) {
        var api =
                grant.resource().flatMap(identifier -> self.stores().resources().find(grant.tenant(), identifier));
        var allowance = new Allowance(grant.scope(), api);
        var lines = new ArrayList<>(ScopeLine.of(allowance.personal()));
        lines.addAll(ScopeLine.at(grant.resource().orElse(""), allowance.permissions(), api));
        return lines;
    }

    private AppLine line(Visit visit, Map.Entry<ClientId, List<ScopeLine>> entry, Map<ClientId, Instant> since) {
        var name = self.stores()
                .clients()
                .find(visit.account().tenant(), entry.getKey())
                .map(client -> client.metadata().clientName())
                .orElse(entry.getKey().value());
        return new AppLine(
                entry.getKey().value(),
                name,
                entry.getValue(),
                Dates.of(visit)
                        .day(since.getOrDefault(entry.getKey(), visit.call().now())));
    }
}
