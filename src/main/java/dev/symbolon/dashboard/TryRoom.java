package dev.symbolon.dashboard;

import dev.symbolon.client.ClientFields;
import dev.symbolon.client.Registration;
import dev.symbolon.crypto.AuthorizationCodes;
import dev.symbolon.crypto.DashboardCookies;
import dev.symbolon.crypto.DashboardCookies.Trial;
import dev.symbolon.crypto.Sealer;
import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.CodeChallenge;
import dev.symbolon.oauth.CodeVerifier;
import dev.symbolon.oauth.Connection;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.Prompt;
import dev.symbolon.oauth.ProtectedResource;
import dev.symbolon.oauth.RedirectUri;
import dev.symbolon.oauth.Scope;
import dev.symbolon.page.templates.desk.JtetryGenerated;
import dev.symbolon.page.templates.desk.JtetrystepsGenerated;
import dev.symbolon.store.Grants;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Call;
import dev.symbolon.web.Cookies;
import dev.symbolon.web.Cookies.OfDashboard;
import dev.symbolon.web.Form;
import dev.symbolon.web.Host;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Trying a client: the real flow with its settings, in the operator's own browser, one step after the other.
/// What a client keeps in between, the browser keeps sealed, bound to it and to the operator; the store learns
/// of a run when its grant ends, which is before anybody sees what it was worth.
public final class TryRoom {
    /// Where a client that is tried sends people back to.
    static final String CALLBACK = "/dashboard/try/callback";

    private static final Duration LIFE = Duration.ofMinutes(10);
    private static final Scope SCOPE = Scope.parse("openid profile email offline_access");

    /// Sealed and encoded, with its name, the cookie stays under 4 KB.
    private static final int REQUEST_MAX_CHARACTERS = 2_400;

    private final Dashboard dashboard;

    TryRoom(Dashboard dashboard) {
        this.dashboard = dashboard;
    }

    /// What can be chosen before it begins.
    ///
    /// @param callback where the client sends people back to
    /// @param fields what stands in the form, by name
    /// @param apis what the access token can be for
    public record View(
            Client client,
            String callback,
            Map<String, String> fields,
            List<Connection> connections,
            List<ProtectedResource> apis,
            Optional<String> error) {
        /// Whether people may be sent back here.
        public boolean isAllowed() {
            return client.hasCallback(callback);
        }

        /// The values of `prompt`.
        public List<String> prompts() {
            return Arrays.stream(Prompt.values()).map(Prompt::wire).toList();
        }

        /// What stands in a field.
        public String field(String name) {
            return fields.getOrDefault(name, "");
        }
    }

    /// Whether it is this page's own callback, which is none of the application.
    static boolean isOwn(RedirectUri uri) {
        return uri.value().endsWith(CALLBACK);
    }

    static String path(ClientId id) {
        return ClientRooms.path(id) + "/try";
    }

    private static String callback(Host host) {
        return host.issuer() + CALLBACK;
    }

    /// `GET|POST /dashboard/clients/{client}/try`.
    Answer answer(Desk desk, Client client) {
        if (!desk.call().isPost()) {
            return choose(desk, client, Optional.empty());
        }
        return desk.attempt(
                () -> switch (desk.form().text("action")) {
                    case "allow" -> allow(desk, client, true);
                    case "disallow" -> allow(desk, client, false);
                    case "begin" -> begin(desk, client);
                    default -> throw refused("That form is not one of this page.");
                },
                sentence -> choose(desk, client, Optional.of(sentence)));
    }

    private Answer choose(Desk desk, Client client, Optional<String> error) {
        var fields = new LinkedHashMap<String, String>();
        fields.put(
                "scope",
                desk.form()
                        .get("scope")
                        .orElseGet(() ->
                                SCOPE.within(client.metadata().scope().values()).toString()));
        for (var name : List.of("prompt", "connection", "resource")) {
            fields.put(name, desk.form().text(name));
        }
        var host = desk.call().host();
        var apis = dashboard.stores().resources().list(host.id());
        var view = new View(client, callback(host), fields, connections(host, client), apis, error);
        var frame = desk.frame();
        return desk.show(out -> JtetryGenerated.render(out, null, frame, view));
    }

    private List<Connection> connections(Host host, Client client) {
        return dashboard.stores().connections().list(host.id()).stream()
                .filter(one -> one.isFor(client.id()))
                .toList();
    }

    private List<String> apis(Host host) {
        return dashboard.stores().resources().list(host.id()).stream()
                .map(ProtectedResource::identifier)
                .toList();
    }

