package dev.symbolon.dashboard;

import dev.symbolon.client.ApiFields;
import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.Permission;
import dev.symbolon.oauth.Scope;
import dev.symbolon.page.templates.desk.JteaccessGenerated;
import dev.symbolon.page.templates.desk.JteoperationsGenerated;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Form;
import dev.symbolon.web.Route;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What programs may do in their own name: the access of a client to APIs, and what the management API can do.
public final class AccessRooms {
    private static final String BOX = "may ";

    private final Dashboard dashboard;

    AccessRooms(Dashboard dashboard) {
        this.dashboard = dashboard;
    }

    void routes(Map<String, Route> routes) {
        routes.put("/dashboard/api", dashboard.look(Room.API, this::operations));
    }

    /// An operation of the management API.
    public record Operation(String method, String path, String scope, String summary) {}

    private Answer operations(Desk desk) {
        var frame = desk.frame();
        var api = desk.call().host().issuer().managementApi();
        var all = dashboard.means().operations();
        return desk.show(out -> JteoperationsGenerated.render(out, null, frame, api, all));
    }

    /// What a client may ask.
    ///
    /// @param apis what can be chosen, the names by identifier
    /// @param api the identifier of the one that was chosen
    /// @param words what it declares; empty when it declares nothing
    /// @param scope of an API that declares nothing
    public record View(
            Client client,
            Map<String, Scope> access,
            Map<String, String> apis,
            Optional<String> api,
            List<Word> words,
            String scope,
            Optional<String> error) {
        /// Where this page is.
        public String path() {
            return ClientRooms.path(client.id()) + "/access";
        }

        /// Where it is with an API chosen.
        public String path(String identifier) {
            return path() + "?api=" + Form.encode(identifier);
        }
    }

    /// A permission that can be ticked.
    ///
    /// @param mayGive whether this operator can
    public record Word(String value, String description, boolean isGiven, boolean mayGive) {
        /// What its box is called.
        public String field() {
            return BOX + value;
        }
    }

    Answer access(Desk desk, Client client) {
        if (!desk.call().isPost()) {
            return show(desk, client, Optional.empty());
        }
        return desk.attempt(
                () -> desk.to(ClientRooms.path(client.id()) + "/access", change(desk, client)),
                sentence -> show(desk, client, Optional.of(sentence)));
    }

    private Said change(Desk desk, Client client) {
        var host = desk.call().host();
        var api = desk.form().text("api");
        var now = desk.call().now();
        if (desk.form().text("action").equals("disallow")) {
            dashboard.stores().access().disallow(host.id(), client.id(), api, now);
            return Said.REMOVED;
        }
        var scope = asked(desk, client, api);
        if (client.isPublic()) {
            throw refused("A public client cannot ask in its own name: anybody can say it.");
        }
        if (api.equals(host.issuer().managementApi())) {
            requireOwn(desk, scope);
            // What somebody else gave, and this form could not show as a choice, stays.
            var kept = words(desk, client, api).stream()
                    .filter(word -> word.isGiven() && !word.mayGive())
                    .map(Word::value)
                    .toList();
            scope = scope.and(Scope.of(kept));
        } else {
            var known = dashboard.stores().resources().find(host.id(), api);
            ApiFields.requireDeclared(known.orElseThrow(() -> refused("There is no such API any more.")), scope);
        }
        dashboard.stores().access().allow(host.id(), client.id(), api, scope, now);
        return Said.SAVED;
    }

    // Nobody gives away what they have not got.
    private static void requireOwn(Desk desk, Scope scope) {
        for (var word : scope.values()) {
            var permission =
                    Permission.of(word).orElseThrow(() -> refused("The management API knows no " + word + "."));
            if (!desk.may(permission)) {
                throw refused("You cannot give " + word + ", since your role has not got it.");
            }
        }
    }

    private Scope asked(Desk desk, Client client, String api) {
        var values = new LinkedHashSet<>(Scope.parse(desk.form().text("scope")).values());
        for (var word : words(desk, client, api)) {
            if (word.mayGive() && desk.form().get(word.field()).isPresent()) {
                values.add(word.value());
            }
        }
        return new Scope(values);
    }

    private List<Word> words(Desk desk, Client client, String api) {
        var host = desk.call().host();
        var given = dashboard.stores().access().of(host.id(), client.id()).getOrDefault(api, Scope.EMPTY);
        if (api.equals(host.issuer().managementApi())) {
            return Arrays.stream(Permission.values())
                    .map(one -> new Word(one.wire(), "", given.has(one.wire()), desk.may(one)))
                    .toList();
        }
        return dashboard.stores().resources().find(host.id(), api).stream()
                .flatMap(known -> known.permissions().entrySet().stream())
                .map(one -> new Word(one.getKey(), one.getValue(), given.has(one.getKey()), true))
                .toList();
    }

    private Answer show(Desk desk, Client client, Optional<String> error) {
        var host = desk.call().host();
        var apis = new LinkedHashMap<String, String>();
        apis.put(host.issuer().managementApi(), "The management API");
        dashboard.stores().resources().list(host.id()).forEach(api -> apis.put(api.identifier(), api.name()));
        var access = dashboard.stores().access().of(host.id(), client.id());
        var chosen = desk.form().get("api").filter(apis::containsKey);
        var given = chosen.map(api -> access.getOrDefault(api, Scope.EMPTY).toString());
        var view = new View(
                client,
                access,
                apis,
                chosen,
                chosen.map(api -> words(desk, client, api)).orElse(List.of()),
                error.isPresent() ? desk.form().text("scope") : given.orElse(""),
                error);
        var frame = desk.frame();
        return desk.show(out -> JteaccessGenerated.render(out, null, frame, view));
    }

    private static OAuthException refused(String sentence) {
        return new OAuthException(OAuthError.INVALID_REQUEST, sentence);
    }
}
