package dev.symbolon.spec;

import dev.symbolon.connection.Enlistment;
import dev.symbolon.connection.Enlistment.Draft;
import dev.symbolon.oauth.Connection.Kind;
import dev.symbolon.oauth.ConnectionId;
import dev.symbolon.web.Host;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What people do on the pages that send mails.
final class ByMail {
    static final String GOOD_PASSWORD = "four lanterns on a quiet harbour";

    private ByMail() {}

    /// The sign-in page of a fresh request.
    static Reply login(Browser browser) {
        return browser.follow(browser.get(Site.authorize(Site.request("spa"))));
    }

    /// Fills in the fields of a page beside its hidden ones, and sends its form.
    static Reply send(Browser browser, Reply page, String path, Map<String, String> fields) {
        var form = new HashMap<String, String>();
        for (var name : List.of("interaction", "csrf", "ticket", "proof", "link")) {
            if (page.body().contains("name=\"" + name + "\"")) {
                form.put(name, page.hidden(name));
            }
        }
        form.putAll(fields);
        return browser.post(path, form);
    }

    /// The page that asks for the code, after this person asked to sign up.
    static Reply signUp(Browser browser, String email, String password) {
        var login = login(browser);
        var page = browser.get("/signup?interaction=" + login.hidden("interaction"));
        return browser.follow(
                send(browser, page, "/signup", Map.of("name", "Eve Nova", "username", email, "password", password)));
    }

    /// The page that asks for the code, after this person forgot their password.
    static Reply recover(Browser browser, String email) {
        var login = login(browser);
        var page = browser.get("/recover?interaction=" + login.hidden("interaction"));
        return browser.follow(send(browser, page, "/recover", Map.of("username", email)));
    }

    /// The page that asks for the code, after this person asked for one to sign in with.
    static Reply code(Browser browser, String email) {
        return browser.follow(send(browser, login(browser), "/login", Map.of("username", email, "action", "code")));
    }

    /// Types a code.
    static Reply type(Browser browser, Reply page, String code) {
        return browser.follow(send(browser, page, "/verify", Map.of("code", code)));
    }

    /// Presses the button of a link that was opened.
    static Reply press(Browser browser, Reply page) {
        return browser.follow(send(browser, page, "/verify", Map.of()));
    }

    static Enlistment enlistment(Site site) {
        return new Enlistment(site.app.house().connections(), site.app.house().clients());
    }

    /// Lets people of the default tenant sign in by codes.
    static void passwordless(Site site, boolean signUp) {
        passwordless(site, site.host(), signUp);
    }

    /// Lets people of a tenant sign in by codes.
    static void passwordless(Site site, Host host, boolean signUp) {
        enlistment(site)
                .enlist(
                        host,
                        new ConnectionId("mail"),
                        Kind.PASSWORDLESS_EMAIL,
                        draft(Optional.of(signUp)),
                        Optional.empty(),
                        site.clock.instant());
    }

    /// Whether people of the default tenant can make accounts with passwords.
    static void signUp(Site site, boolean isOpen) {
        enlistment(site)
                .change(
                        site.host(),
                        new ConnectionId("database"),
                        draft(Optional.of(isOpen)),
                        Optional.empty(),
                        site.clock.instant());
    }

    private static Draft draft(Optional<Boolean> signUp) {
        return new Draft(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                signUp,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
