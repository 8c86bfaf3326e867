package dev.symbolon.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.symbolon.App;
import dev.symbolon.Config;
import dev.symbolon.House;
import dev.symbolon.oauth.CodeChallenge;
import dev.symbolon.oauth.CodeVerifier;
import dev.symbolon.sample.SampleServer;
import dev.symbolon.seed.Demo;
import dev.symbolon.web.Form;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/// One person's way through the demo, driven over HTTP: from the sample's page through the sign-in to tokens, a
/// refresh and the sign-out. An AOT cache is trained by it, so it touches what the first minutes of a real server
/// touch.
final class Rehearsal {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int HOPS_MAX = 10;
    private static final Pattern HIDDEN =
            Pattern.compile("<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\"");

    private final Demo demo;
    private final HttpClient http;
    private final TreeMap<String, String> cookies = new TreeMap<>();

    Rehearsal(Demo demo, HttpClient http) {
        this.demo = demo;
        this.http = http;
    }

    /// For whoever trains an AOT cache; help does not show it.
    static Command command(Surroundings surroundings) {
        var command = Command.of(
                "rehearse", "Walk through a sign-in in a folder of its own, and end.", _ -> rehearse(surroundings));
        command.spec().usageMessage().hidden(true);
        return command;
    }

    // In a folder and on ports of its own, whatever the environment says: it must not meet a server that runs.
    private static void rehearse(Surroundings surroundings) throws IOException, InterruptedException {
        var folder = Files.createTempDirectory("symbolon-rehearsal");
        var environment = Map.of(
                "SYMBOLON_DATA", folder.toString(),
                "SYMBOLON_PORT", Integer.toString(Ports.free()),
                "SYMBOLON_SAMPLE_PORT", Integer.toString(Ports.free()),
                "SYMBOLON_MANAGEMENT_PORT", "0");
        var config = Config.read(environment);
        var clock = surroundings.clock();
        var demo = Demo.of(config, surroundings.random());
        try (var house = House.open(config, clock, surroundings.random())) {
            demo.apply(house, surroundings.now());
            try (var _ = App.start(config, house, clock, surroundings.random());
                    var _ = SampleServer.start(demo.tenants(), config.address(), config.samplePort(), clock);
                    var http = HttpClient.newHttpClient()) {
                new Rehearsal(demo, http).run(() -> house.master().newToken().value());
            }
        } finally {
            remove(folder);
        }
        surroundings.say("Rehearsed a sign-in, a refresh and a sign-out.");
    }

    private static void remove(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            for (var file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    /// Walks it once.
    ///
    /// @throws IOException when a step is not answered as it should be
    void run(Supplier<String> newVerifier) throws IOException, InterruptedException {
        for (var path : List.of("/.well-known/openid-configuration", "/.well-known/jwks.json", "/sdk/auth.js")) {
            require(200, get(demo.issuer() + path));
        }
        for (var path : List.of("/", "/app.js", "/style.css", "/config.json")) {
            require(200, get(demo.sample() + path));
        }
        var verifier = new CodeVerifier(newVerifier.get());
        var login = follow(get(authorize(verifier)));
        var back =
                follow(post(demo.issuer() + "/login", filled(require(200, login).body())));
        var code = Form.parse(String.valueOf(URI.create(location(back)).getRawQuery()))
                .get("code")
                .orElseThrow(() -> new IOException("The sign-in gave no code: " + location(back)));
        var tokens = token(List.of(
                "grant_type",
                "authorization_code",
                "code",
                code,
                "code_verifier",
                verifier.value(),
                "redirect_uri",
                demo.sample() + "/callback"));
        var fresh = token(List.of("grant_type", "refresh_token", "refresh_token", text(tokens, "refresh_token")));
        require(200, bearer(demo.issuer() + "/userinfo", text(fresh, "access_token")));
        require(200, bearer(demo.api() + "/hello", text(fresh, "access_token")));
        get(demo.issuer() + "/logout?id_token_hint=" + text(fresh, "id_token"));
    }

    private String authorize(CodeVerifier verifier) {
        return demo.issuer() + "/authorize?"
                + form(List.of(
                        "response_type",
                        "code",
                        "client_id",
                        Demo.SAMPLE.value(),
                        "redirect_uri",
                        demo.sample() + "/callback",
                        "scope",
                        "openid profile email",
                        "state",
                        "rehearsal",
                        "audience",
                        demo.api(),
                        "code_challenge",
                        CodeChallenge.of(verifier).value(),
                        "code_challenge_method",
                        CodeChallenge.METHOD));
    }

    private String filled(String page) {
        var fields = new ArrayList<String>();
        var hidden = HIDDEN.matcher(page);
        while (hidden.find()) {
            fields.addAll(List.of(hidden.group(1), hidden.group(2)));
        }
        fields.addAll(List.of("username", Demo.ADA, "password", demo.password()));
        return form(fields);
    }

    private JsonNode token(List<String> fields) throws IOException, InterruptedException {
        var all = new ArrayList<>(fields);
        all.addAll(List.of("client_id", Demo.SAMPLE.value()));
        return new ObjectMapper()
                .readTree(require(200, post(demo.issuer() + "/oauth/token", form(all)))
                        .body());
    }

    private static String text(JsonNode object, String name) throws IOException {
        var value = object.path(name);
        if (!value.isTextual()) {
            throw new IOException("The token answer has no " + name + ".");
        }
        return value.textValue();
    }

    /// Follows redirects as long as they stay at the issuer, with cookies.
    private HttpResponse<String> follow(HttpResponse<String> first) throws IOException, InterruptedException {
        var response = first;
        for (var hop = 0; hop < HOPS_MAX && response.statusCode() == 303; hop++) {
            var next = URI.create(demo.issuer()).resolve(location(response));
            if (!next.toString().startsWith(demo.issuer() + "/")) {
                return response;
            }
            response = get(next.toString());
        }
        return response;
    }

    private static String location(HttpResponse<String> response) {
        return response.headers().firstValue("location").orElse("");
    }

    private HttpResponse<String> get(String url) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(url)));
    }

    private HttpResponse<String> bearer(String url, String token) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(url)).header("Authorization", "Bearer " + token));
    }

    private HttpResponse<String> post(String url, String body) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(url))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Origin", demo.issuer())
                .POST(BodyPublishers.ofString(body)));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        if (!cookies.isEmpty()) {
            var pairs = cookies.entrySet().stream()
                    .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                    .toList();
            request.header("Cookie", String.join("; ", pairs));
        }
        var response = http.send(request.timeout(TIMEOUT).build(), BodyHandlers.ofString());
        for (var cookie : response.headers().allValues("set-cookie")) {
            var pair = cookie.substring(0, cookie.indexOf(';'));
            cookies.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
        }
        return response;
    }

    private static HttpResponse<String> require(int status, HttpResponse<String> response) throws IOException {
        if (response.statusCode() != status) {
            throw new IOException(
                    response.request().method() + " " + response.uri().getPath() + " was answered "
                            + response.statusCode() + " instead of " + status + ".");
        }
        return response;
    }

    private static String form(List<String> namesAndValues) {
        var pairs = new ArrayList<String>();
        for (var i = 0; i < namesAndValues.size(); i += 2) {
            pairs.add(
                    namesAndValues.get(i) + "=" + URLEncoder.encode(namesAndValues.get(i + 1), StandardCharsets.UTF_8));
        }
        return String.join("&", pairs);
    }
}
