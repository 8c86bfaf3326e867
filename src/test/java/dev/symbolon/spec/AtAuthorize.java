package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// The conventions of the security cases as they hold at `/authorize`: each checks the whole of its convention.
final class AtAuthorize {
    private static final Pattern ERROR_ID = Pattern.compile("id=\"error-id\"[^>]*>([2-9A-HJ-NP-Z]{8})<");
    private static final List<String> ROWS = List.of(
            "tenant",
            "client",
            "client_secret",
            "account",
            "identity",
            "connection",
            "session",
            "consent",
            "client_grant",
            "event");

    private AtAuthorize() {}

    /// PAGE: our own page with status 400, nobody is sent anywhere, no session; the error's id is returned.
    static String isPage(Reply reply) {
        assertEquals(400, reply.status(), reply.body());
        assertEquals("text/html; charset=utf-8", reply.header("content-type").orElseThrow());
        assertTrue(reply.header("location").isEmpty(), "a page never redirects");
        assertTrue(reply.headers("set-cookie").isEmpty(), "a refused request sets no cookie");
        assertEquals("no-store", reply.header("cache-control").orElseThrow());
        assertEquals("DENY", reply.header("x-frame-options").orElseThrow());
        var policy = reply.header("content-security-policy").orElseThrow();
        assertTrue(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), policy);
        return errorId(reply);
    }

    /// PAGE, and nothing of what was sent stands on it.
    static void isNeutralPage(Reply reply, String sent) {
        isPage(reply);
        assertFalse(reply.body().contains(sent), "the page repeats what was sent");
    }

    static String errorId(Reply reply) {
        var matcher = ERROR_ID.matcher(reply.body());
        assertTrue(matcher.find(), "no error id on:\n" + reply.body());
        return matcher.group(1);
    }

    /// BACK(error): to the proven callback with state and issuer, nothing in a fragment, no token, no cookie.
    static void isBack(Site site, Reply reply, String error) {
        isBack(site, reply, Site.CALLBACK, error);
    }

    /// BACK(error) to another callback than {@link Site#CALLBACK}.
    static void isBack(Site site, Reply reply, String callback, String error) {
        assertEquals(303, reply.status(), reply.body());
        var location = reply.location();
        assertTrue(location.startsWith(callback + (callback.contains("?") ? "&" : "?")), location);
        assertFalse(location.contains("#"), location);
        var sent = reply.redirect();
        assertEquals(error, sent.text("error"), location);
        assertTrue(sent.text("error_description").matches("[ !#-\\[\\]-~]+"), sent.text("error_description"));
        assertEquals("st ate/ü", sent.text("state"), location);
        assertEquals(site.issuer, sent.text("iss"), location);
        assertTrue(sent.get("code").isEmpty() && sent.get("access_token").isEmpty(), location);
        assertEquals("no-store", reply.header("cache-control").orElseThrow());
        assertEquals(0, reply.http().body().length, "a redirect shows nothing");
        assertTrue(
                reply.headers("set-cookie").stream().noneMatch(cookie -> cookie.contains("session")),
                "an error starts no session");
    }

    /// The answer is a code for the good request's state, and carries the issuer.
    static String isCode(Site site, Reply reply) {
        return isCode(site, reply, Site.CALLBACK);
    }

    /// The same at another callback than {@link Site#CALLBACK}.
    static String isCode(Site site, Reply reply, String callback) {
        assertEquals(303, reply.status(), reply.body());
        assertTrue(reply.location().startsWith(callback + (callback.contains("?") ? "&" : "?")), reply.location());
        var sent = reply.redirect();
        assertTrue(sent.get("error").isEmpty(), reply.location());
        assertEquals("st ate/ü", sent.text("state"), reply.location());
        assertEquals(site.issuer, sent.text("iss"), reply.location());
        assertFalse(sent.text("code").isEmpty(), reply.location());
        return sent.text("code");
    }

    /// The sign-in page is shown, and nobody was sent to the application.
    static Reply isSignIn(Reply reply) {
        return isForm(reply, "/login");
    }

    static Reply isConsent(Reply reply) {
        return isForm(reply, "/consent");
    }

    static Reply isChooser(Reply reply) {
        return isForm(reply, "/accounts");
    }

    private static Reply isForm(Reply reply, String action) {
        assertEquals(200, reply.status(), reply.headers("location") + reply.body());
        assertTrue(reply.body().contains("<form method=\"post\" action=\"" + action + "?interaction="), reply.body());
        return reply;
    }

    /// STILL: no row of any table but the attempts' and the refusals' is created, changed or removed.
    static void still(Site site, Runnable attack) {
        var before = rows(site);
        attack.run();
        assertEquals(before, rows(site), "something was written");
    }

    /// Every row of the tables that a refusal must not touch.
    static Map<String, List<String>> rows(Site site) {
        site.linkEvents();
        var all = new TreeMap<String, List<String>>();
        ROWS.forEach(table -> all.put(table, rowsOf(site, table)));
        return all;
    }

    /// Every row of a table.
    static List<String> rowsOf(Site site, String table) {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + site.data.resolve("symbolon.db"));
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT * FROM " + table)) {
            var found = new ArrayList<String>();
            while (rows.next()) {
                var row = new StringBuilder();
                for (var i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    row.append(rows.getString(i)).append('|');
                }
                found.add(row.toString());
            }
            return found.stream().sorted().toList();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /// A good request of this client with one parameter sent twice, the second time with this value.
    static String twice(Map<String, String> request, String name, String again) {
        return Site.authorize(request) + "&" + Browser.encode(Map.of(name, again));
    }

    /// A form post as another site's page makes it: the browser's cookies are `SameSite=Lax` and stay at home.
    static Reply crossSitePost(Site site, String body) {
        return Browser.exchange(HttpRequest.newBuilder(URI.create(site.issuer + "/authorize"))
                .header("Origin", "https://app.example")
                .header("Sec-Fetch-Site", "cross-site")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    /// Sends this as a request line, and returns the answer's status and headers: what no client library lets
    /// through.
    static String raw(Site site, String requestLine) {
        return raw(site, requestLine, "localhost:" + site.app.port());
    }

    /// The same to another host name.
    static String raw(Site site, String requestLine, String host) {
        try (var wire = new Wire(site.app.port())) {
            var answer = wire.send((requestLine + "\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.UTF_8))
                    .answer(10_000);
            return answer.substring(0, Math.max(0, answer.indexOf("\r\n\r\n")));
        }
    }
}
