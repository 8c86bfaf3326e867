package dev.symbolon.management;

import static dev.symbolon.oauth.Permission.READ_PEOPLE;
import static dev.symbolon.oauth.Permission.WRITE_OPERATORS;
import static dev.symbolon.oauth.Permission.WRITE_PEOPLE;

import dev.symbolon.account.Enrolment;
import dev.symbolon.account.PasswordPolicy;
import dev.symbolon.account.ProfileClaims;
import dev.symbolon.account.SignInLimits;
import dev.symbolon.management.Operation.Member;
import dev.symbolon.management.Operation.Shape;
import dev.symbolon.management.Problem.Code;
import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.ConnectionId;
import dev.symbolon.oauth.Email;
import dev.symbolon.oauth.Identity;
import dev.symbolon.oauth.SessionId;
import dev.symbolon.oauth.Subject;
import dev.symbolon.store.Sessions.OnDevice;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Fields;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The people of a tenant.
final class PeopleOperations {
    private static final String ONE = "/people/{sub}";
    private static final int SUBJECT_MAX_CHARACTERS = 255;
    private static final int GRANTS_MAX = 100;
    private static final SessionId NO_SESSION = new SessionId("");

    private static final List<Member> MEMBERS = Stream.concat(
                    Stream.of(Member.of("email", "string"), Member.of("email_verified", "boolean")),
                    ProfileClaims.NAMES.stream().map(name -> Member.of(name, "string")))
            .toList();
    private static final Shape CHANGED = new Shape("Person", List.of(), MEMBERS);
    private static final Shape NEW = new Shape(
            "NewPerson",
            List.of("email"),
            Stream.concat(MEMBERS.stream(), Stream.of(Member.of("password", "string"), Member.of("invite", "boolean")))
                    .toList());

    private final ManagementApi.Stores stores;
    private final ManagementApi.Means means;

    PeopleOperations(ManagementApi.Stores stores, ManagementApi.Means means) {
        this.stores = stores;
        this.means = means;
    }

    List<Operation> all() {
        return List.of(
                Operation.get(
                        "/people", READ_PEOPLE, "List people, or find them by the beginning of a word.", this::list),
                Operation.act("/people", WRITE_PEOPLE, "Make an account.", this::create)
                        .with(NEW),
                Operation.get(
                        ONE, READ_PEOPLE, "Show a person.", request -> request.thing(200, fields(known(request)))),
                Operation.act(ONE, WRITE_PEOPLE, "Change what the body speaks of.", this::change)
                        .with(CHANGED)
                        .by("PATCH"),
                Operation.delete(ONE, WRITE_PEOPLE, "Remove a person for good.", this::remove),
                Operation.act(ONE + "/suspend", WRITE_PEOPLE, "Keep a person out.", this::suspend),
                Operation.act(ONE + "/reinstate", WRITE_PEOPLE, "Let a person in again.", this::reinstate),
                Operation.act(ONE + "/reset", WRITE_PEOPLE, "Mail a link to set a password.", this::reset),
                Operation.act(ONE + "/sign-out", WRITE_PEOPLE, "Sign a person out everywhere.", this::signOut),
                Operation.get(ONE + "/sessions", READ_PEOPLE, "List where a person is signed in.", this::sessions),
                Operation.delete(ONE + "/sessions/{session}", WRITE_PEOPLE, "End one of them.", this::endSession),
                Operation.get(ONE + "/identities", READ_PEOPLE, "List who a person is elsewhere.", this::identities),
                Operation.delete(
                        ONE + "/identities/{connection_id}/{subject}",
                        WRITE_PEOPLE,
                        "Take one away; the last way in stays.",
                        this::unlink),
                Operation.get(ONE + "/applications", READ_PEOPLE, "List what has access.", this::applications),
                Operation.delete(
                        ONE + "/applications/{client_id}", WRITE_PEOPLE, "Take access away.", this::takeAccess));
    }

    private Account known(Request request) {
        var sub = request.path("sub");
        return Optional.of(sub)
                .filter(text -> text.length() <= SUBJECT_MAX_CHARACTERS && text.indexOf(0) < 0)
                .flatMap(text -> stores.accounts().find(request.tenant(), new Subject(text)))
                .orElseThrow(() -> Problem.notFound("person"));
    }

