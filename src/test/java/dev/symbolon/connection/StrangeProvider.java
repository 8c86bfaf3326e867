package dev.symbolon.connection;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.symbolon.browser.Npm;
import dev.symbolon.web.Form;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// `src/test/npm/provider.js`: an OpenID provider that nobody here wrote, as a process.
public final class StrangeProvider implements AutoCloseable {
    private static final int STEPS_MAX = 20;

    private final Process process;
    private final String issuer;

    private StrangeProvider(Process process, String issuer) {
        this.process = process;
        this.issuer = issuer;
    }

    /// Starts one that knows these clients.
    ///
    /// @param clients metadata by the names of RFC 7591 §2
    public static StrangeProvider start(List<Map<String, Object>> clients) {
        Npm.install();
        try {
            var builder = new ProcessBuilder("node", "provider.js").directory(Npm.FOLDER.toFile());
            builder.redirectErrorStream(true);
            builder.environment().put("SYMBOLON_TEST_CLIENTS", new ObjectMapper().writeValueAsString(clients));
            var process = builder.start();
            var said = new StringBuilder();
            var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("issuer ")) {
                    Thread.ofVirtual().start(() -> lines.lines().forEach(_ -> {}));
                    return new StrangeProvider(process, line.substring("issuer ".length()));
                }
                said.append(line).append('\n');
            }
            throw new AssertionError("oidc-provider did not start:\n" + said);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// For example `http://127.0.0.1:43211`.
    public String issuer() {
        return issuer;
    }

    /// Signs a person in, who allows everything, and gives what comes back to the redirect URI.
    public Form signIn(String authorizationUrl, String login) {
        return finish(authorizationUrl, login, false);
    }

    /// The same for a person who cancels.
    public Form cancel(String authorizationUrl) {
        return finish(authorizationUrl, "ada", true);
    }

    private Form finish(String authorizationUrl, String login, boolean cancels) {
        try (var browser =
                HttpClient.newBuilder().cookieHandler(new CookieManager()).build()) {
            var at = URI.create(authorizationUrl);
            for (var step = 0; step < STEPS_MAX; step++) {
                var answer = send(browser, HttpRequest.newBuilder(at).GET());
                if (answer.statusCode() == 200) {
                    answer = send(browser, cancels ? abort(at) : submission(at, answer.body(), login));
                }
                var next =
                        at.resolve(answer.headers().firstValue("Location").orElseThrow(new AssertionErrorOf(answer)));
                if (!next.getAuthority().equals(at.getAuthority())) {
                    return Form.parse(next.getRawQuery());
                }
                at = next;
            }
            throw new AssertionError("This goes round in circles: " + at);
        }
    }

    private record AssertionErrorOf(HttpResponse<String> answer)
            implements java.util.function.Supplier<AssertionError> {
        @Override
        public AssertionError get() {
            return new AssertionError(answer.uri() + " answers " + answer.statusCode() + "\n" + answer.body());
        }
    }

    private static HttpRequest.Builder abort(URI page) {
        return HttpRequest.newBuilder(page.resolve(page.getPath() + "/abort")).GET();
    }

    private static HttpRequest.Builder submission(URI page, String html, String login) {
        var body =
                html.contains("value=\"consent\"") ? "prompt=consent" : "prompt=login&login=" + login + "&password=any";
        return HttpRequest.newBuilder(page)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(body));
    }

    private static HttpResponse<String> send(HttpClient browser, HttpRequest.Builder request) {
        try {
            return browser.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
