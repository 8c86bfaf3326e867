package dev.symbolon.login;

import dev.symbolon.account.BrowserSessions;
import dev.symbolon.account.SignInLimits;
import dev.symbolon.connection.Journey;
import dev.symbolon.connection.UpstreamException;
import dev.symbolon.connection.Upstreams;
import dev.symbolon.crypto.PasswordHash;
import dev.symbolon.crypto.UpstreamStates;
import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.CodeVerifier;
import dev.symbolon.oauth.Connection;
import dev.symbolon.oauth.Interaction;
import dev.symbolon.oauth.Prompt;
import dev.symbolon.oauth.UpstreamState;
import dev.symbolon.oauth.UpstreamState.Errand;
import dev.symbolon.page.Notice;
import dev.symbolon.store.Tallies;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Call;
import dev.symbolon.web.Cookies;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the steps of a sign-in have in common: which ways are open, how somebody is sent to another server, and
/// what happens when the person has shown who they are.
public final class Corridor {
    private static final Logger LOG = LoggerFactory.getLogger(Corridor.class);

    private final BrowserSessions sessions;
    private final Ways ways;
    private final MailedCodes mails;
    private final Upstreams upstreams;
    private final Tallies tallies;

    Corridor(BrowserSessions sessions, Ways ways, MailedCodes mails, Upstreams upstreams, Tallies tallies) {
        this.sessions = sessions;
        this.ways = ways;
        this.mails = mails;
        this.upstreams = upstreams;
        this.tallies = tallies;
    }

    BrowserSessions sessions() {
        return sessions;
    }

    Ways ways() {
        return ways;
    }

    MailedCodes mails() {
        return mails;
    }

    /// Starts a session, and goes on. The browser is known to the account from now on.
    ///
    /// @param amr how the person showed who they are
    /// @param hash the password of the account, if it has one
    Answer signIn(Step step, Account account, List<String> amr, Optional<PasswordHash> hash) {
        var call = step.call();
        var browser = SignInLimits.known(call, step.browser(), account.address().orElse(""), hash);
        var cookie =
                Cookies.setBrowser(call.host().issuer(), browser, call.host().sealer(), call.now());
        return sessions.start(
                call,
                account,
                amr,
                step.interaction().startedAt(),
                signedIn(step).cookie(cookie));
    }

    /// Goes on when somebody is signed in: to the question whether another identity is theirs too, or back to what
    /// asked.
    Answer signedIn(Step step) {
        return step.interaction().pending().isPresent() ? Answer.seeOther(step.href("/connect")) : step.done();
    }

    /// Whether what was asked for is there already: another tab finished, or the person came back with the back
    /// button. A change of address is not there because somebody is signed in.
    boolean isDone(Step step) {
        if (step.isChangeOfAddress()) {
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

    /// Sends the person to another server. Where that is not possible now, they are told where they came from.
    Answer depart(Step step, Connection connection, Errand errand) {
        try {
            return departure(step, connection, errand);
        } catch (UpstreamException trouble) {
            return back(step, notice(trouble));
        }
    }

    /// Sends the person to another server.
    ///
    /// @throws UpstreamException when that server cannot be asked where it is
    Answer departure(Step step, Connection connection, Errand errand) {
        var host = step.call().host();
        var state = new UpstreamState(
                host.sealer().newId(),
                errand,
                connection.id(),
                host.sealer().newId(),
                new CodeVerifier(host.sealer().newToken().value()),
                step.sealed(),
                step.browser().id(),
                step.call().now());
        try {
            return Answer.seeOther(upstreams.authorizationUrl(connection, journey(step, state)));
        } catch (UpstreamException trouble) {
            failed(step.call(), connection);
            LOG.warn(
                    "Nobody can be sent to connection {} of tenant {}: {}",
                    connection.id(),
                    host.id(),
                    trouble.getMessage());
            throw trouble;
        }
    }

    /// Somebody could not be signed in there, and not because they did not want to.
    void failed(Call call, Connection connection) {
        tallies.count(call.host().id(), Tallies.CONNECTION_FAILED + connection.id(), call.now());
    }

    /// To the sign-in page with a sentence; a page of ours that asked shows it by itself.
    static Answer back(Step step, Notice notice) {
        var page = step.interaction().page().filter(path -> path.startsWith("/account"));
        return page.map(path -> Answer.seeOther(path + (path.contains("?") ? "&" : "?") + "notice=" + notice.name()))
                .orElseGet(() -> step.again("/login", notice, step.typed()));
    }

    /// What a person is told of another server's trouble.
    static Notice notice(UpstreamException trouble) {
        return switch (trouble.kind()) {
            case UNREACHABLE -> Notice.CONNECTION_UNREACHABLE;
            case REFUSED, MISCONFIGURED, UNTRUSTWORTHY -> Notice.CONNECTION_FAILED;
        };
    }

    static Journey journey(Step step, UpstreamState state) {
        var host = step.call().host();
        return new Journey(
                host.issuer().at("/callback"),
                UpstreamStates.write(host.sealer(), state).text(),
                state.nonce(),
                state.codeVerifier(),
                step.request().get("login_hint"),
                Arrays.stream(step.request().text("ui_locales").split(" "))
                        .filter(tag -> !tag.isEmpty())
                        .toList(),
                state.errand() == Errand.SIGN_IN && isAnew(step) ? Journey.SignIn.ANEW : Journey.SignIn.AS_EVER);
    }

    // A session at the other server is no answer to whoever wants somebody to show again who they are.
    private static boolean isAnew(Step step) {
        return step.interaction().about().isPresent() || step.asks(Prompt.LOGIN);
    }
}
