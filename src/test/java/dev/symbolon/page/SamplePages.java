package dev.symbolon.page;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One of everything that a person can be shown, with a given text in every field that may hold any text.
final class SamplePages {
    private SamplePages() {}

    /// Pages as they are on a usual day, by a name for messages.
    static Map<String, Page> usual() {
        var pages = new LinkedHashMap<String, Page>();
        var app = new Page.App("Sample", Optional.of("https://sample.example/"));
        var ada = new Page.Who("s1", "Ada Lovelace", "ada@example.com", false);
        var grace = new Page.Who("s2", "", "grace.hopper@navy.example.org", true);
        var asks = new ArrayList<>(Page.ScopeLine.KNOWN.stream()
                .sorted()
                .map(scope -> new Page.ScopeLine(scope, Optional.empty()))
                .toList());
        asks.add(new Page.ScopeLine("invoices:read", Optional.empty()));
        asks.add(new Page.ScopeLine("orders", Optional.of("See your orders")));
        pages.put("login", login(app, "", Optional.empty()));
        for (var notice : Page.Notice.values()) {
            pages.put("login " + notice, login(app, "ada@example.com", Optional.of(notice)));
        }
        var others = List.of(new Page.Connection("github", "GitHub"), new Page.Connection("google", "Google"));
        pages.put(
                "login with everything",
                new Page.Login(app, "i", "c", ada.email(), Optional.of(Page.Notice.AGAIN), true, true, others, true));
        pages.put("consent", new Page.Consent(app, "i", "c", ada, asks, Optional.of("sample.example")));
        pages.put("accounts", new Page.Accounts(app, "i", "c", List.of(ada, grace)));
        for (var problem : Page.Problem.values()) {
            pages.put("error " + problem, new Page.Error(problem, "k3v9q2", Optional.empty(), Optional.empty()));
        }
        pages.put(
                "error with ways out",
                new Page.Error(Page.Problem.EXPIRED, "k3v9q2", Optional.of(app), Optional.of("/login?interaction=i")));
        pages.put(
                "logout",
                new Page.Logout(Optional.of(app), "c", List.of(ada, grace), List.of(new Page.Field("state", "s"))));
        pages.put("logout of nobody", new Page.Logout(Optional.empty(), "c", List.of(), List.of()));
        pages.put("logged out", new Page.LoggedOut(Optional.of(app)));
        pages.put("continue-nowhere", new Page.Continue(app, Optional.empty()));
        pages.put("continue", new Page.Continue(app, Optional.of("/authorize/resume?interaction=i")));
        pages.put(
                "form post",
                new Page.FormPost("https://sample.example/callback", List.of(new Page.Field("code", "c"))));
        return pages;
    }

    /// The usual ones without those that differ in a sentence only: for the slow tests.
    static Map<String, Page> different() {
        var pages = usual();
        pages.keySet().removeIf(name -> name.startsWith("login ") && !name.matches("login (WRONG|with).*"));
        pages.keySet().removeIf(name -> name.startsWith("error ") && !name.matches("error (REQUEST|with).*"));
        return pages;
    }

    /// Every page with the text wherever a person, an operator or a request can put one.
    static List<Page> filledWith(String text) {
        var app = new Page.App(text, Optional.of("https://sample.example/?" + text));
        var who = new Page.Who(text, text, text, true);
        var fields = List.of(new Page.Field(text, text), new Page.Field("state", text));
        var asks = List.of(new Page.ScopeLine(text, Optional.empty()), new Page.ScopeLine("api", Optional.of(text)));
        return List.of(
                new Page.Login(
                        app,
                        text,
                        text,
                        text,
                        Optional.of(Page.Notice.WRONG_PASSWORD),
                        true,
                        true,
                        List.of(new Page.Connection(text, text)),
                        false),
                new Page.Consent(app, text, text, who, asks, Optional.of(text)),
                new Page.Accounts(app, text, text, List.of(who, new Page.Who(text, "", text, false))),
                new Page.Error(Page.Problem.REQUEST, text, Optional.of(app), Optional.empty()),
                new Page.Logout(Optional.of(app), text, List.of(who), fields),
                new Page.LoggedOut(Optional.of(app)),
                new Page.Continue(app, Optional.of("https://sample.example/cb")),
                new Page.FormPost("https://sample.example/cb", fields));
    }

    private static Page login(Page.App app, String email, Optional<Page.Notice> notice) {
        return new Page.Login(app, "i", "c", email, notice, true, false, List.of(), false);
    }
}
