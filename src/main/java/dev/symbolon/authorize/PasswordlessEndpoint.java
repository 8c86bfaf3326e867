package dev.symbolon.authorize;

import dev.symbolon.account.BrowserSessions;
import dev.symbolon.account.Enrolment;
import dev.symbolon.account.TicketPost;
import dev.symbolon.account.TicketPost.Asker;
import dev.symbolon.client.ClientCalls;
import dev.symbolon.crypto.Interactions;
import dev.symbolon.crypto.Tickets;
import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.Connection;
import dev.symbolon.oauth.Interaction;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.Session;
import dev.symbolon.oauth.SessionId;
import dev.symbolon.oauth.Ticket;
import dev.symbolon.oauth.Ticket.Kind;
import dev.symbolon.page.Texts;
import dev.symbolon.store.Accounts;
import dev.symbolon.store.Accounts.PasswordAccount;
import dev.symbolon.store.Connections;
import dev.symbolon.store.Resources;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Call;
import dev.symbolon.web.Form;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A first-party application asks for the code of a mail in its own page (docs/decisions/0012): the request is an
/// authorization request, and what the right code is exchanged for is an authorization code, bound to its challenge.
///
/// `POST /passwordless/start`: the parameters of an authorization request, `email`, and `send`, `code` or `link`.
/// `POST /passwordless/verify`: `ticket` and `otp`.
public final class PasswordlessEndpoint {
    private static final int MINUTES_MAX = 30;

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
        return calls.answer(call, (client, form) -> start(call, firstParty(client), form));
    }

    /// Takes the code.
    public Answer verify(Call call) {
        return calls.answer(call, (client, form) -> verify(call, firstParty(client), form));
    }

    private static Client firstParty(Client client) {
        if (!client.metadata().firstParty()) {
            throw new OAuthException(
                    OAuthError.UNAUTHORIZED_CLIENT,
                    "Only a first-party application may ask for a code itself; send the person to /authorize.");
        }
        return client;
    }

    private Map<String, Object> start(Call call, Client client, Form form) {
        var connection = connection(call, client);
        prove(client, form);
        var request = requests.read(call, client, form);
        var send = form.get("send").orElse("code");
        if (!List.of("code", "link").contains(send)) {
            throw refused("send has to be code or link.");
        }
        var email = form.text("email").strip();
        if (!TicketPost.isAddress(email)) {
            throw refused("email is missing or cannot be an address.");
        }
        // As it came, without what is ours: the link goes on with it at /authorize.
        var interaction = Interaction.begun(asked(form), call.now());
        var language = Texts.pick(
                        request.uiLocales(), call.header("accept-language").orElse(""))
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
        answer.put("expires_in", MINUTES_MAX * 60);
        return answer;
    }

    private static String asked(Form form) {
        return Arrays.stream(form.raw().split("&"))
                .filter(pair ->
                        !pair.startsWith("email=") && !pair.startsWith("send=") && !pair.startsWith("client_secret="))
                .reduce((one, two) -> one + "&" + two)
                .orElse("");
    }

    private static void prove(Client client, Form form) {
        if (RedirectionEndpoint.prove(Optional.of(client), form) instanceof RedirectionEndpoint.Verdict.Refused) {
            throw refused("redirect_uri is missing or not exactly one of the client's registered ones.");
        }
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
        var ticket = Tickets.read(call.host().sealer(), form.text("ticket"), call.now())
                .filter(one -> one.kind() == Kind.SIGN_IN && one.browser().isEmpty())
                .filter(one -> one.client().equals(Optional.of(client.id())))
                .orElseThrow(() -> over("The ticket is not one of this client's, or its time is over; start again."));
        switch (tickets.check(call, ticket, form.text("otp"))) {
            case RIGHT -> {}
            case WRONG -> throw over("This is not the code of the mail.");
            case SPENT -> throw over("The code was tried too often; start again.");
            case OVER -> throw over("The code was used already; start again.");
        }
        var begun = ticket.interaction()
                .flatMap(text -> Interactions.read(call.host().sealer(), text, call.now()))
                .orElseThrow(() -> over("The request of this ticket is over; start again."));
        var asked = Form.parse(begun.request());
        prove(client, asked);
        var request = requests.read(call, client, asked);
        if (!tickets.use(call, ticket)) {
            throw over("The code was used already; start again.");
        }
        var account = account(call, ticket);
        var session = session(call, account);
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

    private static Session session(Call call, Account account) {
        var now = call.now();
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
