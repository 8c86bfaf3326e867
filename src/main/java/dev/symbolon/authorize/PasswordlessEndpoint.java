package dev.symbolon.authorize;

import dev.symbolon.account.BrowserSessions;
import dev.symbolon.account.Enrolment;
import dev.symbolon.account.TicketPost;
import dev.symbolon.account.TicketPost.Asker;
import dev.symbolon.client.ClientCalls;
import dev.symbolon.client.FirstParty;
import dev.symbolon.crypto.Interactions;
import dev.symbolon.crypto.Tickets;
import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.AuthorizationRequest;
import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.Connection;
import dev.symbolon.oauth.Interaction;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.Prompt;
import dev.symbolon.oauth.Session;
import dev.symbolon.oauth.SessionId;
import dev.symbolon.oauth.Ticket;
import dev.symbolon.oauth.Ticket.Kind;
import dev.symbolon.page.Texts;
import dev.symbolon.store.Accounts;
import dev.symbolon.store.Accounts.PasswordAccount;
import dev.symbolon.store.Connections;
import dev.symbolon.store.Resources;
import dev.symbolon.store.Sessions.SignedIn;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Call;
import dev.symbolon.web.Form;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A first-party application asks for the code of a mail in its own page (docs/decisions/0012): the request is
/// an authorization request, and what the right code is exchanged for is an authorization code, bound to its
/// challenge.
///
/// `POST /passwordless/start`: the parameters of an authorization request, `email`, and `send`, `code` or `link`.
/// `POST /passwordless/verify`: `ticket` and `otp`, which may be called `code` too.
public final class PasswordlessEndpoint {
    /// The request stands in the link of a mail.
    private static final int REQUEST_MAX_CHARACTERS = 4_000;

    /// What belongs to the authorization request; the rest is the call's own.
    private static final List<String> REQUEST_NAMES = List.of(
            "redirect_uri",
            "response_type",
            "response_mode",
            "scope",
            "state",
            "nonce",
            "code_challenge",
            "code_challenge_method",
            "prompt",
            "max_age",
            "id_token_hint",
            "ui_locales",
            "acr_values",
            "claims",
            "audience",
            "resource",
            "connection_id",
            "connection",
            "request",
            "request_uri");

    private final ClientCalls calls;
    private final Accounts accounts;
    private final Connections connections;
    private final TicketPost tickets;
    private final BrowserSessions sessions;
    private final Requests requests;

    /// What the endpoint needs of the store.
    public record Stores(Accounts accounts, Connections connections, Resources resources) {}

    /// An endpoint for first-party clients.
    public PasswordlessEndpoint(
            ClientCalls calls, Stores stores, TicketPost tickets, BrowserSessions sessions, Duration codeLife) {
        this.calls = calls;
        this.accounts = stores.accounts();
        this.connections = stores.connections();
        this.tickets = tickets;
        this.sessions = sessions;
        this.requests = new Requests(stores.resources(), stores.connections(), codeLife);
    }

    /// Sends a code or a link, if there is somebody to send it to; the answer does not tell.
    public Answer start(Call call) {
        return calls.answer(call, (client, form) -> start(call, FirstParty.require(call, client), form));
    }

    /// Takes the code.
    public Answer verify(Call call) {
        return calls.answer(call, (client, form) -> verify(call, FirstParty.require(call, client), form));
    }

    private Map<String, Object> start(Call call, Client client, Form form) {
        var connection = connection(call, client);
        var asked = asked(client, form);
        var request = read(call, client, asked);
        var send = form.get("send").orElse("code");
        if (!List.of("code", "link").contains(send)) {
            throw refused("send has to be code or link.");
        }
        var email = form.text("email").strip();
        if (!TicketPost.isAddress(email)) {
            throw refused("email is missing or cannot be an address.");
        }
        // The link goes on with it at /authorize.
        var interaction = Interaction.begun(asked.raw(), call.now());
        var language = Texts.pick(
                        request.uiLocales(),
                        call.header("accept-language").orElse(""),
                        call.host().language())
                .language();
        var asker = new Asker(
                "",
                Optional.of(client.id()),
                client.metadata().clientName(),
                language,
                Optional.of(
                        Interactions.write(call.host().sealer(), interaction).text()));
        var prepared = tickets.signIn(call, asker, email, connection.rules().signUp());
        if (!tickets.send(call, asker, prepared)) {
            throw new OAuthException(
                    OAuthError.TOO_MANY_REQUESTS,
                    "So many mails went to this address or were asked for from this network that no more go now.");
        }
        var answer = new LinkedHashMap<String, Object>();
        answer.put(
                "ticket", Tickets.write(call.host().sealer(), prepared.ticket()).text());
        answer.put("expires_in", TicketPost.life(Kind.SIGN_IN).toSeconds());
        return answer;
    }

    private static Form asked(Client client, Form form) {
        var text =
                new StringBuilder("client_id=").append(Form.encode(client.id().value()));
        REQUEST_NAMES.forEach(name -> form.encoded(name)
                .ifPresent(value -> text.append('&').append(name).append('=').append(value)));
        if (form.get("response_type").isEmpty()) {
            text.append("&response_type=code");
        }
        if (text.length() > REQUEST_MAX_CHARACTERS) {
            throw refused("The request has more than " + REQUEST_MAX_CHARACTERS + " characters.");
        }
        return Form.parse(text.toString());
    }

