package dev.symbolon.oidc;

import dev.symbolon.account.BrowserSessions;
import dev.symbolon.client.RefusedCallbacks;
import dev.symbolon.crypto.BrowserCookie;
import dev.symbolon.crypto.Jwt;
import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.RedirectUri;
import dev.symbolon.oauth.SessionId;
import dev.symbolon.page.Page;
import dev.symbolon.page.PageAnswers;
import dev.symbolon.store.Clients;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Call;
import dev.symbolon.web.Cookies;
import dev.symbolon.web.Csrf;
import dev.symbolon.web.ErrorId;
import dev.symbolon.web.Form;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/// `GET|POST /logout` (RP-Initiated Logout 1.0). With an ID token of ours as the hint its session ends at once;
/// without one the person is asked first. The browser goes back only to one of the client's Allowed Logout URLs,
/// exactly.
public final class LogoutEndpoint {
    private static final List<String> PASSED_ON = List.of("client_id", "post_logout_redirect_uri", "state");

    private final Clients clients;
    private final BrowserSessions sessions;
    private final RefusedCallbacks refusals;
    private final RandomGenerator random;

    /// Ends sessions.
    public LogoutEndpoint(
            Clients clients, BrowserSessions sessions, RefusedCallbacks refusals, RandomGenerator random) {
        this.clients = clients;
        this.sessions = sessions;
        this.refusals = refusals;
        this.random = random;
    }

    /// Ends the session of the hint, or asks, or does what the person answered.
    public Answer answer(Call call) {
        var form = call.parameters();
        var action = call.isPost() ? form.text("action") : "";
        if (!action.isEmpty()) {
            return answered(call, form, action);
        }
        if (call.isPost() && Cookies.session(call).isEmpty()) {
            return asGet(form);
        }
        var hint = form.get("id_token_hint")
                .flatMap(token -> call.host().keys().verify(token))
                .filter(token -> token.typ().equals("JWT"));
        var client = client(call, form, hint);
        if (hint.isEmpty() || client.isEmpty()) {
            return sessions.of(call).isEmpty()
                    ? sessions.endAll(call, leave(call, form, client))
                    : ask(call, form, client);
        }
        // Only this browser's: an ID token in somebody else's hands ends nothing.
        hint.get().text("sid").map(SessionId::new).ifPresent(id -> sessions.leave(call, id));
        var left = leave(call, form, client);
        return Cookies.session(call).isPresent() && sessions.of(call).isEmpty()
                ? left.cookie(Cookies.endSession(call.host().issuer()))
                : left;
    }

    // A form of the application's page comes without our cookies (SameSite=Lax); as a GET it brings them.
    private static Answer asGet(Form form) {
        var query = new StringJoiner("&", "/logout?", "");
        for (var name : List.of("id_token_hint", "client_id", "post_logout_redirect_uri", "state", "ui_locales")) {
            form.encoded(name).ifPresent(value -> query.add(name + "=" + value));
        }
        return Answer.seeOther(query.toString());
    }

    /// The client that asks: the audience of the hint, or `client_id` where there is no hint. Both together have
    /// to agree, and a hint that is not good speaks for nobody (RP-Initiated Logout §2, §4).
    private Optional<Client> client(Call call, Form form, Optional<Jwt> hint) {
        if (hint.isEmpty() && form.get("id_token_hint").isPresent()) {
            return Optional.empty();
        }
        var named = form.get("client_id");
        var hinted = hint.flatMap(token -> token.audience().stream().findFirst());
        if (named.isPresent() && hinted.isPresent() && !named.equals(hinted)) {
            return Optional.empty();
        }
        return hinted.or(() -> named)
                .filter(ClientId::hasShape)
                .flatMap(id -> clients.find(call.host().id(), new ClientId(id)));
    }

    private Answer ask(Call call, Form form, Optional<Client> client) {
        var known = Cookies.browser(call);
        var browser = known.orElseGet(() -> BrowserCookie.fresh(call.host().sealer()));
        var fields = new ArrayList<Page.Field>();
        if (client.isPresent()) {
            PASSED_ON.forEach(name -> form.get(name).ifPresent(value -> fields.add(new Page.Field(name, value))));
        }
        var who = sessions.of(call).stream()
                .map(one -> Page.Who.of(one.session(), one.account(), false))
                .toList();
        var page = new Page.Logout(client.map(LogoutEndpoint::app), Csrf.token(call.host(), browser), who, fields);
        var answer = PageAnswers.page(call, locales(form), page);
        return known.isPresent()
                ? answer
                : answer.cookie(Cookies.setBrowser(
                        call.host().issuer(), browser, call.host().sealer(), call.now()));
    }

    private Answer answered(Call call, Form form, String action) {
        if (Csrf.prove(call, form).isEmpty()) {
            var problem = Cookies.browser(call).isEmpty() ? Page.Problem.COOKIES : Page.Problem.FORBIDDEN;
            var page = new Page.Error(problem, ErrorId.of(random), Optional.empty(), Optional.of("/logout"));
            return PageAnswers.page(call, locales(form), page);
        }
        var client = client(call, form, Optional.empty());
        if (!action.equals("logout")) {
            return client.flatMap(Client::home).map(Answer::seeOther).orElseGet(() -> Answer.seeOther("/account"));
        }
        return sessions.endAll(call, leave(call, form, client));
    }

    private Answer leave(Call call, Form form, Optional<Client> client) {
        return back(form, client).orElseGet(() -> {
            tellTheDeveloper(call, form, client);
            var query = new StringJoiner("&", "?", "").setEmptyValue("");
            client.ifPresent(
                    one -> query.add("client_id=" + Form.encode(one.id().value())));
            form.encoded("ui_locales").ifPresent(value -> query.add("ui_locales=" + value));
            return Answer.seeOther("/logged-out" + query);
        });
    }

    private void tellTheDeveloper(Call call, Form form, Optional<Client> client) {
        var wanted = form.text("post_logout_redirect_uri");
        if (client.isPresent() && !wanted.isEmpty()) {
            var allowed = client.get().metadata().postLogoutRedirectUris().stream()
                    .map(RedirectUri::value)
                    .collect(Collectors.joining("\n"));
            refusals.note(call, client.get().id().value(), "post_logout_redirect_uri", wanted, allowed);
        }
    }

    /// `GET /logged-out`: the end, with a way back to the application where one is known.
    public Answer loggedOut(Call call) {
        var form = call.query();
        var client = client(call, form, Optional.empty());
        return PageAnswers.page(call, locales(form), new Page.LoggedOut(client.map(LogoutEndpoint::app)));
    }

    // Exactly `state` and nothing else is appended (RP-Initiated Logout §3).
    private static Optional<Answer> back(Form form, Optional<Client> client) {
        var wanted = form.text("post_logout_redirect_uri");
        var allowed = client.filter(known -> known.disabledAt().isEmpty()).stream()
                .flatMap(known -> known.metadata().postLogoutRedirectUris().stream())
                .anyMatch(uri -> uri.value().equals(wanted));
        if (!allowed) {
            return Optional.empty();
        }
        var separator = wanted.indexOf('?') < 0 ? "?" : "&";
        return Optional.of(Answer.seeOther(wanted
                + form.encoded("state")
                        .map(state -> separator + "state=" + state)
                        .orElse("")));
    }

    private static Page.App app(Client client) {
        return new Page.App(client.metadata().clientName(), client.home());
    }

    private static List<String> locales(Form form) {
        return Arrays.asList(form.text("ui_locales").split(" "));
    }
}
