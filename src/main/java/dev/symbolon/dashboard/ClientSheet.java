package dev.symbolon.dashboard;

import dev.symbolon.client.ClientFields;
import dev.symbolon.client.Registration;
import dev.symbolon.dashboard.Dashboard.Stores;
import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.Client.Lifetimes;
import dev.symbolon.oauth.Connection;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.RedirectUri;
import dev.symbolon.page.templates.desk.JteclientGenerated;
import dev.symbolon.store.Clients.SecretLine;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Form;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Everything about one client on one sheet: how to use it, where it is, how long its tokens live. Each section
/// is a form of its own; what is wrong in one stands above it, with everything that was typed.
public final class ClientSheet {
    private final Stores stores;
    private final Registration registration;

    ClientSheet(Stores stores, Registration registration) {
        this.stores = stores;
        this.registration = registration;
    }

    /// The sheet.
    ///
    /// @param fields what stands in the forms, by name
    public record View(
            Client client,
            Map<String, String> fields,
            List<Connection> connections,
            List<SecretLine> secrets,
            Optional<String> error) {
        /// What stands in a field.
        public String field(String name) {
            return fields.getOrDefault(name, "");
        }

        /// Whether a box is ticked.
        public boolean has(String name) {
            return !field(name).isEmpty();
        }

        /// Whether people can come back to the application.
        public boolean hasCallback() {
            return callbacks().findFirst().isPresent();
        }

        private Stream<RedirectUri> callbacks() {
            return client.metadata().redirectUris().stream().filter(uri -> !TryRoom.isOwn(uri));
        }

        /// The first Allowed Callback URL, or an example of one.
        public String callback() {
            return callbacks().findFirst().map(RedirectUri::value).orElse("http://localhost:5173/callback");
        }

        /// What the lifetimes come to.
        public String meaning() {
            var lives = client.metadata().lifetimes();
            return "Somebody who uses the application signs in again after "
                    + Span.of(lives.refreshAbsolute())
                    + ", and after " + Span.of(lives.refreshIdle()) + " without using it. When access is taken away,"
                    + " userinfo and introspection refuse at once, and an API that only checks signatures after at"
                    + " most " + Span.of(lives.accessToken()) + ".";
        }
    }

    Answer answer(Desk desk, Client client) {
        if (!desk.call().isPost()) {
            return show(desk, client, Optional.empty());
        }
        return desk.attempt(() -> change(desk, client), sentence -> again(desk, client, sentence));
    }

    private Answer change(Desk desk, Client client) {
        registration.change(
                desk.call().host(),
                client.id(),
                ClientFields.draft(said(desk.form())),
                desk.call().now());
        return desk.to(ClientRooms.path(client.id()), Said.SAVED);
    }

    private static Map<String, ?> said(Form form) {
        return switch (form.text("section")) {
            case "urls" ->
                Map.of(
                        "client_uri", form.text("client_uri").strip(),
                        "redirect_uris", lines(form.text("redirect_uris")),
                        "post_logout_redirect_uris", lines(form.text("post_logout_redirect_uris")),
                        "web_origins", lines(form.text("web_origins")));
            case "settings" ->
                Map.of(
                        "client_name", form.text("client_name"),
                        "scope", form.text("scope"),
                        "first_party", form.get("first_party").isPresent(),
                        "pkce_required", form.get("pkce_required").isPresent(),
                        "claims_in_id_token", form.get("claims_in_id_token").isPresent(),
                        "id_token_signed_response_alg", form.text("algorithm"));
            case "lifetimes" -> lifetimes(form);
            default -> throw new OAuthException(OAuthError.INVALID_REQUEST, "That form is not one of this page.");
        };
    }

    private static Map<String, ?> lifetimes(Form form) {
        var access = span(form, "access", "The life of access tokens");
        var idle = span(form, "idle", "The life of an unused refresh token");
        var absolute = span(form, "absolute", "The longest life of refresh tokens");
        var leeway = span(form, "leeway", "The leeway");
        Lifetimes.breach(access, idle, absolute, leeway).ifPresent(breach -> {
            throw new OAuthException(OAuthError.INVALID_CLIENT_METADATA, sentence(breach));
        });
        return Map.of(
                "access_token_seconds", access.toSeconds(),
                "refresh_idle_seconds", idle.toSeconds(),
                "refresh_absolute_seconds", absolute.toSeconds(),
                "reuse_leeway_seconds", leeway.toSeconds());
    }

