package dev.symbolon.dashboard;

import dev.symbolon.client.ClientFields;
import dev.symbolon.client.Registration;
import dev.symbolon.client.Registration.Draft;
import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.Permission;
import dev.symbolon.oauth.RedirectUri;
import dev.symbolon.page.templates.desk.JteerrordetailGenerated;
import dev.symbolon.page.templates.desk.JteerrorsGenerated;
import dev.symbolon.store.Refusals.Refusal;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Form;
import dev.symbolon.web.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Explain this error: what was refused lately, which rule it was, what came, what is registered, where the two
/// differ, and one button that adds what came.
public final class ErrorRooms {
    private static final int SHOWN_MAX = 200;

    private final Dashboard dashboard;
    private final Registration registration;

    ErrorRooms(Dashboard dashboard) {
        this.dashboard = dashboard;
        this.registration = new Registration(dashboard.stores().clients());
    }

    void routes(Map<String, Route> routes) {
        routes.put("/dashboard/errors", dashboard.look(Room.ERRORS, this::list));
        routes.put("/dashboard/errors/{id}", dashboard.sheet(Room.ERRORS, Permission.WRITE_CLIENTS, this::one));
    }

    static String path(Refusal refusal) {
        return "/dashboard/errors/" + Form.encode(refusal.errorId());
    }

    /// A page of ours that tells of a refusal.
    public record Line(Refusal refusal, String href) {}

    /// The list.
    ///
    /// @param search an id that was looked for and not found
    public record Listing(List<Line> lines, Optional<String> search) {}

    private Answer list(Desk desk) {
        var tenant = desk.call().host().id();
        var wanted = desk.call().query().get("id").map(String::strip).filter(id -> !id.isEmpty());
        var found = wanted.flatMap(id -> dashboard.stores().refusals().byErrorId(tenant, id));
        if (found.isPresent()) {
            return Answer.seeOther(path(found.get()));
        }
        var lines = dashboard.stores().refusals().list(tenant, SHOWN_MAX).stream()
                .map(refusal -> new Line(refusal, path(refusal)))
                .toList();
        var view = new Listing(lines, wanted);
        var frame = desk.frame();
        return desk.show(out -> JteerrorsGenerated.render(out, null, frame, view));
    }

    /// What came beside what is registered.
    ///
    /// @param clientPath where its settings are
    /// @param candidates what is registered now, the likest first
    /// @param addable whether the button can add it
    public record View(
            Refusal refusal,
            Optional<Client> client,
            String clientPath,
            Rule rule,
            List<Difference> candidates,
            boolean addable,
            Optional<String> error) {}

    /// Which rule it was, in two sentences.
    public record Rule(String title, String meaning, String remedy) {}

    /// A registered value beside the received one.
    ///
    /// @param same what both begin with
    /// @param received what came instead, in the middle
    /// @param registered what is registered, in the middle
    /// @param end what both end with
    public record Difference(String value, String same, String received, String registered, String end) {
        static Difference between(String registered, String received) {
            var start = 0;
            var most = Math.min(registered.length(), received.length());
            while (start < most && registered.charAt(start) == received.charAt(start)) {
                start++;
            }
            var end = 0;
            while (end < most - start
                    && registered.charAt(registered.length() - 1 - end)
                            == received.charAt(received.length() - 1 - end)) {
                end++;
            }
            return new Difference(
                    registered,
                    registered.substring(0, start),
                    received.substring(start, received.length() - end),
                    registered.substring(start, registered.length() - end),
                    registered.substring(registered.length() - end));
        }

        private int likeness() {
            return same.length() + end.length();
        }
    }

    private Answer one(Desk desk) {
        var found = dashboard
                .stores()
                .refusals()
                .byErrorId(desk.call().host().id(), desk.call().pathValue("id"));
        if (found.isEmpty()) {
            return desk.nothing(
                    "No refusal is known by that id. The latest 1,000 are kept; what was refused longer ago is gone.");
        }
        if (!desk.call().isPost()) {
            return show(desk, found.get(), Optional.empty());
        }
        return desk.attempt(() -> add(desk, found.get()), sentence -> show(desk, found.get(), Optional.of(sentence)));
    }

    private Answer add(Desk desk, Refusal refusal) {
        var client = client(desk, refusal);
        if (client.isEmpty() || !isAddress(refusal)) {
            return show(desk, refusal, Optional.of("There is no client to add that to."))
                    .as(400);
        }
        registration.change(
                desk.call().host(),
                client.get().id(),
                with(client.get(), refusal),
                desk.call().now());
        return desk.to(path(refusal), Said.ADDED);
    }

    private static Draft with(Client client, Refusal refusal) {
        var isCallback = refusal.rule().equals("redirect_uri");
        var before = isCallback
                ? client.metadata().redirectUris()
                : client.metadata().postLogoutRedirectUris();
        var all = new ArrayList<>(before.stream().map(RedirectUri::value).toList());
        all.add(refusal.received());
        return ClientFields.draft(Map.of(isCallback ? "redirect_uris" : "post_logout_redirect_uris", all));
    }