    private Answer allow(Desk desk, Client client, boolean isWanted) {
        var host = desk.call().host();
        var urls = new ArrayList<>(client.metadata().redirectUris().stream()
                .map(RedirectUri::value)
                .toList());
        urls.remove(callback(host));
        if (isWanted) {
            urls.add(callback(host));
        }
        var metadata = Registration.metadata(client.metadata(), ClientFields.draft(Map.of("redirect_uris", urls)));
        var after = new Client(client.tenant(), client.id(), metadata, client.disabledAt());
        // The statement compares once more: whoever changed the client meanwhile loses nothing.
        if (!dashboard.stores().clients().replace(client, after, desk.call().now())) {
            throw refused("Somebody else changed this client at the same moment, so nothing was done. Press again.");
        }
        return desk.to(path(client.id()), isWanted ? Said.ADDED : Said.REMOVED);
    }

    // The request is shown, and a link leads on: a form's policy would stop the way to another server's sign-in.
    private Answer begin(Desk desk, Client client) {
        var call = desk.call();
        var sealer = call.host().sealer();
        if (!client.hasCallback(callback(call.host()))) {
            throw refused("Add the address of this page to the Allowed Callback URLs first.");
        }
        if (client.disabledAt().isPresent()) {
            throw refused("The client is switched off. Switch it on on its page first.");
        }
        var verifier = new CodeVerifier(sealer.newToken().value());
        var request = request(desk, client, verifier);
        if (request.length() > REQUEST_MAX_CHARACTERS) {
            throw refused("That is more than a browser keeps; ask for fewer scopes.");
        }
        var trial = new Trial(desk.account().subject(), desk.browser().id(), verifier, request);
        var sealed = DashboardCookies.write(sealer, trial, call.now().plus(LIFE));
        return show(desk, TrySteps.of(call.host(), client, request))
                .cookie(Cookies.setDashboard(call.host().issuer(), OfDashboard.TRIAL, sealed.text(), LIFE));
    }

    private String request(Desk desk, Client client, CodeVerifier verifier) {
        var host = desk.call().host();
        var form = desk.form();
        var parameters = new LinkedHashMap<String, String>();
        parameters.put("response_type", "code");
        parameters.put("client_id", client.id().value());
        parameters.put("redirect_uri", callback(host));
        parameters.put("scope", Scope.parse(form.text("scope")).toString());
        parameters.put("state", host.sealer().newId());
        parameters.put("nonce", host.sealer().newId());
        parameters.put("code_challenge", CodeChallenge.of(verifier).value());
        parameters.put("code_challenge_method", "S256");
        var prompts = Arrays.stream(Prompt.values()).map(Prompt::wire).toList();
        parameters.put("prompt", one(form, "prompt", prompts));
        var connections =
                connections(host, client).stream().map(one -> one.id().value()).toList();
        parameters.put("connection", one(form, "connection", connections));
        parameters.put("resource", one(form, "resource", apis(host)));
        parameters.values().removeIf(String::isEmpty);
        return TrySteps.query(parameters);
    }

    private static String one(Form form, String name, List<String> known) {
        var value = form.text(name);
        if (!value.isEmpty() && !known.contains(value)) {
            throw refused("That " + name + " is not one of those to choose from; it may be gone.");
        }
        return value;
    }

    /// A run that this operator began in this browser, at a client that is still there.
    private record Run(Client client, Trial trial, Form request) {
        String parameter(String name) {
            return request.text(name);
        }
    }

    private Optional<Run> run(Desk desk) {
        var call = desk.call();
        return Cookies.dashboard(call, OfDashboard.TRIAL)
                .flatMap(text -> DashboardCookies.trial(call.host().sealer(), text, call.now()))
                .filter(trial -> trial.operator().equals(desk.account().subject()))
                .filter(trial -> Sealer.equal(trial.browser(), desk.browser().id()))
                .flatMap(trial -> {
                    var request = Form.parse(trial.request());
                    return dashboard
                            .stores()
                            .clients()
                            .find(call.host().id(), new ClientId(request.text("client_id")))
                            .map(client -> new Run(client, trial, request));
                });
    }

