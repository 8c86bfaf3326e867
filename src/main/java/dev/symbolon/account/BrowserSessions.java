package dev.symbolon.account;

import dev.symbolon.crypto.OpaqueToken;
import dev.symbolon.crypto.Purpose;
import dev.symbolon.crypto.TokenHash;
import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.Session;
import dev.symbolon.oauth.SessionId;
import dev.symbolon.oauth.Subject;
import dev.symbolon.store.Sessions;
import dev.symbolon.store.Sessions.OnDevice;
import dev.symbolon.store.Sessions.SignedIn;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Call;
import dev.symbolon.web.Cookies;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The people signed in in one browser. The browser keeps one secret for all of them, which changes whenever
/// somebody signs in or another account is picked: a copy of the old one is worth nothing then.
public final class BrowserSessions {
    /// `lastSeenAt` is written at most this often, so that looking costs no write.
    private static final Duration SEEN_GRAIN = Duration.ofMinutes(1);

    private final Sessions sessions;
    private final Sessions.Limits installed;

    /// @param limits how long a session lives without being seen, and altogether, where a tenant says nothing else
    public BrowserSessions(Sessions sessions, Sessions.Limits limits) {
        this.sessions = sessions;
        this.installed = limits;
    }

    private Sessions.Limits limits(Call call) {
        var settings = call.host().settings();
        return new Sessions.Limits(
                settings.sessionIdle().orElse(installed.idle()),
                settings.sessionAbsolute().orElse(installed.absolute()));
    }

    /// Who is signed in in this browser, most recently chosen first. Without a cookie nothing is read.
    public List<SignedIn> of(Call call) {
        var found = read(call, limits(call));
        var seenBefore = call.now().minus(SEEN_GRAIN);
        if (found.stream().anyMatch(one -> one.session().lastSeenAt().isBefore(seenBefore))) {
            cookie(call).ifPresent(browser -> sessions.touch(call.host().id(), browser, limits(call), call.now()));
        }
        return found;
    }

    /// The same with the sessions whose time is over, which the chooser still names.
    public List<SignedIn> withExpired(Call call) {
        var longAgo = limits(call).absolute().multipliedBy(3);
        return read(call, new Sessions.Limits(longAgo, longAgo));
    }

    private List<SignedIn> read(Call call, Sessions.Limits within) {
        return cookie(call)
                .map(browser -> sessions.ofBrowser(call.host().id(), browser, within, call.now()))
                .orElse(List.of());
    }

    /// The live sessions of a person, in whatever browser, the latest used first.
    public List<OnDevice> ofSubject(Call call, Subject subject) {
        return sessions.ofSubject(call.host().id(), subject, limits(call), call.now());
    }

    /// The live sessions of a tenant, the latest sign-in first.
    ///
    /// @param before only those whose sign-in was earlier
    public Sessions.Page list(Call call, Optional<Instant> before, int limit) {
        return sessions.list(call.host().id(), before, limits(call), call.now(), limit);
    }

    /// Whether a session's time is over.
    public boolean isExpired(Call call, Session session) {
        var limits = limits(call);
        return session.lastSeenAt().plus(limits.idle()).isBefore(call.now())
                || session.authTime().plus(limits.absolute()).isBefore(call.now());
    }

    /// Starts a session, or proves an existing one of the same person anew, and gives the browser a new secret.
    ///
    /// @param amr how the person showed who they are (RFC 8176)
    /// @param notBefore the interaction's start: no clock of another node may date the proof before it
    /// @return the answer with the cookie set
    public Answer start(Call call, Account account, List<String> amr, Instant notBefore, Answer answer) {
        var at = call.now().isBefore(notBefore) ? notBefore : call.now();
        var id = new SessionId(call.host().sealer().newId());
        var session = new Session(call.host().id(), id, account.subject(), at, amr, at, at, at);
        var next = call.host().sealer().newToken();
        sessions.start(session, cookie(call), hash(call, next), device(call), at);
        return withCookie(call, next, answer);
    }

    /// Starts a session that no browser of ours holds a cookie for: an application took the person's code itself.
    public void startElsewhere(Call call, Session session) {
        var nobodys = hash(call, call.host().sealer().newToken());
        sessions.start(session, Optional.empty(), nobodys, device(call), session.authTime());
    }

    private static Sessions.Device device(Call call) {
        return new Sessions.Device(
                DeviceName.of(call.header("user-agent").orElse("")), SignInLimits.network(call.remoteAddress()));
    }

    /// Makes one of this browser's accounts the chosen one, and gives the browser a new secret.
    ///
    /// @return the answer with the cookie set; empty when the session is not this browser's
    public Optional<Answer> choose(Call call, SessionId id, Instant notBefore, Answer answer) {
        var at = call.now().isBefore(notBefore) ? notBefore : call.now();
        var next = call.host().sealer().newToken();
        return cookie(call)
                .filter(current -> sessions.choose(call.host().id(), id, current, hash(call, next), limits(call), at))
                .map(_ -> withCookie(call, next, answer));
    }

    /// Signs one account out of this browser. Its refresh tokens end even if the session's own time was over.
    ///
    /// @return whether it was one of this browser's
    public boolean leave(Call call, SessionId id) {
        return cookie(call)
                .map(browser -> sessions.leave(call.host().id(), id, browser, call.now()))
                .orElse(false);
    }

    /// Ends every session of this browser.
    ///
    /// @return the answer that takes the cookie back
    public Answer endAll(Call call, Answer answer) {
        cookie(call).ifPresent(browser -> sessions.endBrowser(call.host().id(), browser, call.now()));
        return answer.cookie(Cookies.endSession(call.host().issuer()));
    }

    private Answer withCookie(Call call, OpaqueToken secret, Answer answer) {
        return answer.cookie(
                Cookies.setSession(call.host().issuer(), secret, limits(call).absolute()));
    }

    private static Optional<TokenHash> cookie(Call call) {
        return Cookies.session(call).map(secret -> hash(call, secret));
    }

    private static TokenHash hash(Call call, OpaqueToken secret) {
        return call.host().sealer().hash(Purpose.SESSION_COOKIE, secret.value());
    }
}
