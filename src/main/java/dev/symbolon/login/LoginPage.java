package dev.symbolon.login;

import dev.symbolon.account.BrowserSessions;
import dev.symbolon.account.Passwords;
import dev.symbolon.account.SignInLimits;
import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.UpstreamState.Errand;
import dev.symbolon.page.Notice;
import dev.symbolon.page.StepPage;
import dev.symbolon.store.Accounts;
import dev.symbolon.store.Accounts.PasswordAccount;
import dev.symbolon.store.Clients;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Call;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// `GET|POST /login`: the person shows who they are, with an e-mail address and a password, or chooses another
/// way. Whether the address is unknown, disabled, of another way or the password wrong, the answer is the same
/// and takes the same time.
public final class LoginPage {
    private final Clients clients;
    private final Accounts accounts;
    private final Passwords passwords;
    private final SignInLimits limits;
    private final BrowserSessions sessions;
    private final Corridor corridor;
    private final RandomGenerator random;

    /// A page that signs in.
    ///
    /// @param corridor where the other ways begin
    public LoginPage(
            Clients clients,
            Accounts accounts,
            Passwords passwords,
            SignInLimits limits,
            Corridor corridor,
            RandomGenerator random) {
        this.clients = clients;
        this.accounts = accounts;
        this.passwords = passwords;
        this.limits = limits;
        this.sessions = corridor.sessions();
        this.corridor = corridor;
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
        if (step.form().text("fresh").isEmpty() && corridor.isDone(step)) {
            return corridor.signedIn(step);
        }
        var open = corridor.ways().of(step);
        var isFirstLook = step.notice().isEmpty() && step.form().text("fresh").isEmpty();
        if (isFirstLook
                && !open.passwords()
                && open.codes().isEmpty()
                && open.upstream().size() == 1) {
            return corridor.depart(step, open.upstream().getFirst(), Errand.SIGN_IN);
        }
        var wantsSignUp = step.request().text("screen_hint").equals("signup")
                && step.interaction().about().isEmpty();
        if (isFirstLook && wantsSignUp && corridor.ways().canSignUp(open)) {
            return Answer.seeOther(step.href("/signup"));
        }
        return step.show(page(step, open, address(step), step.notice().or(() -> notice(step))));
    }

    private Optional<Notice> notice(Step step) {
        if (step.interaction().pending().isPresent()) {
            return Optional.of(Notice.CONNECT_FIRST);
        }
        var about = step.interaction().about();
        var isHere = sessions.of(step.call()).stream()
                .anyMatch(one -> about.filter(one.account().subject()::equals).isPresent());
        return about.map(_ -> isHere ? Notice.AGAIN : Notice.SESSION_ENDED);
    }

    private String address(Step step) {
        if (step.interaction().retry().isPresent()) {
            return step.typed().address();
        }
        return step.interaction()
                .about()
                .flatMap(subject -> accounts.find(step.call().host().id(), subject))
                .flatMap(Account::address)
                .orElse(step.typed().address());
    }

    private StepPage page(Step step, Ways.Open open, String address, Optional<Notice> notice) {
        var isAboutSomebody = step.interaction().about().isPresent();
        return new StepPage.Login(
                step.frame(),
                address,
                notice,
                open.passwords(),
                open.codes().isPresent(),
                open.buttons(),
                open.upstreamFirst(),
                !isAboutSomebody && corridor.ways().canSignUp(open)
                        ? Optional.of(step.href("/signup"))
                        : Optional.empty(),
                corridor.ways().canRecover(open) ? Optional.of(step.href("/recover")) : Optional.empty());
    }

    private Answer take(Step step) {
        if (step.action().equals("cancel")) {
            return step.cancel();
        }
        var open = corridor.ways().of(step);
        var chosen = step.form()
                .get("connection")
                .flatMap(open::named)
                .filter(one -> one.kind().isUpstream());
        if (chosen.isPresent()) {
            return corridor.depart(step, chosen.get(), Errand.SIGN_IN);
        }
        var typed = new Step.Typed(Step.cut(step.form().text("username")), "");
        if (step.action().equals("code") && open.codes().isPresent()) {
            return corridor.mails().signIn(step, typed, open.codes().get());
        }
        var password = step.form().text("password");
        if (!open.passwords() || typed.address().isEmpty() && password.isEmpty()) {
            return step.again("/login", Notice.MISSING, typed);
        }
        if (typed.address().isEmpty() || password.isEmpty()) {
            return step.again("/login", password.isEmpty() ? Notice.NO_PASSWORD : Notice.NO_ADDRESS, typed);
        }
        return check(step, open, typed, password);
    }

    private Answer check(Step step, Ways.Open open, Step.Typed typed, String password) {
        try {
            return passwords.admit(
                    SignInLimits.asker(step.call(), typed.address()), () -> attempt(step, open, typed, password));
        } catch (OAuthException busy) {
            if (busy.error() != OAuthError.TEMPORARILY_UNAVAILABLE) {
                throw busy;
            }
            // A program has to see the status; a person rarely meets this one.
            return step.show(page(step, open, typed.address(), Optional.of(Notice.BUSY)))
                    .as(503)
                    .with("Retry-After", "2");
        }
    }

    private Answer attempt(Step step, Ways.Open open, Step.Typed typed, String password) {
        var call = step.call();
        var found = accounts.byEmail(call.host().id(), typed.address());
        var hash = found.flatMap(PasswordAccount::hash);
        var counted = limits.count(call, step.browser(), typed.address(), hash);
        if (counted.pause().isPresent()) {
            return step.show(page(step, open, typed.address(), Optional.of(Notice.TOO_MANY_TRIES)))
                    .as(429)
                    .with("Retry-After", seconds(counted.pause().get()));
        }
        try {
            if (!passwords.matches(hash, password)
                    || found.orElseThrow().account().disabledAt().isPresent()) {
                return step.again("/login", Notice.WRONG_PASSWORD, typed);
            }
            limits.forgive(call, counted);
            return signIn(step, upgraded(step, found.orElseThrow(), password));
        } catch (OAuthException busy) {
            if (busy.error() == OAuthError.TEMPORARILY_UNAVAILABLE) {
                limits.forgive(call, counted);
            }
            throw busy;
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
        return corridor.signIn(step, found.account(), List.of("pwd"), found.hash());
    }

    private static String seconds(Duration wait) {
        return Long.toString(Math.max(1, wait.toSeconds()));
    }
}