    // As at /authorize, and checked again when the ticket is used.
    private AuthorizationRequest read(Call call, Client client, Form asked) {
        if (RedirectionEndpoint.prove(Optional.of(client), asked) instanceof RedirectionEndpoint.Verdict.Refused) {
            throw refused("redirect_uri is missing or not exactly one of the client's registered ones.");
        }
        var request = requests.read(call, client, asked);
        if (request.isSilent() || request.prompt().contains(Prompt.CONSENT)) {
            throw refused("prompt=none and prompt=consent are for /authorize; here a person types a code.");
        }
        var _ = Requests.wanted(call, request);
        return request;
    }

    private Connection connection(Call call, Client client) {
        return connections.list(call.host().id()).stream()
                .filter(one -> one.kind() == Connection.Kind.PASSWORDLESS_EMAIL && one.isFor(client.id()))
                .filter(_ -> tickets.canSend(call.host()))
                .findFirst()
                .orElseThrow(() -> refused("No connection of kind passwordless_email is enabled for this client."));
    }

    private Map<String, Object> verify(Call call, Client client, Form form) {
        connection(call, client);
        var otp = form.get("otp").or(() -> form.get("code")).orElseThrow(() -> refused("otp is missing."));
        var ticket = Tickets.read(call.host().sealer(), form.text("ticket"), call.now())
                .filter(one -> one.kind() == Kind.SIGN_IN && one.browser().isEmpty())
                .filter(one -> one.client().equals(Optional.of(client.id())))
                .orElseThrow(() -> over("The ticket is not one of this client's, or its time is over; start again."));
        var begun = ticket.interaction()
                .flatMap(text -> Interactions.read(call.host().sealer(), text, call.now()))
                .orElseThrow(() -> over("The request of this ticket is over; start again."));
        var request = read(call, client, Form.parse(begun.request()));
        switch (tickets.check(call, ticket, otp)) {
            case RIGHT -> {}
            case WRONG -> throw over("This is not the code of the mail.");
            case SPENT -> throw over("The code was tried too often; start again.");
            case OVER -> throw over("The code was used already; start again.");
        }
        if (!tickets.use(call, ticket)) {
            throw over("The code was used already; start again.");
        }
        var account = account(call, ticket);
        var session = session(call, account, begun.startedAt());
        requireEnough(call, client, request, new SignedIn(session, account), begun.startedAt());
        sessions.startElsewhere(call, session);
        var answer = new LinkedHashMap<String, Object>();
        answer.put("code", requests.code(call, client, request, session, Optional.empty()));
        answer.put("iss", call.host().issuer().value());
        if (account.createdAt().isAfter(begun.startedAt())) {
            answer.put("signup", true);
        }
        return answer;
    }

    private Account account(Call call, Ticket ticket) {
        var tenant = call.host().id();
        var known = accounts.byEmail(tenant, ticket.address()).map(PasswordAccount::account);
        if (known.isEmpty() && ticket.newcomer().isPresent()) {
            var person = new Enrolment.Person(ticket.address(), true, Map.of(), Optional.empty());
            return new Enrolment(accounts)
                    .enrol(call.host(), person, call.now().plusMillis(1))
                    .orElseThrow(() -> over("Somebody with this address signed up a moment ago; start again."));
        }
        return known.filter(one -> one.disabledAt().isEmpty())
                .map(one -> accounts.proveAddress(tenant, one.subject(), ticket.address(), call.now())
                        .orElse(one))
                .orElseThrow(() -> over("This is not the code of the mail."));
    }

    // What /authorize would say of this sign-in: whether it is the person that is meant, and in the way that is needed.
    private static void requireEnough(
            Call call, Client client, AuthorizationRequest request, SignedIn who, Instant startedAt) {
        var situation = new NextStep.Situation(
                request,
                client,
                List.of(who),
                Requests.wanted(call, request),
                _ -> Optional.empty(),
                startedAt,
                call.now());
        switch (NextStep.of(situation)) {
            case NextStep.Issue _ -> {}
            case NextStep.Refuse(var error, var description) -> throw new OAuthException(error, description);
            default ->
                throw new OAuthException(
                        OAuthError.INTERACTION_REQUIRED, "This needs the sign-in page; send the person to /authorize.");
        }
    }

    private static Session session(Call call, Account account, Instant notBefore) {
        var now = call.now().isBefore(notBefore) ? notBefore : call.now();
        var id = new SessionId(call.host().sealer().newId());
        return new Session(call.host().id(), id, account.subject(), now, List.of("otp"), now, now, now);
    }

    private static OAuthException over(String sentence) {
        return new OAuthException(OAuthError.INVALID_GRANT, sentence);
    }

    private static OAuthException refused(String sentence) {
        return new OAuthException(OAuthError.INVALID_REQUEST, sentence);
    }
}