    private static Duration span(Form form, String name, String what) {
        return Span.parse(form.text(name), form.text(name + "_unit"), what);
    }

    private static String sentence(Lifetimes.Breach breach) {
        return switch (breach) {
            case Lifetimes.Breach.OutOfBounds(var life, var value) ->
                name(life) + " lasts from " + Span.of(life.least()) + " to " + Span.of(life.most()) + "; "
                        + Span.of(value) + " is outside.";
            case Lifetimes.Breach.Outlives(var child, var value, var parent, var most) ->
                name(child) + " cannot last longer (" + Span.of(value) + ") than "
                        + name(parent).toLowerCase(Locale.ROOT) + " (" + Span.of(most)
                        + "): it would end with that one anyway.";
        };
    }

    private static String name(Lifetimes.Life life) {
        return switch (life) {
            case ACCESS_TOKEN -> "An access token";
            case REFRESH_IDLE -> "An unused refresh token";
            case REFRESH_ABSOLUTE -> "A chain of refresh tokens";
            case REUSE_LEEWAY -> "The leeway";
        };
    }

    private static List<String> lines(String text) {
        return text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    }

    private Answer again(Desk desk, Client client, String sentence) {
        var fields = fields(client);
        var form = desk.form();
        for (var name : fields.keySet()) {
            form.get(name).ifPresent(value -> fields.put(name, value));
        }
        if (form.text("section").equals("settings")) {
            for (var box : List.of("first_party", "pkce_required", "claims_in_id_token")) {
                fields.put(box, form.text(box));
            }
        }
        return show(desk, client, fields, Optional.of(sentence));
    }

    Answer show(Desk desk, Client client, Optional<String> error) {
        return show(desk, client, fields(client), error);
    }

    private Answer show(Desk desk, Client client, Map<String, String> fields, Optional<String> error) {
        var call = desk.call();
        var connections = stores.connections().list(call.host().id()).stream()
                .filter(connection -> connection.isFor(client.id()))
                .toList();
        var secrets = stores.clients().secretLines(call.host().id(), client.id(), call.now());
        var view = new View(client, fields, connections, secrets, error);
        var frame = desk.frame();
        return desk.show(out -> JteclientGenerated.render(out, null, frame, view));
    }

    private static Map<String, String> fields(Client client) {
        var metadata = client.metadata();
        var fields = new LinkedHashMap<String, String>();
        fields.put("client_name", metadata.clientName());
        fields.put("client_uri", metadata.clientUri().map(Object::toString).orElse(""));
        fields.put("redirect_uris", joined(metadata.redirectUris()));
        fields.put("post_logout_redirect_uris", joined(metadata.postLogoutRedirectUris()));
        fields.put("web_origins", joined(metadata.webOrigins()));
        fields.put("scope", metadata.scope().toString());
        fields.put("first_party", metadata.firstParty() ? "1" : "");
        fields.put("pkce_required", metadata.pkceRequired() ? "1" : "");
        fields.put("claims_in_id_token", metadata.claimsInIdToken() ? "1" : "");
        fields.put("algorithm", metadata.idTokenSignedResponseAlg().wire());
        span(fields, "access", metadata.lifetimes().accessToken());
        span(fields, "idle", metadata.lifetimes().refreshIdle());
        span(fields, "absolute", metadata.lifetimes().refreshAbsolute());
        span(fields, "leeway", metadata.lifetimes().reuseLeeway());
        return fields;
    }

    private static void span(Map<String, String> fields, String name, Duration duration) {
        var span = Span.of(duration);
        fields.put(name, Long.toString(span.amount()));
        fields.put(name + "_unit", span.unit().word());
    }

    private static String joined(List<?> values) {
        return values.stream().map(Object::toString).collect(Collectors.joining("\n"));
    }
}
