package dev.symbolon.account;

import dev.symbolon.crypto.BrowserCookie;
import dev.symbolon.crypto.Interactions;
import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.Interaction;
import dev.symbolon.oauth.Subject;
import dev.symbolon.page.AccountPage.Frame;
import dev.symbolon.page.Notice;
import dev.symbolon.page.Page;
import dev.symbolon.page.PageAnswers;
import dev.symbolon.page.Texts;
import dev.symbolon.store.Clients;
import dev.symbolon.store.Sessions.SignedIn;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Call;
import dev.symbolon.web.Cookies;
import dev.symbolon.web.Csrf;
import dev.symbolon.web.ErrorId;
import dev.symbolon.web.Form;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Somebody at a page of their own account: they are signed in, the form was ours, and for what cannot be taken
/// back they have shown who they are in the last five minutes.
///
/// @param who the account that the browser used last, with its session
public record Visit(Call call, SignedIn who, BrowserCookie browser, Form form, Optional<Origin> origin) {
    private static final Logger LOG = LoggerFactory.getLogger(Visit.class);

    // Who comes back from another server hears what became of that, or that the sign-in was not fresh.
    private static final Set<Notice> SAID_HERE = EnumSet.of(
            Notice.SAVED,
            Notice.PASSWORD_CHANGED,
            Notice.EMAIL_CHANGED,
            Notice.CODE_OVER,
            Notice.REMOVED,
            Notice.LAST_WAY,
            Notice.ENDED,
            Notice.REVOKED,
            Notice.CONNECTED,
            Notice.CONNECTED_ELSEWHERE,
            Notice.CONNECTION_CANCELLED,
            Notice.CONNECTION_FAILED,
            Notice.CONNECTION_UNREACHABLE,
            Notice.AGAIN);

    /// ASVS 7.5.1: what is sensitive needs a sign-in that is not older.
    public static final Duration FRESH_FOR = Duration.ofMinutes(5);

    /// Where the person came from, and goes back to: exactly one of the application's registered redirect URIs.
    public record Origin(ClientId client, String returnTo, Page.App app) {
        private String carried() {
            return "?client_id=" + Form.encode(client.value()) + "&return_to=" + Form.encode(returnTo);
        }
    }

    /// How old the sign-in may be.
    public enum Needs {
        /// Anyone who is signed in.
        ANY_SIGN_IN,
        /// At most [#FRESH_FOR] old.
        FRESH_SIGN_IN
    }

    /// Either the person is here, or this is the answer.
    public sealed interface Opened {
        /// They are here.
        record Ready(Visit visit) implements Opened {}

        /// They are led to sign in, or told what is wrong.
        record Instead(Answer answer) implements Opened {}
    }

    /// Opens a page.
    ///
    /// @param page where the person comes back to after signing in; a path
    public static Opened open(
            Call call, String page, Needs needs, BrowserSessions sessions, Clients clients, RandomGenerator random) {
        var known = Cookies.browser(call);
        var origin = origin(call, clients);
        var who = sessions.of(call).stream().findFirst();
        var target = page + joined(page, origin.map(Origin::carried).orElse(""));
        var carried = isOver(call) ? target + joined(target, "?notice=" + Notice.CODE_OVER.name()) : target;
        if (who.isEmpty() || known.isEmpty()) {
            return new Opened.Instead(signIn(call, carried, known, Optional.empty()));
        }
        // Another tab may have signed somebody else in: the form is about whom it was shown for.
        if (call.isPost()
                && !Csrf.isAbout(
                        call, call.form(), who.get().account().subject().value())) {
            var error = new Page.Error(Page.Problem.FORBIDDEN, ErrorId.of(random), Optional.empty(), Optional.of(page));
            LOG.info("{} {} refused: the form was not ours [{}]", call.method(), call.path(), error.errorId());
            return new Opened.Instead(PageAnswers.page(call, List.of(), error));
        }
        var isOld = who.get().session().authTime().plus(FRESH_FOR).isBefore(call.now());
        if (needs == Needs.FRESH_SIGN_IN && isOld) {
            return new Opened.Instead(
                    signIn(call, carried, known, Optional.of(who.get().account().subject())));
        }
        return new Opened.Ready(new Visit(call, who.get(), known.get(), call.parameters(), origin));
    }

    // Whoever has to sign in first hears afterwards why they are here.
    private static boolean isOver(Call call) {
        return !call.isPost() && call.query().text("notice").equals(Notice.CODE_OVER.name());
    }

    private static String joined(String page, String carried) {
        return page.contains("?") && !carried.isEmpty() ? "&" + carried.substring(1) : carried;
    }

    private static Answer signIn(Call call, String page, Optional<BrowserCookie> known, Optional<Subject> about) {
        var host = call.host();
        var browser = known.orElseGet(() -> BrowserCookie.fresh(host.sealer()));
        var interaction = Interaction.forPage(page, call.now(), browser.id()).about(about);
        var sealed = Interactions.write(host.sealer(), interaction).text();
        var answer = Answer.seeOther("/login?interaction=" + sealed + (about.isPresent() ? "&fresh=1" : ""));
        return known.isPresent()
                ? answer
                : answer.cookie(Cookies.setBrowser(host.issuer(), browser, host.sealer(), call.now()));
    }

    // XS-07: anything but what the application registered is as if it were not there.
    private static Optional<Origin> origin(Call call, Clients clients) {
        var returnTo = call.query().text("return_to");
        return call.query()
                .get("client_id")
                .filter(ClientId::hasShape)
                .flatMap(id -> clients.known(call.host().id(), new ClientId(id), call.now()))
                .map(Clients.Known::client)
                .filter(client -> client.disabledAt().isEmpty())
                .filter(client -> returnTo.startsWith("https://") || returnTo.startsWith("http://"))
                .filter(client -> client.metadata().redirectUris().stream()
                        .anyMatch(uri -> uri.value().equals(returnTo)))
                .map(client -> new Origin(client.id(), returnTo, app(client, returnTo)));
    }

    private static Page.App app(Client client, String returnTo) {
        return new Page.App(client.metadata().clientName(), Optional.of(returnTo));
    }

    /// The account.
    public Account account() {
        return who.account();
    }

    /// What stands around the page.
    public Frame frame() {
        return new Frame(
                Csrf.token(call.host(), browser, who.account().subject().value()),
                origin.map(Origin::app),
                origin.map(Origin::carried).orElse(""));
    }

    /// The page, in the language that the browser prefers.
    public Answer show(Page page) {
        return PageAnswers.page(call, List.of(), page);
    }

    /// The words of the page.
    public Texts texts() {
        return Texts.pick(
                List.of(),
                call.header("accept-language").orElse(""),
                call.host().language());
    }

    /// The path of a page of the account, with what it carries.
    ///
    /// @param notice what it says first
    public String path(String page, Optional<Notice> notice) {
        var carried = frame().carried();
        return page
                + carried
                + notice.map(one -> (carried.isEmpty() ? "?" : "&") + "notice=" + one.name())
                        .orElse("");
    }

    /// On to another page, which says this first.
    public Answer to(String page, Notice notice) {
        return Answer.seeOther(path(page, Optional.of(notice)));
    }

    /// What the page says first, if it was asked to. Anyone can write an address: it says nothing that a page of
    /// the account does not say itself.
    public Optional<Notice> notice() {
        return form.get("notice").flatMap(Notice::of).filter(SAID_HERE::contains);
    }
}