    /// `GET|POST /dashboard/try/callback`: what came back, and what it is worth.
    Answer callback(Desk desk) {
        var run = run(desk);
        if (run.isEmpty()) {
            return over(
                    desk,
                    "This run is over",
                    "It was finished, was begun more than ten minutes ago, or belongs to another browser or operator."
                            + " Nothing was exchanged now. A code is good once: begin again on the client's page.",
                    Room.CLIENTS.path());
        }
        var back = path(run.get().client().id());
        var came = desk.form();
        if (!Sealer.equal(run.get().parameter("state"), came.text("state"))) {
            return over(
                    desk,
                    "That state is not the one of this run",
                    "The answer belongs to another request, or somebody made it up, so nothing was exchanged. This is"
                            + " what state is for (RFC 6749 section 10.12).",
                    back);
        }
        if (!came.text("iss").equals(desk.call().host().issuer().value())) {
            return over(
                    desk,
                    "That answer is not of this issuer",
                    "Its iss is another one or is missing, so nothing was exchanged (RFC 9207 section 2.4).",
                    back);
        }
        if (came.get("code").isEmpty() && came.get("error").isEmpty()) {
            return over(desk, "Nothing came back", "There is neither a code nor an error in the answer.", back);
        }
        var steps = steps(desk, run.get()).came(came);
        if (came.get("error").isPresent()) {
            return show(desk, steps);
        }
        return desk.call().isPost()
                ? exchange(desk, run.get(), steps)
                : show(desk, steps.ask(came, run.get().trial().verifier(), Optional.empty()));
    }

    private static TrySteps steps(Desk desk, Run run) {
        return TrySteps.of(desk.call().host(), run.client(), run.trial().request());
    }

    private Answer exchange(Desk desk, Run run, TrySteps steps) {
        var came = desk.form();
        var verifier = run.trial().verifier();
        var secret = came.text("client_secret");
        if (!run.client().isPublic() && secret.isEmpty()) {
            var missing = new TrySteps.Refused(
                    "no secret", "This client shows who it is with its secret.", "Paste it below.", Optional.empty());
            return show(desk, steps.ask(came, verifier, Optional.of(missing))).as(400);
        }
        var call = desk.call();
        var code = AuthorizationCodes.read(call.host().sealer(), call.host().id(), came.text("code"), call.now());
        var answer = dashboard.means().flow().token().answer(tokenCall(call, run, secret));
        if (answer.status() != 200) {
            var refused = TrySteps.Refused.byToken(call, run.client(), answer);
            // Of a wrong secret nothing is spent: the right one can follow.
            return refused.error().equals(OAuthError.INVALID_CLIENT.wire())
                    ? show(desk, steps.ask(came, verifier, Optional.of(refused)))
                    : show(desk, steps.refused(came, verifier, refused)).cookie(forget(desk));
        }
        var tokens = TrySteps.members(answer.body());
        var userinfo = dashboard
                .means()
                .flow()
                .userinfo()
                .answer(userinfoCall(call, String.valueOf(tokens.get("access_token"))));
        code.ifPresent(one -> grants().endTrial(one.grant(), call.now()));
        var got = TrySteps.Got.of(call.host(), run.client(), run.parameter("nonce"), tokens, userinfo);
        return show(desk, steps.got(came, verifier, got)).cookie(forget(desk));
    }

    private Grants grants() {
        return dashboard.stores().grants();
    }

    private static Call tokenCall(Call call, Run run, String secret) {
        var form = new LinkedHashMap<String, String>();
        form.put("grant_type", "authorization_code");
        form.put("code", call.form().text("code"));
        form.put("redirect_uri", run.parameter("redirect_uri"));
        form.put("code_verifier", run.trial().verifier().value());
        var headers = new LinkedHashMap<String, String>();
        headers.put("content-type", "application/x-www-form-urlencoded");
        var id = run.client().id().value();
        form.put("client_id", id);
        switch (run.client().metadata().tokenEndpointAuthMethod()) {
            case NONE -> {}
            case CLIENT_SECRET_BASIC -> headers.put("authorization", TrySteps.basic(id, secret));
            case CLIENT_SECRET_POST -> form.put("client_secret", secret);
        }
        var body = TrySteps.query(form).getBytes(StandardCharsets.US_ASCII);
        return inside(call, "POST", "/oauth/token", headers, body);
    }

    private static Call userinfoCall(Call call, String accessToken) {
        return inside(call, "GET", "/userinfo", Map.of("authorization", "Bearer " + accessToken), new byte[0]);
    }

    // As it would come over the wire, without the wire.
    private static Call inside(Call call, String method, String path, Map<String, String> headers, byte[] body) {
        return new Call(call.host(), method, path, Map.of(), "", headers, call.remoteAddress(), call.now(), () -> body);
    }

    private static String forget(Desk desk) {
        return Cookies.setDashboard(desk.call().host().issuer(), OfDashboard.TRIAL, "", Duration.ZERO);
    }

    private static Answer show(Desk desk, TrySteps steps) {
        var frame = desk.frame();
        return desk.show(out -> JtetrystepsGenerated.render(out, null, frame, steps));
    }

    private static Answer over(Desk desk, String title, String sentence, String back) {
        return desk.trouble(400, title, sentence, Optional.of(back));
    }

    private static OAuthException refused(String sentence) {
        return new OAuthException(OAuthError.INVALID_REQUEST, sentence);
    }
}
