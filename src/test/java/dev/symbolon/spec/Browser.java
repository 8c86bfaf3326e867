package dev.symbolon.spec;

import dev.symbolon.web.Form;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/// A browser without a screen: it keeps cookies, follows nothing by itself, and sends the headers that browsers
/// send.
public final class Browser {
    static {
        // A tenant is named by Host, and not every machine resolves names below localhost.
        System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host");
    }

    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    private String server;
    private final String issuer;
    private final Map<String, String> always = new LinkedHashMap<>();
    public final Map<String, String> cookies = new LinkedHashMap<>();

    public Browser(String issuer) {
        this(issuer, issuer);
    }

    private Browser(String server, String issuer) {
        this.server = server;
        this.issuer = issuer;
    }

    /// Speaks from now on to a server at this address, as the issuer's proxy would; the server has to trust
    /// proxies from here.
    public Browser at(String serverAddress) {
        server = serverAddress;
        return always("X-Forwarded-Host", URI.create(issuer).getRawAuthority());
    }

    /// A browser that reaches the issuer at that address, with the issuer's own `Host`.
    public static Browser at(String server, String issuer) {
        return new Browser(server, issuer).always("Host", URI.create(issuer).getRawAuthority());
    }

    /// A browser that reaches the issuer through a proxy at that address, which says what was asked for.
    public static Browser behindProxy(String server, String issuer) {
        var origin = URI.create(issuer);
        return new Browser(server, issuer)
                .always("X-Forwarded-Host", origin.getRawAuthority())
                .always("X-Forwarded-Proto", origin.getScheme());
    }

    /// The same browser with a copy of its cookies, as a thief has them.
    public Browser copy() {
        var copy = new Browser(server, issuer);
        copy.always.putAll(always);
        copy.cookies.putAll(cookies);
        return copy;
    }

    /// Sends this header with every request from now on.
    public Browser always(String name, String value) {
        always.put(name, value);
        return this;
    }

    public Reply get(String pathOrUrl) {
        return send(HttpRequest.newBuilder(uri(pathOrUrl)).GET());
    }

    /// Posts a form from a page of the issuer's own.
    public Reply post(String path, Map<String, String> form) {
        return send(HttpRequest.newBuilder(uri(path))
                .header("Origin", issuer)
                .header("Sec-Fetch-Site", "same-origin")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(encode(form))));
    }

    /// Sends a request as it is, with this browser's cookies.
    public Reply send(HttpRequest.Builder builder) {
        always.forEach(builder::header);
        if (!cookies.isEmpty()) {
            builder.header(
                    "Cookie",
                    cookies.entrySet().stream()
                            .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                            .collect(Collectors.joining("; ")));
        }
        var reply = exchange(builder);
        for (var setCookie : reply.headers("set-cookie")) {
            var pair = setCookie.substring(0, setCookie.indexOf(';'));
            var equals = pair.indexOf('=');
            if (setCookie.contains("Max-Age=0")) {
                cookies.remove(pair.substring(0, equals));
            } else {
                cookies.put(pair.substring(0, equals), pair.substring(equals + 1));
            }
        }
        return reply;
    }

    /// Sends a request without any cookie, as a program does.
    public static Reply exchange(HttpRequest.Builder builder) {
        try {
            return new Reply(HTTP.send(
                    builder.timeout(Duration.ofSeconds(30)).build(), HttpResponse.BodyHandlers.ofByteArray()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// Follows redirects as long as they stay at the issuer.
    public Reply follow(Reply reply) {
        var at = reply;
        for (var hops = 0; hops < 10 && isHere(at); hops++) {
            at = get(at.location());
        }
        return at;
    }

    private boolean isHere(Reply reply) {
        return reply.header("location")
                .map(location -> location.startsWith("/") || location.startsWith(issuer + "/"))
                .orElse(false);
    }

    public static String encode(Map<String, String> form) {
        return form.entrySet().stream()
                .map(field -> Form.encode(field.getKey()) + "=" + Form.encode(field.getValue()))
                .collect(Collectors.joining("&"));
    }

    private URI uri(String pathOrUrl) {
        var path = pathOrUrl.startsWith(issuer + "/") ? pathOrUrl.substring(issuer.length()) : pathOrUrl;
        return URI.create(path.startsWith("/") ? server + path : path);
    }

    /// A request to be changed before it is sent.
    public HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(uri(path));
    }
}
