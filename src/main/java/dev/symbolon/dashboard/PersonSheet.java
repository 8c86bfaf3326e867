package dev.symbolon.dashboard;

import dev.symbolon.account.Enrolment;
import dev.symbolon.account.ProfileClaims;
import dev.symbolon.dashboard.Dashboard.Stores;
import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.ConnectionId;
import dev.symbolon.oauth.Identity;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.Role;
import dev.symbolon.oauth.SessionId;
import dev.symbolon.page.templates.desk.JtepersonGenerated;
import dev.symbolon.store.Events.Event;
import dev.symbolon.store.Sessions.OnDevice;
import dev.symbolon.web.Answer;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Everything about one person on one sheet: who they are, how they sign in, where they are signed in, what they
/// allowed, what happened, and what an operator can do for them.
public final class PersonSheet {
    private static final int GRANTS_MAX = 100;
    private static final int EVENTS_MAX = 30;
    private static final SessionId NO_SESSION = new SessionId("");

    /// The claims that stand in the form; the others come from elsewhere and stay.
    static final List<String> CLAIMS =
            List.of("name", "given_name", "family_name", "nickname", "locale", "zoneinfo", "phone_number");

    private final Dashboard dashboard;
    private final PeopleRooms people;
    private final Stores stores;

    PersonSheet(Dashboard dashboard, PeopleRooms people) {
        this.dashboard = dashboard;
        this.people = people;
        this.stores = dashboard.stores();
    }

    /// An application that may do something for the person.
    public record App(ClientId id, String name, String scope, Instant since) {}

    /// The sheet.
    ///
    /// @param fields what stands in the form, by the names of the claims; `email` among them
    /// @param role what they are here, if they operate the tenant
    /// @param isAbove whether the operator may not change them
    public record View(
            Account account,
            Map<String, String> fields,
            boolean hasPassword,
            Optional<Role> role,
            boolean isAbove,
            List<Identity> identities,
            List<OnDevice> sessions,
            List<App> apps,
            List<Event> events,
            Optional<String> error) {
        /// The claims of the form.
        public List<String> claims() {
            return CLAIMS;
        }

        /// What stands in a field.
        public String field(String name) {
            return fields.getOrDefault(name, "");
        }

        /// Where this sheet is.
        public String path() {
            return PeopleRooms.path(account);
        }
    }

    Answer answer(Desk desk, Account account) {
        if (!desk.call().isPost()) {
            return show(desk, account, Optional.empty());
        }
        return desk.attempt(
                () -> desk.to(PeopleRooms.path(account), act(desk, account)),
                sentence -> show(desk, account, Optional.of(sentence)));
    }

    private Said act(Desk desk, Account account) {
        var now = desk.call().now();
        var tenant = account.tenant();
        var subject = account.subject();
        return switch (desk.form().text("action")) {
            case "profile" -> change(desk, account);
            case "suspend" -> {
                stores.accounts().disable(tenant, subject, now);
                yield Said.SWITCHED_OFF;
            }
            case "reinstate" -> {
                stores.accounts().enable(tenant, subject, now);
                yield Said.SWITCHED_ON;
            }
            case "reset" -> {
                people.invite(desk, account);
                yield Said.SENT;
            }
            case "sign-out" -> {
                stores.sessions().endOthers(tenant, subject, NO_SESSION, Optional.empty(), now);
                stores.grants().revokeSubject(tenant, subject, now);
                yield Said.ENDED;
            }
            case "end-session" -> {
                var session = new SessionId(desk.form().text("session"));
                stores.sessions().endOthers(tenant, subject, NO_SESSION, Optional.of(session), now);
                yield Said.ENDED;
            }
            case "revoke" -> revoke(desk, account);
            case "unlink" -> unlink(desk, account);
            default -> throw new OAuthException(OAuthError.INVALID_REQUEST, "That is nothing that can be done here.");
        };
    }

    private Said change(Desk desk, Account account) {
        var claims = new LinkedHashMap<String, String>();
        for (var name : CLAIMS) {
            claims.put(name, desk.form().text(name));
        }
        var typed = desk.form().text("email").strip();
        var change = new Enrolment.Change(
                typed.equals(account.address().orElse("")) || typed.isEmpty() ? Optional.empty() : Optional.of(typed),
                Optional.of(desk.form().get("verified").isPresent()).filter(_ -> !typed.isEmpty()),
                claims);
        return new Enrolment(stores.accounts())
                .change(account, change, desk.call().now())
                .map(_ -> Said.SAVED)
                .orElseThrow(() -> new OAuthException(
                        OAuthError.INVALID_REQUEST, "Somebody else of this tenant has this e-mail; search for it."));
    }

    private Said revoke(Desk desk, Account account) {
        var client = desk.form().get("client").filter(ClientId::hasShape).map(ClientId::new);
        client.ifPresent(id -> {
            stores.grants().ofSubject(account.tenant(), account.subject(), GRANTS_MAX).stream()
                    .filter(grant -> grant.client().equals(id))
                    .forEach(grant -> stores.grants()
                            .revoke(account.tenant(), grant.id(), desk.call().now()));
            stores.consents()
                    .revoke(account.tenant(), account.subject(), id, desk.call().now());
        });
        return Said.ENDED;
    }

    private Said unlink(Desk desk, Account account) {
        var named = desk.form().text("connection");
        if (!ConnectionId.hasShape(named)) {
            return Said.REMOVED;
        }
        var connection = new ConnectionId(named);
        var there = desk.form().text("subject");
        if (!stores.identities()
                .unlink(
                        account.tenant(),
                        account.subject(),
                        connection,
                        there,
                        desk.call().now())) {
            throw new OAuthException(
                    OAuthError.INVALID_REQUEST,
                    "This is their last way in, so it stays. Send them a link to set a password first.");
        }
        return Said.REMOVED;
    }

    private Answer show(Desk desk, Account account, Optional<String> error) {
        var call = desk.call();
        var role = people.role(desk, account);
        var view = new View(
                account,
                fields(desk, account, error.isPresent()),
                stores.accounts().hasPassword(account.tenant(), account.subject()),
                role,
                role.filter(theirs -> !desk.role().isAtLeast(theirs)).isPresent(),
                stores.identities().ofSubject(account.tenant(), account.subject()),
                dashboard.means().sessions().ofSubject(call, account.subject()),
                apps(account),
                stores.events().ofSubject(account.tenant(), account.subject(), EVENTS_MAX),
                error);
        var frame = desk.frame();
        return desk.show(out -> JtepersonGenerated.render(out, null, frame, view));
    }

    private static Map<String, String> fields(Desk desk, Account account, boolean again) {
        var fields = new LinkedHashMap<String, String>();
        var isTyped = again && desk.form().text("action").equals("profile");
        var known = ProfileClaims.of(account.profile());
        fields.put(
                "email", isTyped ? desk.form().text("email") : account.address().orElse(""));
        for (var name : CLAIMS) {
            fields.put(name, isTyped ? desk.form().text(name) : known.getOrDefault(name, ""));
        }
        return fields;
    }

    private List<App> apps(Account account) {
        var scopes = new LinkedHashMap<ClientId, App>();
        for (var grant : stores.grants().ofSubject(account.tenant(), account.subject(), GRANTS_MAX)) {
            var id = grant.client();
            scopes.putIfAbsent(
                    id,
                    new App(
                            id,
                            stores.clients()
                                    .find(account.tenant(), id)
                                    .map(client -> client.metadata().clientName())
                                    .orElse(id.value()),
                            grant.scope().toString(),
                            grant.createdAt()));
        }
        return List.copyOf(scopes.values());
    }
}