    private Answer show(Desk desk, Refusal refusal, Optional<String> error) {
        var client = client(desk, refusal);
        var candidates = client.stream()
                .flatMap(known -> registered(known, refusal).stream())
                .map(value -> Difference.between(value, refusal.received()))
                .sorted((one, other) -> other.likeness() - one.likeness())
                .toList();
        var isThere = candidates.stream().anyMatch(one -> one.value().equals(refusal.received()));
        var path = client.map(known -> ClientRooms.path(known.id())).orElse(Room.CLIENTS.path());
        var isAddable = client.isPresent() && isAddress(refusal) && !isThere;
        var view = new View(refusal, client, path, rule(refusal, client, isThere), candidates, isAddable, error);
        var frame = desk.frame();
        return desk.show(out -> JteerrordetailGenerated.render(out, null, frame, view));
    }

    private static List<String> registered(Client client, Refusal refusal) {
        var uris = switch (refusal.rule()) {
            case "redirect_uri" -> client.metadata().redirectUris();
            case "post_logout_redirect_uri" -> client.metadata().postLogoutRedirectUris();
            default -> List.<RedirectUri>of();
        };
        return uris.stream().map(RedirectUri::value).toList();
    }

    private static boolean isAddress(Refusal refusal) {
        return (refusal.rule().equals("redirect_uri") || refusal.rule().equals("post_logout_redirect_uri"))
                && refusal.received().contains(":")
                && refusal.received().length() < 500;
    }

    private Optional<Client> client(Desk desk, Refusal refusal) {
        return Optional.of(refusal.clientId())
                .filter(ClientId::hasShape)
                .flatMap(id ->
                        dashboard.stores().clients().find(desk.call().host().id(), new ClientId(id)));
    }

    // The endpoint and the standard's word for the refusal, as the application got it.
    private static Rule token(Refusal refusal) {
        var word = refusal.rule().substring(refusal.rule().indexOf(' ') + 1);
        var title = "The application was answered " + word;
        return switch (word) {
            case "invalid_client" ->
                new Rule(
                        title,
                        "It did not show who it is by the method that it is registered for, or with another secret.",
                        "Compare the method and the secret that it sends with its page; a new secret is made there.");
            case "invalid_grant" ->
                new Rule(
                        title,
                        "What it sent is worth nothing any more, or belongs to another request: a code is good once,"
                                + " for 60 seconds, with the redirect_uri and the code_verifier of its own request.",
                        "The sentence under received says which of these it was.");
            case "unauthorized_client", "invalid_target", "invalid_scope" ->
                new Rule(
                        title,
                        "It asked for something that it was not given.",
                        "Give it that on its page, or let it ask for less.");
            default ->
                new Rule(
                        title,
                        "The request cannot be understood: a parameter is missing, stands there twice, or has a form"
                                + " that it cannot have.",
                        "The sentence under received says which; compare it with a quick start on the client's page.");
        };
    }

    private static Rule rule(Refusal refusal, Optional<Client> client, boolean isThere) {
        if (isThere) {
            return new Rule(
                    "This is registered now",
                    "The address was refused because it was not registered; meanwhile it is.",
                    "Start the sign-in again in the application.");
        }
        return switch (refusal.rule()) {
            case "redirect_uri" ->
                new Rule(
                        "The redirect_uri is not an Allowed Callback URL",
                        "A redirect_uri has to equal one of the client's Allowed Callback URLs byte for byte (RFC 9700"
                                + " section 2.1). Otherwise the person stays here, and the code is given to nobody.",
                        "Send what is registered, or register what is sent.");
            case "post_logout_redirect_uri" ->
                new Rule(
                        "The post_logout_redirect_uri is not an Allowed Logout URL",
                        "After signing out, a person is sent only to an address that the client registered, byte for"
                                + " byte (OpenID Connect RP-Initiated Logout 1.0 section 3).",
                        "Send what is registered, or register what is sent.");
            case "client_id" ->
                client.isPresent()
                        ? new Rule(
                                "The client is switched off",
                                "While a client is switched off, it is answered like one that does not exist.",
                                "Switch it on again in its settings.")
                        : new Rule(
                                "No client has this client_id",
                                "The request named a client that is not one of this tenant. It may be one of another"
                                        + " tenant, be removed, or be misspelt.",
                                "Compare the client_id of the application with the list of clients.");
            case "callback" ->
                new Rule(
                        "Somebody came back from another server, and was not let in",
                        "The answer did not belong to a sign-in that was begun here, or the other server said something"
                                + " that is not believed.",
                        "If it happens to many, test the connection; if it names a claim, compare it with what is"
                                + " configured there.");
            default -> token(refusal);
        };
    }
}
