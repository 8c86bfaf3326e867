package dev.symbolon.login;

import dev.symbolon.account.BrowserSessions;
import dev.symbolon.account.Passwords;
import dev.symbolon.account.SignInLimits;
import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.Interaction;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.page.Page;
import dev.symbolon.page.Page.Notice;
import dev.symbolon.store.Accounts;
import dev.symbolon.store.Accounts.PasswordAccount;
import dev.symbolon.store.Clients;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Call;
import dev.symbolon.web.Cookies;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// `GET|POST /login`: the person shows who they are with an e-mail address and a password. Whether
/// the address is
/// unknown, disabled or the password wrong, the answer is the same and takes the same time.
public final class LoginPage {
    private static final int EMAIL_MAX_CHARACTERS = 320;

    private final Clients clients;
    private final Accounts accounts;
    private final Passwords passwords;
    private final SignInLimits limits;
    private final BrowserSessions sessions;
    private final RandomGenerator random;

    /// A page that signs in.
    public LoginPage(
            Clients clients,
            Accounts accounts,
            Passwords passwords,
            SignInLimits limits,
            BrowserSessions sessions,
            RandomGenerator random) {
        this.clients = clients;
        this.accounts = accounts;
        this.passwords = passwords;
        this.limits = limits;
        this.sessions = sessions;
        this.random = random;
    }

    /// Shows the form, or takes it.
    public Answer answer(Call call) {
        return switch (Step.open(call, clients, random)) {
            case Step.Opened.Instead(var answer) -> answer;
            case Step.Opened.Ready(var step) -> call.isPost() ? take(step) : show(step);
        };
    }

    private Answer show(Step step) {
        if (isDoneAlready(step)) {
            return step.done();
        }
        var retry = step.interaction().retry();
        if (retry.isPresent()) {
            return step.show(
                    page(step, retry.get().typed(), Notice.of(retry.get().notice())));
        }
        var signedIn = sessions.of(step.call());
        var about = step.interaction().about();
        var again = about.isPresent()
                && signedIn.stream().anyMatch(one -> one.account().subject().equals(about.get()));
        var ended = about.isPresent() && !again;
        var notice = again
                ? Optional.of(Notice.AGAIN)
                : ended ? Optional.of(Notice.SESSION_ENDED) : Optional.<Notice>empty();
        var address = about.flatMap(subject -> accounts.find(step.call().host().id(), subject))
                .flatMap(Account::address);
        return step.show(page(step, address.orElse(cut(step.request().text("login_hint"))), notice));
    }

    // Another tab finished, or the person came back with the back button: what was asked for is there already.
    private boolean isDoneAlready(Step step) {
        if (!step.form().text("fresh").isEmpty()) {
            return false;
        }
        var about = step.interaction().about();
        return sessions.of(step.call()).stream()
                .limit(1)
                .filter(one ->
                        about.isEmpty() || about.get().equals(one.account().subject()))
                .map(one -> one.session().authTime())
                .filter(at -> !at.isBefore(step.call().now().minus(Interaction.SIGN_IN_COUNTS_FOR)))
                .anyMatch(at -> !at.isBefore(step.interaction().startedAt()));
    }

    private static Page page(Step step, String email, Optional<Notice> notice) {
        return new Page.Login(step.app(), step.sealed(), step.csrf(), email, notice, true, false, List.of(), false);
    }

    private Answer take(Step step) {
        if (step.action().equals("cancel")) {
            return step.cancel();
        }
        var email = cut(step.form().text("username").strip());
        var password = step.form().text("password");
        if (email.isEmpty() || password.isEmpty()) {
            return step.again("/login", Notice.MISSING, email);
        }
        var found = accounts.byEmail(step.call().host().id(), email);
        var hash = found.flatMap(PasswordAccount::hash);
        var counted = limits.count(step.call(), step.browser(), email, hash);
        if (counted.pause().isPresent()) {
            return here(step, email, Notice.TOO_MANY_TRIES)
                    .as(429)
                    .with("Retry-After", seconds(counted.pause().get()));
        }
        try {
            if (!passwords.matches(hash, password, SignInLimits.asker(step.call(), email))
                    || found.orElseThrow().account().disabledAt().isPresent()) {
                return step.again("/login", Notice.WRONG_PASSWORD, email);
            }
            limits.forgive(step.call(), counted);
            return signIn(step, upgraded(step, found.orElseThrow(), password));
        } catch (OAuthException busy) {
            if (busy.error() != OAuthError.TEMPORARILY_UNAVAILABLE) {
                throw busy;
            }
            limits.forgive(step.call(), counted);
            return here(step, email, Notice.BUSY).as(503).with("Retry-After", "2");
        }
    }

    // A hash of another cost than today's is made anew while the password is at hand.
    private PasswordAccount upgraded(Step step, PasswordAccount found, String password) {
        var old = found.hash().orElseThrow();
        if (!passwords.isOutdated(old)) {
            return found;
        }
        var account = found.account();
        var better = passwords.hash(password);
        accounts.upgradePassword(
                account.tenant(), account.subject(), old, better, step.call().now());
        return new PasswordAccount(account, Optional.of(better));
    }

    private Answer signIn(Step step, PasswordAccount found) {
        var call = step.call();
        var account = found.account();
        var browser = SignInLimits.known(call, step.browser(), account.address().orElse(""), found.hash());
        var cookie =
                Cookies.setBrowser(call.host().issuer(), browser, call.host().sealer(), call.now());
        return sessions.start(
                call,
                account,
                List.of("pwd"),
                step.interaction().startedAt(),
                step.done().cookie(cookie));
    }

    // A program has to see the status; a person rarely meets this one.
    private static Answer here(Step step, String email, Notice notice) {
        return step.show(page(step, email, Optional.of(notice)));
    }

    private static String seconds(Duration wait) {
        return Long.toString(Math.max(1, wait.toSeconds()));
    }

    private static String cut(String text) {
        return text.length() <= EMAIL_MAX_CHARACTERS ? text : text.substring(0, EMAIL_MAX_CHARACTERS);
    }
}
