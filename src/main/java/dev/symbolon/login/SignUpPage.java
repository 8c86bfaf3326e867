package dev.symbolon.login;

import dev.symbolon.account.Enrolment;
import dev.symbolon.account.PasswordPolicy;
import dev.symbolon.account.Passwords;
import dev.symbolon.account.SignInLimits;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.OneLine;
import dev.symbolon.oauth.Ticket;
import dev.symbolon.oauth.UpstreamState.Errand;
import dev.symbolon.page.Notice;
import dev.symbolon.page.StepPage;
import dev.symbolon.store.Clients;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Call;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// `GET|POST /signup`: somebody who was never here says who they will be. No account exists before the address
/// was shown to be theirs, so nobody can make one under another's address, and nothing is kept about those who
/// only try.
public final class SignUpPage {
    private static final int NAME_MAX_CHARACTERS = 200;

    private final Clients clients;
    private final Passwords passwords;
    private final Corridor corridor;
    private final RandomGenerator random;

    /// A page that signs up.
    public SignUpPage(Clients clients, Passwords passwords, Corridor corridor, RandomGenerator random) {
        this.clients = clients;
        this.passwords = passwords;
        this.corridor = corridor;
        this.random = random;
    }

    /// Shows the form, or takes it.
    public Answer answer(Call call) {
        return switch (Step.open(call, clients, random)) {
            case Step.Opened.Instead(var answer) -> answer;
            case Step.Opened.Ready(var step) -> answer(step);
        };
    }

    private Answer answer(Step step) {
        var open = corridor.ways().of(step);
        if (!corridor.ways().canSignUp(open)) {
            return Answer.seeOther(step.href("/login") + "&fresh=1");
        }
        return step.call().isPost() ? take(step, open) : step.show(page(step, open, step.typed(), step.notice()));
    }

    private static StepPage page(Step step, Ways.Open open, Step.Typed typed, Optional<Notice> notice) {
        var ways = open.upstream().stream()
                .filter(one -> one.rules().signUp())
                .map(StepPage.Way::of)
                .toList();
        return new StepPage.SignUp(step.frame(), typed.name(), typed.address(), notice, ways);
    }

    private Answer take(Step step, Ways.Open open) {
        if (step.action().equals("cancel")) {
            return step.cancel();
        }
        var chosen = step.form()
                .get("connection")
                .flatMap(open::named)
                .filter(one -> one.kind().isUpstream());
        if (chosen.isPresent()) {
            return corridor.depart(step, chosen.get(), Errand.SIGN_IN);
        }
        var typed = new Step.Typed(
                Step.cut(step.form().text("username")), name(step.form().text("name")));
        var password = step.form().text("password");
        String address;
        try {
            address = Enrolment.address(typed.address());
        } catch (OAuthException _) {
            return step.again("/signup", Step.noAddress(typed.address()), typed);
        }
        if (password.isEmpty()) {
            return step.again("/signup", Notice.NO_PASSWORD, typed);
        }
        var weakness = PasswordPolicy.weakness(password, List.of(typed.address(), typed.name()));
        if (weakness.isPresent()) {
            return step.again("/signup", Notice.weak(weakness.get().name()), typed);
        }
        try {
            var hash = passwords.hash(password, SignInLimits.newcomer(step.call(), address));
            var name = Optional.of(typed.name()).filter(text -> !text.isEmpty());
            var newcomer = new Ticket.Newcomer(name, Optional.of(hash.phc()));
            return corridor.mails().signUp(step, new Step.Typed(address, typed.name()), newcomer);
        } catch (OAuthException busy) {
            if (busy.error() != OAuthError.TEMPORARILY_UNAVAILABLE) {
                throw busy;
            }
            return step.show(page(step, open, typed, Optional.of(Notice.BUSY)))
                    .as(503)
                    .with("Retry-After", "2");
        }
    }

    private static String name(String text) {
        var line = OneLine.of(text).strip();
        return line.length() <= NAME_MAX_CHARACTERS ? line : line.substring(0, NAME_MAX_CHARACTERS);
    }
}
