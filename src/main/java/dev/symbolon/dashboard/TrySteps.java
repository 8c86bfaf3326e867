package dev.symbolon.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import dev.symbolon.client.RefusedCallbacks;
import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.CodeVerifier;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Call;
import dev.symbolon.web.Form;
import dev.symbolon.web.Host;
import dev.symbolon.web.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// The steps of a run as far as it has come, each with what went over the wire and what it is for.
///
/// @param query the authorization request
/// @param mayReturn whether the page's own callback is still an Allowed Callback URL
public record TrySteps(
        Client client,
        String issuer,
        String query,
        boolean mayReturn,
        Optional<Came> came,
        Optional<Exchange> exchange,
        Optional<Got> got) {
    private static final Set<String> DATES = Set.of("exp", "iat", "auth_time", "nbf", "updated_at");
    private static final int SHOWN_CHARACTERS = 12;

    /// A parameter or claim, and what it is for.
    public record Line(String name, String value, String meaning) {
        static Line of(String name, String value) {
            return new Line(name, value, TryWords.meaning(name));
        }
    }

    /// What came back to the callback.
    public record Came(List<Line> lines, Optional<Refused> refused) {}

    /// An error as the client gets it.
    ///
    /// @param advice what to do now
    /// @param href where it is explained
    public record Refused(String error, String description, String advice, Optional<String> href) {
        static Refused byToken(Call call, Client client, Answer answer) {
            var members = members(answer.body());
            var error = String.valueOf(members.getOrDefault("error", "server_error"));
            var description = String.valueOf(members.getOrDefault("error_description", ""));
            var id = RefusedCallbacks.errorId(call, client.id().value(), "/oauth/token " + error, description);
            var isKept = answer.status() == 400 || answer.status() == 401;
            return new Refused(
                    error,
                    description,
                    TryWords.advice(error),
                    isKept ? Optional.of(Room.ERRORS.path() + "?id=" + id) : Optional.empty());
        }
    }

    /// The request for tokens.
    ///
    /// @param curl the same on a command line, the secret left out
    /// @param fields what the form carries on
    /// @param isOpen whether it can be sent (again)
    public record Exchange(String curl, Map<String, String> fields, Optional<Refused> refused, boolean isOpen) {}

    /// Something that a client has to find out about what it got.
    public record Check(boolean isGood, String sentence) {}

    /// What stands in a token.
    public record Token(List<Line> header, List<Line> payload) {
        // Ours, just made: what has no three parts is not looked into.
        static Token of(String jwt) {
            var parts = jwt.split("\\.");
            return parts.length == 3
                    ? new Token(lines(part(parts[0])), lines(part(parts[1])))
                    : new Token(List.of(), List.of());
        }

        private static Map<String, Object> part(String encoded) {
            return members(Base64.getUrlDecoder().decode(encoded));
        }
    }

    /// What the code was worth.
    ///
    /// @param response the answer of the token endpoint, every token cut short
    /// @param userinfoStatus of HTTP
    public record Got(
            String response,
            Optional<Token> idToken,
            List<Check> checks,
            Token accessToken,
            int userinfoStatus,
            List<Line> userinfo) {
        static Got of(Host host, Client client, String nonce, Map<String, Object> tokens, Answer userinfo) {
            var idToken = Optional.ofNullable(tokens.get("id_token")).map(String::valueOf);
            return new Got(
                    shortened(tokens),
                    idToken.map(Token::of),
                    idToken.map(token -> found(host, client, nonce, token)).orElse(List.of()),
                    Token.of(String.valueOf(tokens.get("access_token"))),
                    userinfo.status(),
                    lines(members(userinfo.body())));
        }
    }

    /// A run that has just begun.
    static TrySteps of(Host host, Client client, String query) {
        var callback = Form.parse(query).text("redirect_uri");
        return new TrySteps(
                client,
                host.issuer().value(),
                query,
                client.hasCallback(callback),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    TrySteps came(Form answer) {
        var lines = new ArrayList<Line>();
        for (var name : List.of("code", "error", "error_description", "state", "iss", "signup")) {
            answer.get(name).ifPresent(value -> lines.add(Line.of(name, name.equals("code") ? cut(value) : value)));
        }
        var refused = answer.get("error")
                .map(error ->
                        new Refused(error, answer.text("error_description"), TryWords.advice(error), Optional.empty()));
        return new TrySteps(client, issuer, query, mayReturn, Optional.of(new Came(lines, refused)), exchange, got);
    }

    /// The code can be exchanged now.
    TrySteps ask(Form answer, CodeVerifier verifier, Optional<Refused> refused) {
        return with(exchange(answer, verifier, refused, true), Optional.empty());
    }

    /// The code is worth nothing.
    TrySteps refused(Form answer, CodeVerifier verifier, Refused refused) {
        return with(exchange(answer, verifier, Optional.of(refused), false), Optional.empty());
    }

    /// The code was worth this.
    TrySteps got(Form answer, CodeVerifier verifier, Got worth) {
        return with(exchange(answer, verifier, Optional.empty(), false), Optional.of(worth));
    }

    private TrySteps with(Exchange asked, Optional<Got> worth) {
        return new TrySteps(client, issuer, query, mayReturn, came, Optional.of(asked), worth);
    }

    private Exchange exchange(Form answer, CodeVerifier verifier, Optional<Refused> refused, boolean isOpen) {
        var fields = new LinkedHashMap<String, String>();
        for (var name : List.of("code", "state", "iss")) {
            fields.put(name, answer.text(name));
        }
        return new Exchange(curl(answer.text("code"), verifier), fields, refused, isOpen);
    }

    private String curl(String code, CodeVerifier verifier) {
        var id = client.id().value();
        var who = switch (client.metadata().tokenEndpointAuthMethod()) {
            case NONE -> "-d client_id=" + id;
            case CLIENT_SECRET_BASIC -> "-u \"" + id + ":$CLIENT_SECRET\"";
            case CLIENT_SECRET_POST -> "-d client_id=" + id + " --data-urlencode \"client_secret=$CLIENT_SECRET\"";
        };
        return "curl -s " + issuer + "/oauth/token " + who + " \\\n  -d grant_type=authorization_code \\\n"
                + "  --data-urlencode 'code=" + quoted(code) + "' \\\n  -d code_verifier=" + verifier.value()
                + " \\\n  --data-urlencode 'redirect_uri=" + Form.parse(query).text("redirect_uri") + "'";
    }

    // What came over the wire can be anything: it ends no quotes of a shell.
    private static String quoted(String text) {
        return text.replace("'", "'\\''");
    }

    /// Where its own page is.
    public String path() {
        return TryRoom.path(client.id());
    }

    /// Where the browser is sent.
    public String href() {
        return "/authorize?" + query;
    }

    /// The authorization request on several lines.
    public String url() {
        return issuer + "/authorize\n    ?" + query.replace("&", "\n    &");
    }

    /// The parameters of the authorization request.
    public List<Line> request() {
        var form = Form.parse(query);
        return query.isEmpty()
                ? List.of()
                : java.util.Arrays.stream(query.split("&"))
                        .map(pair -> pair.substring(0, pair.indexOf('=')))
                        .map(name -> Line.of(name, form.text(name)))
                        .toList();
    }

    /// Whether the client shows who it is with a secret.
    public boolean asksSecret() {
        return !client.isPublic();
    }

    /// How the client shows who it is.
    public String method() {
        return client.metadata().tokenEndpointAuthMethod().wire();
    }

    private static List<Check> found(Host host, Client client, String nonce, String token) {
        var jwt = host.keys().verify(token);
        if (jwt.isEmpty()) {
            return List.of(new Check(false, "The signature is not one of a key at /.well-known/jwks.json."));
        }
        var claims = jwt.get();
        return List.of(
                new Check(true, "The signature is one of a key at /.well-known/jwks.json."),
                new Check(
                        claims.text("iss").orElse("").equals(host.issuer().value()),
                        "iss is the issuer that was asked."),
                new Check(claims.audience().contains(client.id().value()), "aud has the client_id in it."),
                new Check(claims.text("nonce").orElse("").equals(nonce), "nonce is the one of the request."));
    }

    private static String shortened(Map<String, Object> tokens) {
        return tokens.entrySet().stream()
                .map(member -> "  \"" + member.getKey() + "\": "
                        + (member.getKey().endsWith("_token")
                                ? "\"" + cut(String.valueOf(member.getValue())) + "\""
                                : new String(Json.write(member.getValue()), StandardCharsets.UTF_8)))
                .collect(Collectors.joining(",\n", "{\n", "\n}"));
    }

    private static String cut(String token) {
        return token.length() > SHOWN_CHARACTERS ? token.substring(0, SHOWN_CHARACTERS) + "…" : token;
    }

    private static List<Line> lines(Map<String, Object> members) {
        return members.entrySet().stream()
                .map(member -> Line.of(member.getKey(), value(member.getKey(), member.getValue())))
                .toList();
    }

    private static String value(String name, Object value) {
        if (value instanceof String text) {
            return text;
        }
        var json = new String(Json.write(value), StandardCharsets.UTF_8);
        return DATES.contains(name) && value instanceof Number number
                ? json + " ("
                        + Instant.ofEpochSecond(number.longValue())
                                .toString()
                                .replace("T", " ")
                                .replace("Z", " UTC") + ")"
                : json;
    }

    /// The members of a JSON object of ours.
    static Map<String, Object> members(byte[] json) {
        var members = new LinkedHashMap<String, Object>();
        if (json.length > 0) {
            Json.read(json).properties().forEach(member -> members.put(member.getKey(), plain(member.getValue())));
        }
        return members;
    }

    private static Object plain(JsonNode node) {
        return node.isTextual() ? node.textValue() : node.isNumber() ? node.numberValue() : node;
    }

    /// Parameters as they stand in an address or a form.
    static String query(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(one -> one.getKey() + "=" + Form.encode(one.getValue()))
                .collect(Collectors.joining("&"));
    }

    /// RFC 6749 §2.3.1: both halves are form-encoded before they are joined.
    static String basic(String id, String secret) {
        var pair = Form.encode(id) + ":" + Form.encode(secret);
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.US_ASCII));
    }
}
