package dev.symbolon.connection;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.symbolon.web.Form;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/// An Enterprise server of GitHub on loopback, with its habits: no discovery, a token answer that is a form unless
/// JSON is asked for, errors with the status 200, a number for a person, an address that is null in the profile.
public final class FakeGitHub implements AutoCloseable {
    private static final String TOKEN = "gho_16C7e42F292c6912E7710c838347Ae178B4a";

    private final HttpServer server;
    /// What `/user` says.
    public final Map<String, Object> user = new LinkedHashMap<>();
    /// What `/user/emails` says; null when the scope for it is missing.
    public final List<Map<String, Object>> emails = new ArrayList<>();

    public volatile boolean hidesEmails;
    /// An error of the token endpoint, unless it is empty.
    public volatile String error = "";
    /// What was asked for, in order, with the query.
    public final List<String> asked = new CopyOnWriteArrayList<>();
    /// Forms that came to the token endpoint.
    public final List<Form> forms = new CopyOnWriteArrayList<>();

    public FakeGitHub() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 100);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        user.put("login", "octocat");
        user.put("id", 583_231);
        user.put("name", "The Octocat");
        user.put("email", null);
        user.put("avatar_url", "https://avatars.example.org/u/583231");
        address("old@example.org", false, true);
        address("octocat@example.org", true, true);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    /// One more address.
    public void address(String email, boolean primary, boolean verified) {
        emails.add(Map.of("email", email, "primary", primary, "verified", verified));
    }

    /// Where it is.
    public String site() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            asked.add(exchange.getRequestURI().toString());
            switch (exchange.getRequestURI().getPath()) {
                case "/login/oauth/access_token" -> token(exchange);
                case "/api/v3/user" -> api(exchange, LyingProvider.json(user));
                case "/api/v3/user/emails" -> {
                    if (hidesEmails) {
                        LyingProvider.say(exchange, 404, "{\"message\":\"Not Found\"}");
                    } else {
                        api(exchange, LyingProvider.json(emails));
                    }
                }
                default -> LyingProvider.say(exchange, 404, "{}");
            }
        }
    }

    private static void api(HttpExchange exchange, String json) throws IOException {
        var headers = exchange.getRequestHeaders();
        var isBearer = ("Bearer " + TOKEN).equals(headers.getFirst("Authorization"));
        // GitHub answers 403 to whoever does not say who they are.
        var status = headers.getFirst("User-Agent") == null ? 403 : isBearer ? 200 : 401;
        LyingProvider.say(exchange, status, status == 200 ? json : "{\"message\":\"Bad credentials\"}");
    }

    private void token(HttpExchange exchange) throws IOException {
        forms.add(Form.parse(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
        var accept = exchange.getRequestHeaders().getFirst("Accept");
        var isJson = accept != null && accept.contains("application/json");
        var said = error.isEmpty()
                ? Map.of("access_token", TOKEN, "token_type", "bearer", "scope", "read:user,user:email")
                : Map.of("error", error, "error_description", "No.", "error_uri", "https://docs.example.org/");
        if (isJson) {
            LyingProvider.say(exchange, 200, LyingProvider.json(said));
        } else {
            var form = said.entrySet().stream()
                    .map(field -> Form.encode(field.getKey()) + "=" + Form.encode(field.getValue()))
                    .reduce((one, other) -> one + "&" + other)
                    .orElse("");
            LyingProvider.say(
                    exchange, 200, "application/x-www-form-urlencoded", form.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
