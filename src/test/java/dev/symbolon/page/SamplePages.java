package dev.symbolon.page;

import dev.symbolon.oauth.Connection;
import dev.symbolon.oauth.Ticket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One of everything that a person can be shown, with a given text in every field that may hold any text.
final class SamplePages {
    private static final List<StepPage.Way> WAYS = List.of(
            new StepPage.Way("google", Connection.Icon.GOOGLE, "Google"),
            new StepPage.Way("github", Connection.Icon.GITHUB, "GitHub"),
            new StepPage.Way("ms", Connection.Icon.MICROSOFT, "Microsoft"),
            new StepPage.Way("corp", Connection.Icon.COMPANY, "Navy"));

    private SamplePages() {}

    /// The sign-in page of a tenant with passwords and four other servers.
    static Page fourConnections() {
        var frame = new StepPage.Frame(new Page.App("Shop", Optional.of("https://shop.example/")), "i", "c", true);
        var signUp = Optional.of("/signup?interaction=i");
        return new StepPage.Login(frame, "", Optional.empty(), true, false, WAYS, false, signUp, signUp);
    }

    /// Pages as they are on a usual day, by a name for messages.
    static Map<String, Page> usual() {
        var pages = new LinkedHashMap<String, Page>();
        var app = new Page.App("Sample", Optional.of("https://sample.example/"));
        var ada = new Page.Who("s1", "Ada Lovelace", "ada@example.com", false);
        var grace = new Page.Who("s2", "", "grace.hopper@navy.example.org", true);
        var asks = new ArrayList<>(ScopeLine.KNOWN.stream()
                .sorted()
                .map(scope -> new ScopeLine(scope, Optional.empty()))
                .toList());
        asks.add(new ScopeLine("invoices:read", Optional.empty()));
        var permissions = List.of(
                new ScopeLine("read:orders", Optional.of("See your orders")),
                new ScopeLine("write:orders", Optional.empty()));
        var frame = new StepPage.Frame(app, "i", "c", true);
        pages.put("login", login(frame, "", Optional.empty()));
        for (var notice : Notice.values()) {
            pages.put("login " + notice, login(frame, "ada@example.com", Optional.of(notice)));
        }
        var here = Optional.of("/signup?interaction=i");
        var again = Optional.of(Notice.AGAIN);
        pages.put(
                "login with everything",
                new StepPage.Login(frame, ada.email(), again, true, true, WAYS, false, here, here));
        pages.put(
                "login with other servers first",
                new StepPage.Login(frame, "", Optional.empty(), true, false, WAYS, true, here, here));
        pages.put(
                "login with other servers alone",
                new StepPage.Login(
                        frame, "", Optional.empty(), false, false, WAYS, true, Optional.empty(), Optional.empty()));
        pages.put(
                "login with codes",
                new StepPage.Login(frame, "", Optional.empty(), false, true, List.of(), false, here, Optional.empty()));
        pages.put("signup", new StepPage.SignUp(frame, "", "", Optional.empty(), WAYS));
        pages.put(
                "signup again",
                new StepPage.SignUp(frame, "Ada", ada.email(), Optional.of(Notice.WEAK_COMMON), List.of()));
        var back = "/login?interaction=i";
        pages.put(
                "code",
                new StepPage.Code(frame, "t", Ticket.Kind.SIGN_UP, ada.email(), back, Optional.of(Notice.CODE_SENT)));
        pages.put(
                "code again",
                new StepPage.Code(frame, "t", Ticket.Kind.SIGN_UP, ada.email(), back, Optional.of(Notice.WRONG_CODE)));
        pages.put("recover", new StepPage.Recover(frame, ada.email(), Optional.empty()));
        pages.put(
                "code to a new address",
                new StepPage.Code(
                        frame,
                        "t",
                        Ticket.Kind.CHANGE_EMAIL_NEW,
                        ada.email(),
                        back,
                        Optional.of(Notice.NEW_ADDRESS_CONFIRMED)));
        pages.put("first password", new StepPage.NewPassword(frame, "p", true, ada.email(), Optional.empty()));
        pages.put("new password", new StepPage.NewPassword(frame, "p", false, ada.email(), Optional.empty()));
        pages.put("connect", new StepPage.Connect(frame, ada, "GitHub", "ada"));
        for (var kind : Ticket.Kind.values()) {
            pages.put(
                    "mail link " + kind,
                    new Page.MailLink(Optional.of(app), "l", "c", kind, ada.email(), Optional.empty()));
        }
        pages.put(
                "mail link elsewhere",
                new Page.MailLink(
                        Optional.empty(), "l", "c", Ticket.Kind.SIGN_IN, ada.email(), Optional.of("123 456")));
        var fields = List.of(new Page.Field("sub (id_token)", "42"), new Page.Field("email (userinfo)", ada.email()));
        pages.put("test", new Page.TestResult("corp", Optional.empty(), fields));
        pages.put("test failed", new Page.TestResult("corp", Optional.of("access_denied"), List.of()));
        pages.put(
                "consent",
                new StepPage.Consent(
                        frame, ada, asks, Optional.of("Orders"), permissions, Optional.of("sample.example")));
        pages.put("accounts", new StepPage.Accounts(frame, List.of(ada, grace)));
        accountPages(pages, app, ada, grace);
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

    private static void accountPages(Map<String, Page> pages, Page.App app, Page.Who ada, Page.Who grace) {
        var frame = new AccountPage.Frame("c", Optional.of(app), "?client_id=a&return_to=b");
        var way = new StepPage.Way("github", Connection.Icon.GITHUB, "GitHub");
        var profile = Map.of("name", "Ada Lovelace", "given_name", "Ada", "locale", "en");
        var there = new AccountPage.IdentityLine(
                "google", "42", Connection.Icon.GOOGLE, "Google", ada.email(), "Nov 26, 2026");
        var here = new AccountPage.DeviceLine("s1", "Firefox, Linux", "Nov 26, 2026, 2:05 PM UTC", true);
        var phone = new AccountPage.DeviceLine("s2", "Safari, iPhone", "Nov 20, 2026, 9:12 AM UTC", false);
        var other = new AccountPage.DeviceLine("s3", "", "Nov 19, 2026, 8:00 AM UTC", false);
        var asks =
                List.of(new ScopeLine("email", Optional.empty()), new ScopeLine("orders", Optional.of("See orders")));
        pages.put(
                "account",
                new AccountPage.Overview(
                        frame,
                        ada,
                        profile,
                        Optional.of(new AccountPage.Address(ada.email(), false)),
                        List.of(grace),
                        AccountPage.Passwords.SET,
                        List.of(there),
                        List.of(way),
                        List.of(here, phone, other),
                        "12",
                        List.of(new AccountPage.AppLine("a", "Sample", asks, "Nov 1, 2026")),
                        Optional.of(Notice.SAVED)));
        var alone = new AccountPage.Frame("c", Optional.empty(), "");
        pages.put(
                "account of somebody new",
                new AccountPage.Overview(
                        alone,
                        grace,
                        Map.of(),
                        Optional.empty(),
                        List.of(),
                        AccountPage.Passwords.UNSET,
                        List.of(),
                        List.of(),
                        List.of(here),
                        "",
                        List.of(),
                        Optional.of(Notice.ENDED)));
        var typed = Map.of("name", "Ada Lovelace", "locale", "English, UK", "zoneinfo", "Zurich");
        var wrong = List.of("locale", "zoneinfo");
        pages.put("account profile", new AccountPage.ProfileForm(frame, profile, List.of(), Optional.empty()));
        pages.put(
                "account profile again",
                new AccountPage.ProfileForm(frame, typed, wrong, Optional.of(Notice.BAD_VALUE)));
        pages.put("account password", new AccountPage.PasswordForm(frame, ada.email(), Optional.of(Notice.WEAK_SHORT)));
        pages.put(
                "account email", new AccountPage.EmailForm(frame, ada.email(), "x", Optional.of(Notice.SAME_ADDRESS)));
        pages.put("account add", new AccountPage.Add(frame, way));
        pages.put("account delete", new AccountPage.Delete(frame, ada));
        pages.put("account gone", new AccountPage.Gone(frame));
    }

    /// The usual ones without those that differ in a sentence only: for the slow tests.
    static Map<String, Page> different() {
        var pages = usual();
        pages.keySet().removeIf(name -> name.startsWith("login ") && !name.matches("login (WRONG|with).*"));
        pages.keySet().removeIf(name -> name.startsWith("mail link ") && !name.matches("mail link (SIGN_IN|else).*"));
        pages.keySet().removeIf(name -> name.startsWith("error ") && !name.matches("error (REQUEST|with).*"));
        return pages;
    }

    /// Every page with the text wherever a person, an operator or a request can put one.
    static List<Page> filledWith(String text) {
        var app = new Page.App(text, Optional.of("https://sample.example/?" + text));
        var frame = new StepPage.Frame(app, text, text, true);
        var who = new Page.Who(text, text, text, true);
        var fields = List.of(new Page.Field(text, text), new Page.Field("state", text));
        var asks = List.of(new ScopeLine(text, Optional.empty()), new ScopeLine("api", Optional.of(text)));
        return List.of(
                new StepPage.Login(
                        frame,
                        text,
                        Optional.of(Notice.WRONG_PASSWORD),
                        true,
                        true,
                        List.of(new StepPage.Way(text, Connection.Icon.KEY, text)),
                        false,
                        Optional.of("/signup"),
                        Optional.of("/recover")),
                overview(text, who),
                new AccountPage.ProfileForm(
                        own(app), Map.of("name", text), List.of("name"), Optional.of(Notice.BAD_VALUE)),
                new AccountPage.PasswordForm(own(app), text, Optional.empty()),
                new AccountPage.EmailForm(own(app), text, text, Optional.empty()),
                new AccountPage.Add(own(app), new StepPage.Way(text, Connection.Icon.KEY, text)),
                new AccountPage.Delete(own(app), who),
                new AccountPage.Gone(own(app)),
                new StepPage.SignUp(frame, text, text, Optional.empty(), List.of()),
                new StepPage.Code(frame, text, Ticket.Kind.CHANGE_EMAIL_NEW, text, "/login", Optional.empty()),
                new StepPage.Recover(frame, text, Optional.empty()),
                new StepPage.NewPassword(frame, text, true, text, Optional.empty()),
                new StepPage.Connect(frame, who, text, text),
                new StepPage.Consent(frame, who, asks, Optional.of(text), asks, Optional.of(text)),
                new StepPage.Accounts(frame, List.of(who, new Page.Who(text, "", text, false))),
                new Page.MailLink(Optional.of(app), text, text, Ticket.Kind.RECOVER, text, Optional.of(text)),
                new Page.TestResult(text, Optional.of(text), fields),
                new Page.Error(Page.Problem.REQUEST, text, Optional.of(app), Optional.empty()),
                new Page.Logout(Optional.of(app), text, List.of(who), fields),
                new Page.LoggedOut(Optional.of(app)),
                new Page.Continue(app, Optional.of("https://sample.example/cb")),
                new Page.FormPost("https://sample.example/cb", fields));
    }

    private static AccountPage.Frame own(Page.App app) {
        return new AccountPage.Frame("c", Optional.of(app), "");
    }

    private static Page overview(String text, Page.Who who) {
        return new AccountPage.Overview(
                own(new Page.App(text, Optional.of("https://sample.example/"))),
                who,
                Map.of("name", text),
                Optional.of(new AccountPage.Address(text, true)),
                List.of(who),
                AccountPage.Passwords.SET,
                List.of(new AccountPage.IdentityLine(text, text, Connection.Icon.KEY, text, text, text)),
                List.of(new StepPage.Way(text, Connection.Icon.KEY, text)),
                List.of(new AccountPage.DeviceLine(text, text, text, false)),
                text,
                List.of(new AccountPage.AppLine(text, text, List.of(new ScopeLine(text, Optional.of(text))), text)),
                Optional.empty());
    }

    private static Page login(StepPage.Frame frame, String email, Optional<Notice> notice) {
        return new StepPage.Login(
                frame, email, notice, true, false, List.of(), false, Optional.empty(), Optional.empty());
    }
}