    /// Whoever resets an operator's password is an operator soon after.
    private Account changeable(Request request) {
        var account = known(request);
        var isOperator =
                stores.operators().role(request.tenant(), account.subject()).isPresent();
        if (isOperator && !request.may(WRITE_OPERATORS)) {
            throw new Problem(Code.NOT_ALLOWED, "They operate this tenant; to change them needs write:operators too.");
        }
        return account;
    }

    private static Map<String, Object> fields(Account account) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("sub", account.subject().value());
        account.email().ifPresent(email -> {
            fields.put("email", email.address());
            fields.put("email_verified", email.isVerified());
        });
        fields.putAll(ProfileClaims.of(account.profile()));
        fields.put("active", account.disabledAt().isEmpty());
        fields.put("created_at", account.createdAt().toString());
        fields.put("updated_at", account.updatedAt().toString());
        return fields;
    }

    private Answer list(Request request) {
        var search = request.call().query().text("q").strip();
        var found = search.isEmpty()
                ? stores.words().all(request.tenant(), request.cursor(), request.limit())
                : stores.words().search(request.tenant(), search, request.cursor(), request.limit());
        return Request.page(
                found.accounts().stream().map(PeopleOperations::fields).toList(), found.next());
    }

    private Answer create(Request request) {
        var said = new LinkedHashMap<>(request.body());
        var fields = new Fields("a person", said)
                .only(NEW.members().stream().map(Member::name).toList());
        var email = Enrolment.address(
                fields.text("email").orElseThrow(() -> new Problem(Code.INVALID_REQUEST, "email is missing.")));
        var password = fields.text("password");
        var invites = fields.flag("invite").orElse(false);
        var claims = claims(fields);
        var hash = password.map(text -> {
            PasswordPolicy.acceptable(text, List.of(email, claims.getOrDefault("name", "")));
            return means.passwords().hash(text, SignInLimits.asker(request.call(), email));
        });
        var person = new Enrolment.Person(email, fields.flag("email_verified").orElse(false), claims, hash);
        var made = new Enrolment(stores.accounts()).enrol(request.host(), person, request.now());
        if (made.isEmpty()) {
            var before = stores.accounts()
                    .byEmail(request.tenant(), email)
                    .orElseThrow()
                    .account();
            // The address is the key: a repetition finds what it made.
            if (request.idempotencyKey().isPresent()
                    && Enrolment.profile(claims).equals(before.profile())) {
                return request.thing(201, fields(before));
            }
            throw new Problem(Code.CONFLICT, "Somebody of this tenant has this e-mail already.");
        }
        if (invites) {
            invite(request, made.get());
        }
        return request.thing(201, fields(made.get()))
                .with(
                        "Location",
                        request.host().issuer().managementApi() + "/people/"
                                + made.get().subject());
    }

    private static Map<String, String> claims(Fields fields) {
        var claims = new LinkedHashMap<String, String>();
        for (var name : ProfileClaims.NAMES) {
            fields.text(name).ifPresent(value -> claims.put(name, value));
        }
        return claims;
    }

    private Answer change(Request request) {
        var account = changeable(request);
        request.requireMatch(fields(account));
        var fields = new Fields("a person", request.body())
                .only(MEMBERS.stream().map(Member::name).toList());
        var change = new Enrolment.Change(fields.text("email"), fields.flag("email_verified"), claims(fields));
        return new Enrolment(stores.accounts())
                .changeOnly(account, change, request.now())
                .map(after -> request.thing(200, fields(after)))
                .orElseThrow(() -> refused(request, account));
    }

    // The statement compares once more: of two who change the same version one is told.
    private Problem refused(Request request, Account before) {
        return Enrolment.isOther(known(request), before)
                ? Problem.late()
                : new Problem(Code.CONFLICT, "Somebody of this tenant has this e-mail already.");
    }

    private Answer remove(Request request) {
        var account = changeable(request);
        request.requireMatch(fields(account));
        stores.accounts().remove(request.tenant(), account.subject(), request.now());
        return Answer.status(204);
    }

    private Answer suspend(Request request) {
        stores.accounts().disable(request.tenant(), changeable(request).subject(), request.now());
        return request.thing(200, fields(known(request)));
    }

    private Answer reinstate(Request request) {
        stores.accounts().enable(request.tenant(), changeable(request).subject(), request.now());
        return request.thing(200, fields(known(request)));
    }

    private Answer reset(Request request) {
        invite(request, changeable(request));
        return Answer.status(202);
    }

    private void invite(Request request, Account account) {
        var address = account.email()
                .filter(Email::isKey)
                .map(Email::address)
                .orElseThrow(() -> new Problem(Code.CONFLICT, "They have no e-mail that is theirs here."));
        if (!means.tickets().canSend(request.host())) {
            throw new Problem(Code.CONFLICT, "No mail can be sent: SYMBOLON_SMTP is not set on the server.");
        }
        if (!means.tickets().invite(request.call(), address)) {
            throw new Problem(Code.CONFLICT, "So many mails were sent to them lately that no more go for an hour.");
        }
    }

    private Answer signOut(Request request) {
        var account = changeable(request);
        stores.sessions().endOthers(request.tenant(), account.subject(), NO_SESSION, Optional.empty(), request.now());
        stores.grants().revokeSubject(request.tenant(), account.subject(), request.now());
        return Answer.status(204);
    }

    private Answer sessions(Request request) {
        var items = means.sessions().ofSubject(request.call(), known(request).subject()).stream()
                .map(PeopleOperations::session)
                .toList();
        return Request.page(items, Optional.empty());
    }

    private static Map<String, Object> session(OnDevice session) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("session", session.id().value());
        fields.put("device", session.device().agent());
        fields.put("network", session.device().network());
        fields.put("auth_time", session.authTime().toString());
        fields.put("last_seen_at", session.lastSeenAt().toString());
        return fields;
    }

    private Answer endSession(Request request) {
        var account = changeable(request);
        var session = new SessionId(request.path("session"));
        var ended = stores.sessions()
                .endOthers(request.tenant(), account.subject(), NO_SESSION, Optional.of(session), request.now());
        if (ended == 0) {
            throw Problem.notFound("session");
        }
        return Answer.status(204);
    }

    private Answer identities(Request request) {
        var items = stores
                .identities()
                .ofSubject(request.tenant(), known(request).subject())
                .stream()
                .map(PeopleOperations::identity)
                .toList();
        return Request.page(items, Optional.empty());
    }

    private static Map<String, Object> identity(Identity identity) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("connection_id", identity.connection().value());
        fields.put("subject", identity.upstreamSubject());
        identity.email().ifPresent(email -> fields.put("email", email));
        identity.name().ifPresent(name -> fields.put("name", name));
        fields.put("created_at", identity.createdAt().toString());
        fields.put("last_used_at", identity.lastUsedAt().toString());
        return fields;
    }

    private Answer unlink(Request request) {
        var account = changeable(request);
        var connection = request.path("connection_id");
        var there = request.path("subject");
        var isThere = stores.identities().ofSubject(request.tenant(), account.subject()).stream()
                .anyMatch(one -> one.connection().value().equals(connection)
                        && one.upstreamSubject().equals(there));
        if (!isThere) {
            throw Problem.notFound("identity");
        }
        if (!stores.identities()
                .unlink(request.tenant(), account.subject(), new ConnectionId(connection), there, request.now())) {
            throw new Problem(Code.CONFLICT, "It is their last way in, so it stays.");
        }
        return Answer.status(204);
    }

    private Answer applications(Request request) {
        var seen = new LinkedHashMap<String, Map<String, Object>>();
        for (var grant :
                stores.grants().ofSubject(request.tenant(), known(request).subject(), GRANTS_MAX)) {
            seen.putIfAbsent(
                    grant.client().value(),
                    Map.of(
                            "client_id", grant.client().value(),
                            "scope", grant.scope().toString(),
                            "since", grant.createdAt().toString()));
        }
        return Request.page(List.copyOf(seen.values()), Optional.empty());
    }

    private Answer takeAccess(Request request) {
        var account = changeable(request);
        var id = Optional.of(request.path("client_id"))
                .filter(ClientId::hasShape)
                .map(ClientId::new)
                .orElseThrow(() -> Problem.notFound("application"));
        stores.grants().ofSubject(request.tenant(), account.subject(), GRANTS_MAX).stream()
                .filter(grant -> grant.client().equals(id))
                .forEach(grant -> stores.grants().revoke(request.tenant(), grant.id(), request.now()));
        stores.consents().revoke(request.tenant(), account.subject(), id, request.now());
        return Answer.status(204);
    }
}
