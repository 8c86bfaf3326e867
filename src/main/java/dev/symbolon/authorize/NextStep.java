package dev.symbolon.authorize;

import dev.symbolon.oauth.AuthorizationRequest;
import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.Consent;
import dev.symbolon.oauth.Interaction;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.Prompt;
import dev.symbolon.oauth.Session;
import dev.symbolon.oauth.Subject;
import dev.symbolon.store.Sessions.SignedIn;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// What comes next for an authorization request: the one place where sessions, `prompt`,
/// `max_age`, hints and consent
/// meet (OpenID Connect Core §3.1.2.1, §3.1.2.3, §3.1.2.4). It is pure: a table of tests says what
/// it decides.
///
/// No flag is carried from step to step. A demand of `prompt` is met when what it asks for
/// happened at or after the
/// request came: the sign-in for `login`, the choice for `select_account`, the consent for `consent`.
sealed interface NextStep {
    /// The person signs in; if an account is given, that one proves itself again.
    record LogIn(Optional<SignedIn> again) implements NextStep {}

    /// The person says which account.
    record ChooseAccount() implements NextStep {}

    /// The person says whether the application may.
    record AskConsent(SignedIn who) implements NextStep {}

    /// The application gets its code.
    ///
    /// @param consent what the grant rests on, absent for a first-party client that was not asked
    ///     to show it
    record Issue(SignedIn who, Optional<Consent> consent) implements NextStep {}

    /// The application gets an error.
    record Refuse(OAuthError error, String description) implements NextStep {}

    /// What the decision depends on.
    ///
    /// @param sessions who is signed in in this browser, most recently chosen first
    /// @param wanted the one person that the application means, by `id_token_hint` or by `sub` in
    ///     `claims`
    /// @param consents the consent on file of a person for this client
    /// @param startedAt when the request came
    /// @param now when the code would be given: a page can have been open for days
    record Situation(
            AuthorizationRequest request,
            Client client,
            List<SignedIn> sessions,
            Optional<Subject> wanted,
            Function<Subject, Optional<Consent>> consents,
            Instant startedAt,
            Instant now) {

        private boolean asks(Prompt prompt) {
            return request.prompt().contains(prompt);
        }

        private boolean isSilent() {
            return request.isSilent();
        }

        private boolean isHinted(SignedIn one) {
            return request.loginHint().filter(one.account()::isFoundBy).isPresent();
        }

        // A hint can be anything, for example a telephone number; an address says whom the application expects.
        private boolean hintsAtSomebodyElse() {
            return !isSilent()
                    && request.loginHint().filter(hint -> hint.contains("@")).isPresent();
        }
    }

    /// The decision.
    static NextStep of(Situation at) {
        var candidates = at.sessions().stream()
                .filter(one -> at.wanted().map(one.session().subject()::equals).orElse(true))
                .toList();
        if (candidates.isEmpty()) {
            return nobody(at);
        }
        var hinted = candidates.stream().filter(at::isHinted).toList();
        if (hinted.isEmpty() && at.isSilent() && candidates.size() > 1) {
            return new Refuse(
                    OAuthError.ACCOUNT_SELECTION_REQUIRED,
                    "Several people are signed in in this browser; send an id_token_hint or let the person choose.");
        }
        var who = hinted.isEmpty() ? candidates.getFirst() : hinted.getFirst();
        if (hinted.isEmpty() && at.wanted().isEmpty()) {
            if (who.session().isUnchosen()) {
                return at.isSilent()
                        ? new Refuse(
                                OAuthError.ACCOUNT_SELECTION_REQUIRED,
                                "The person that this browser was used by has signed out, and another one has not.")
                        : new ChooseAccount();
            }
            if (at.hintsAtSomebodyElse() && who.session().chosenAt().isBefore(at.startedAt())) {
                return at.asks(Prompt.LOGIN) ? new LogIn(Optional.empty()) : new ChooseAccount();
            }
        }
        if (at.asks(Prompt.SELECT_ACCOUNT) && who.session().chosenAt().isBefore(at.startedAt())) {
            return new ChooseAccount();
        }
        if (isStale(at, who)) {
            return at.isSilent()
                    ? new Refuse(OAuthError.LOGIN_REQUIRED, "The last sign-in is older than max_age allows.")
                    : new LogIn(Optional.of(who));
        }
        var acr = at.request().essentialAcr();
        if (!acr.isEmpty() && !acr.contains(Session.acr(who.session().amr()))) {
            if (at.isSilent()) {
                return new Refuse(OAuthError.LOGIN_REQUIRED, "The last sign-in did not reach the essential acr.");
            }
            return who.session().authTime().isBefore(at.startedAt())
                    ? new LogIn(Optional.of(who))
                    : new Refuse(
                            OAuthError.ACCESS_DENIED, "The person signed in in another way than the essential acr.");
        }
        return consent(at, who);
    }

    private static NextStep nobody(Situation at) {
        if (at.isSilent()) {
            var sentence = at.wanted().isPresent()
                    ? "The person of the hint is not signed in in this browser."
                    : "Nobody is signed in in this browser.";
            return new Refuse(OAuthError.LOGIN_REQUIRED, sentence);
        }
        var somebodyElseCame =
                at.sessions().stream().anyMatch(one -> !one.session().authTime().isBefore(at.startedAt()));
        return at.wanted().isPresent() && somebodyElseCame
                ? new Refuse(OAuthError.LOGIN_REQUIRED, "Somebody else than the person of the hint signed in.")
                : new LogIn(Optional.empty());
    }

    private static boolean isStale(Situation at, SignedIn who) {
        var authTime = who.session().authTime();
        // Whoever signed in for this request is not asked twice, even with max_age=0. But a page that somebody left
        // open does not profit from a sign-in long before it is used.
        if (!authTime.isBefore(at.startedAt()) && !authTime.isBefore(at.now().minus(Interaction.SIGN_IN_COUNTS_FOR))) {
            return false;
        }
        return at.asks(Prompt.LOGIN)
                || at.request()
                        .maxAge()
                        .map(age -> authTime.isBefore(at.now().minus(age)))
                        .orElse(false);
    }

    private static NextStep consent(Situation at, SignedIn who) {
        if (at.client().metadata().firstParty() && !at.asks(Prompt.CONSENT)) {
            return new Issue(who, Optional.empty());
        }
        var given = at.consents()
                .apply(who.session().subject())
                .filter(at.request().allowance()::isCoveredBy)
                .filter(consent ->
                        !at.asks(Prompt.CONSENT) || !consent.grantedAt().isBefore(at.startedAt()));
        if (given.isPresent()) {
            return new Issue(who, given);
        }
        return at.isSilent()
                ? new Refuse(OAuthError.CONSENT_REQUIRED, "The person has not allowed this client what it asks for.")
                : new AskConsent(who);
    }
}
