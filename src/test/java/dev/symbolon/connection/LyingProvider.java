package dev.symbolon.connection;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.opts.AllowWeakRSAKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.symbolon.web.Form;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/// An OpenID provider on loopback that tells the truth until a test makes it lie. Every code is good.
public final class LyingProvider implements AutoCloseable {
    public static final String CONFIGURATION = "/.well-known/openid-configuration";
    public static final String ACCESS_TOKEN = "an-access-token";
    public static final RSAKey KEY = key("first");

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final InstantSource clock;
    private final Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();
    private final Map<String, HttpHandler> others = new ConcurrentHashMap<>();

    /// What it says of itself, of a person in an ID token, and of that person at userinfo. A test
    /// changes them.
    public final Map<String, Object> configuration = new ConcurrentHashMap<>();
    public final Map<String, Object> claims = new ConcurrentHashMap<>();
    public final Map<String, Object> userinfo = new ConcurrentHashMap<>();
    public final List<Map<String, Object>> keys = new CopyOnWriteArrayList<>();

    /// From the claims to an ID token.
    public volatile Function<Map<String, Object>, String> signing = claims -> signed(KEY, JWSAlgorithm.RS256, claims);
    /// The nonce of a code, where several people come at once.
    public final Map<String, String> nonces = new ConcurrentHashMap<>();
    /// Forms that came to the token endpoint, and the Authorization headers beside them.
    public final List<Form> forms = new CopyOnWriteArrayList<>();
    public final List<String> authorizations = new CopyOnWriteArrayList<>();

    public LyingProvider(InstantSource clock) {
        this.clock = clock;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 100);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        tellTheTruth();
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    public static RSAKey key(String kid) {
        try {
            return new RSAKeyGenerator(2_048).keyID(kid).generate();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    void tellTheTruth() {
        configuration.put("issuer", issuer());
        configuration.put("authorization_endpoint", issuer() + "/authorize");
        configuration.put("token_endpoint", issuer() + "/token");
        configuration.put("userinfo_endpoint", issuer() + "/userinfo");
        configuration.put("jwks_uri", issuer() + "/jwks");
        var now = clock.instant().getEpochSecond();
        claims.putAll(Map.of(
                "iss",
                issuer(),
                "sub",
                "ada",
                "aud",
                Given.CLIENT,
                "exp",
                now + 300,
                "iat",
                now,
                "nonce",
                Given.NONCE));
        userinfo.putAll(Map.of("sub", "ada", "email", "ada@example.org", "email_verified", true, "name", "Ada"));
        keys.add(KEY.toPublicJWK().toJSONObject());
    }

    public String issuer() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /// Describes somebody from now on, in answer to a request with this nonce.
    public void isAskedFor(String nonce, Map<String, Object> person) {
        claims.put("nonce", nonce);
        claims.put("sub", person.get("sub"));
        userinfo.clear();
        userinfo.putAll(person);
    }

    /// Its own secret for us, and our `client_id`.
    public static final String CLIENT = Given.CLIENT;

    public static final String SECRET = Given.SECRET;

    /// A path gets another answer from now on.
    public void instead(String path, HttpHandler handler) {
        others.put(path, handler);
    }

    /// A path gets its own answer again.
    public void asEver(String path) {
        others.remove(path);
    }

    /// How often a path was asked for.
    public int count(String path) {
        return counts.computeIfAbsent(path, _ -> new AtomicInteger()).get();
    }

    public static String signed(RSAKey key, JWSAlgorithm algorithm, Map<String, Object> claims) {
        return signed(new JWSHeader.Builder(algorithm).keyID(key.getKeyID()).build(), key, claims);
    }

    public static String signed(JWSHeader header, RSAKey key, Map<String, Object> claims) {
        try {
            var token = new JWSObject(header, new Payload(json(claims)));
            token.sign(new RSASSASigner(key.toRSAPrivateKey(), Set.of(AllowWeakRSAKey.getInstance())));
            return token.serialize();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var path = exchange.getRequestURI().getPath();
            counts.computeIfAbsent(path, _ -> new AtomicInteger()).incrementAndGet();
            if (others.containsKey(path)) {
                others.get(path).handle(exchange);
            } else if (path.endsWith(CONFIGURATION)) {
                say(exchange, 200, json(configuration));
            } else {
                switch (path) {
                    case "/token" -> token(exchange);
                    case "/jwks" -> say(exchange, 200, json(Map.of("keys", keys)));
                    case "/userinfo" -> say(exchange, 200, json(userinfo));
                    default -> say(exchange, 404, "{}");
                }
            }
        }
    }

    private void token(HttpExchange exchange) throws IOException {
        var form = Form.parse(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        forms.add(form);
        var authorization = exchange.getRequestHeaders().getFirst("Authorization");
        authorizations.add(authorization == null ? "" : authorization);
        var answer = new LinkedHashMap<String, Object>();
        answer.put("access_token", ACCESS_TOKEN);
        answer.put("token_type", "Bearer");
        var said = new HashMap<>(claims);
        form.get("code").map(nonces::get).ifPresent(nonce -> said.put("nonce", nonce));
        answer.put("id_token", signing.apply(said));
        say(exchange, 200, json(answer));
    }

    public static void say(HttpExchange exchange, int status, String body) throws IOException {
        say(exchange, status, "application/json", body.getBytes(StandardCharsets.UTF_8));
    }

    public static void say(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
