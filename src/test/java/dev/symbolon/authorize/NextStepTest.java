package dev.symbolon.authorize;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.symbolon.client.Registration;
import dev.symbolon.client.Registration.Draft;
import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.AuthorizationRequest;
import dev.symbolon.oauth.ClaimsRequest;
import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.Consent;
import dev.symbolon.oauth.Email;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.Profile;
import dev.symbolon.oauth.Prompt;
import dev.symbolon.oauth.ResponseMode;
import dev.symbolon.oauth.Scope;
import dev.symbolon.oauth.Session;
import dev.symbolon.oauth.SessionId;
import dev.symbolon.oauth.Subject;
import dev.symbolon.oauth.TenantId;
import dev.symbolon.store.Sessions.SignedIn;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The table of what comes next (OpenID Connect Core §3.1.2.1, §3.1.2.3, §3.1.2.4). Times are
/// seconds from the start of
/// the request: negative ones are before it. A session is `name@signedIn/chosen`, most recently chosen first.
final class NextStepTest {
    private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
    private static final TenantId TENANT = new TenantId("t");
    private static final ClientId CLIENT = new ClientId("c");

    @ParameterizedTest(name = "{0}: prompt={1} max_age={2} sessions={3} wanted={4} -> {5}")
    @CsvSource(delimiter = ';', nullValues = "-", textBlock = """
            nobody is here; ; -; ; -; login
            nobody, probe; none; -; ; -; refuse login_required
            nobody, probe for ada; none; -; ; ada; refuse login_required
            nobody, chooser asked; select_account; -; ; -; login
            nobody, login asked; login; -; ; -; login
            nobody, consent asked; consent; -; ; -; login
            nobody, max_age; ; 0; ; -; login
            nobody, probe with max_age; none; 0; ; -; refuse login_required
            ada is here; ; -; ada@-10/-10; -; issue ada
            ada, probe; none; -; ada@-10/-10; -; issue ada
            ada, hint is ada; ; -; ada@-10/-10; ada; issue ada
            ada, probe, hint is ada; none; -; ada@-10/-10; ada; issue ada
            ada, hint is bob; ; -; ada@-10/-10; bob; login
            ada, probe, hint is bob; none; -; ada@-10/-10; bob; refuse login_required
            ada came instead of bob; ; -; ada@5/5; bob; refuse login_required
            ada came at the start instead of bob; ; -; ada@0/0; bob; refuse login_required
            ada, login asked; login; -; ada@-10/-10; -; login ada
            ada, signed in a moment before; login; -; ada@-1/-1; -; login ada
            ada, signed in at the start; login; -; ada@0/0; -; issue ada
            ada, signed in since; login; -; ada@5/5; -; issue ada
            ada, only chosen since; login; -; ada@-10/5; -; login ada
            ada, young when asked, not when given; ; 20; ada@-10/-10; -; login ada
            ada, exactly as old; ; 40; ada@-10/-10; -; issue ada
            ada, one second too old; ; 39; ada@-10/-10; -; login ada
            ada, too old, probe; none; 39; ada@-10/-10; -; refuse login_required
            ada, max_age 0; ; 0; ada@-10/-10; -; login ada
            ada, max_age 0, probe; none; 0; ada@-10/-10; -; refuse login_required
            ada, max_age 0, signed in since; ; 0; ada@1/1; -; issue ada
            ada, max_age 0, signed in at the start; ; 0; ada@0/0; -; issue ada
            ada, login asked though young; login; 999; ada@-10/-10; -; login ada
            two, last chosen counts; ; -; bob@-9/-1 ada@-2/-2; -; issue bob
            two, probe; none; -; bob@-9/-1 ada@-2/-2; -; refuse account_selection_required
            two, probe, one named; none; -; bob@-9/-1 ada@-2/-2; ada; issue ada
            two, probe, a third named; none; -; bob@-9/-1 ada@-2/-2; eve; refuse login_required
            two, one named; ; -; bob@-9/-1 ada@-2/-2; ada; issue ada
            two, login asked; login; -; bob@-9/-1 ada@-2/-2; -; login bob
            two, login asked, one named; login; -; bob@-9/-1 ada@-2/-2; ada; login ada
            two, the other signed in since; login; -; ada@3/3 bob@-9/-1; -; issue ada
            two, the wrong one signed in since; login; -; ada@3/3 bob@-9/-1; bob; login bob
            one, chooser asked; select_account; -; ada@-10/-10; -; choose
            two, chooser asked; select_account; -; bob@-9/-1 ada@-2/-2; -; choose
            three, chooser asked; select_account; -; bob@-9/-1 ada@-2/-2 eve@-3/-3; -; choose
            chosen since; select_account; -; ada@-10/5 bob@-9/-1; -; issue ada
            chosen at the start; select_account; -; ada@-10/0; -; issue ada
            another signed in since; select_account; -; eve@5/5 bob@-9/-1; -; issue eve
            chosen since, but too old; select_account; 20; ada@-10/5; -; login ada
            chosen since, login asked too; login select_account; -; ada@-10/5; -; login ada
            not chosen, login asked too; login select_account; -; ada@-10/-10; -; choose
            chosen, then signed in; login select_account; -; ada@9/9; -; issue ada
            """)
    void a_first_party_client(
            String what, String prompt, String maxAge, String sessions, String wanted, String expected) {
        var situation = situation(true, prompt, maxAge, sessions, wanted, "none");
        assertEquals(expected, told(NextStep.of(situation)), what);
    }

    /// A choice at `U` stands for an account that stayed when the chosen one signed out.
    @ParameterizedTest(name = "{0}: prompt={1} sessions={2} login_hint={3} -> {4}")
    @CsvSource(delimiter = ';', nullValues = "-", textBlock = """
            hint is ada; ; ada@-10/-10; ada@example.com; issue ada
            hint is ada, written otherwise; ; ada@-10/-10; ADA@Example.com; issue ada
            hint is eve; ; ada@-10/-10; eve@example.com; choose
            hint is eve, probe; none; ada@-10/-10; eve@example.com; issue ada
            hint is eve, login asked; login; ada@-10/-10; eve@example.com; login
            hint is eve, ada signed in since; ; ada@5/5; eve@example.com; issue ada
            hint is eve, ada signed in since, login asked; login; ada@5/5; eve@example.com; issue ada
            hint is eve, ada was chosen since; ; ada@-10/5; eve@example.com; issue ada
            hint is a telephone number; ; ada@-10/-10; +34 600; issue ada
            two, hint picks; ; bob@-9/-1 ada@-2/-2; ada@example.com; issue ada
            two, hint picks, probe; none; bob@-9/-1 ada@-2/-2; ada@example.com; issue ada
            two, hint picks, login asked; login; bob@-9/-1 ada@-2/-2; ada@example.com; login ada
            two, hint is eve; ; bob@-9/-1 ada@-2/-2; eve@example.com; choose
            two, hint is eve, probe; none; bob@-9/-1 ada@-2/-2; eve@example.com; refuse account_selection_required
            somebody else signed out; ; ada@-10/U; -; choose
            somebody else signed out, probe; none; ada@-10/U; -; refuse account_selection_required
            somebody else signed out, login asked; login; ada@-10/U; -; choose
            somebody else signed out, hint is ada; ; ada@-10/U; ada@example.com; issue ada
            """)
    void a_hint_and_who_stayed(String what, String prompt, String sessions, String hint, String expected) {
        var situation = situation(true, prompt, null, sessions, null, "none");
        var request = situation.request();
        var hinted = new NextStep.Situation(
                request(prompt == null ? "" : prompt, request.maxAge(), Optional.ofNullable(hint)),
                situation.client(),
                situation.sessions(),
                situation.wanted(),
                situation.consents(),
                situation.startedAt(),
                situation.now());
        assertEquals(expected, told(NextStep.of(hinted)), what);
    }

    /// `consent` is `scopes/when`.
    @ParameterizedTest(name = "{0}: first party {1}, prompt={2} consent={3} -> {4}")
    @CsvSource(delimiter = ';', textBlock = """
            third party, never asked; false; ; none; consent ada
            third party, never asked, probe; false; none; none; refuse consent_required
            third party, allowed; false; ; openid email/-99; issue ada with consent
            third party, allowed, probe; false; none; openid email/-99; issue ada with consent
            third party, more was allowed; false; ; openid email x/-9; issue ada with consent
            third party, less was allowed; false; ; openid/-99; consent ada
            third party, less was allowed, probe; false; none; openid/-99; refuse consent_required
            third party, other was allowed; false; ; x y z/-99; consent ada
            third party, allowed, asked again; false; consent; openid email/-1; consent ada
            third party, allowed since; false; consent; openid email/1; issue ada with consent
            third party, allowed at the start; false; consent; openid email/0; issue ada with consent
            third party, less allowed since; false; consent; openid/1; consent ada
            first party; true; ; none; issue ada
            first party, probe; true; none; none; issue ada
            first party, asked to; true; consent; none; consent ada
            first party, asked to, on file; true; consent; openid email/-1; consent ada
            first party, asked to, allowed since; true; consent; openid email/1; issue ada with consent
            sign-in stands before consent; false; login; openid email/1; login ada
            sign-in stands before consent, both; false; login consent; none; login ada
            chooser stands before consent; false; select_account consent; none; choose
            """)
    void consent(String what, boolean firstParty, String prompt, String consent, String expected) {
        var situation = situation(firstParty, prompt, null, "ada@-10/-10", null, consent);
        assertEquals(expected, told(NextStep.of(situation)), what);
    }

    @Property
    void a_probe_never_shows_anything(
            @ForAll @IntRange(min = -3, max = 3) int adaAt,
            @ForAll @IntRange(min = -3, max = 3) int bobAt,
            @ForAll @IntRange(min = 0, max = 2) int people,
            @ForAll boolean firstParty,
            @ForAll @IntRange(min = -1, max = 40) int maxAge) {
        var sessions = List.of("", "ada@" + adaAt + "/" + adaAt, "ada@" + adaAt + "/9 bob@" + bobAt + "/1")
                .get(people);
        var age = maxAge < 0 ? null : Integer.toString(maxAge);
        var step = NextStep.of(situation(firstParty, "none", age, sessions, null, "none"));
        assertEquals(true, step instanceof NextStep.Refuse || step instanceof NextStep.Issue, step.toString());
    }

    @Property
    void with_login_no_code_rests_on_a_sign_in_before_the_request(
            @ForAll @IntRange(min = -5, max = 5) int adaAt,
            @ForAll @IntRange(min = -5, max = 5) int bobAt,
            @ForAll boolean wantsBob,
            @ForAll boolean chooser) {
        var prompt = chooser ? "login select_account" : "login";
        var sessions = "ada@" + adaAt + "/9 bob@" + bobAt + "/8";
        var step = NextStep.of(situation(true, prompt, null, sessions, wantsBob ? "bob" : null, "none"));
        if (step instanceof NextStep.Issue(var who, var _)) {
            assertEquals(false, who.session().authTime().isBefore(START));
            assertEquals(wantsBob ? "bob" : "ada", who.session().subject().value());
        }
    }

    // The code would be given 30 seconds after the request came.
    private static NextStep.Situation situation(
            boolean firstParty, String prompt, String maxAge, String sessions, String wanted, String consent) {
        var client = client(firstParty);
        return new NextStep.Situation(
                request(
                        prompt == null ? "" : prompt,
                        Optional.ofNullable(maxAge).map(Long::parseLong).map(Duration::ofSeconds),
                        Optional.empty()),
                client,
                sessions(sessions == null ? "" : sessions),
                Optional.ofNullable(wanted).map(Subject::new),
                subject -> consentOf(subject, consent),
                START,
                START.plusSeconds(30));
    }

    private static Optional<Consent> consentOf(Subject subject, String text) {
        if (text.equals("none")) {
            return Optional.empty();
        }
        var parts = text.split("/");
        var at = START.plusSeconds(Long.parseLong(parts[1]));
        return Optional.of(new Consent(TENANT, subject, CLIENT, Scope.parse(parts[0]), Map.of(), at));
    }

    private static List<SignedIn> sessions(String text) {
        var found = new ArrayList<SignedIn>();
        for (var one :
                Arrays.stream(text.split(" ")).filter(word -> !word.isEmpty()).toList()) {
            var parts = one.split("[@/]");
            var subject = new Subject(parts[0]);
            var authTime = START.plusSeconds(Long.parseLong(parts[1]));
            var chosenAt = parts[2].equals("U") ? Session.UNCHOSEN : START.plusSeconds(Long.parseLong(parts[2]));
            found.add(new SignedIn(
                    new Session(
                            TENANT,
                            new SessionId("s-" + parts[0]),
                            subject,
                            authTime,
                            List.of("pwd"),
                            chosenAt,
                            authTime,
                            authTime),
                    new Account(
                            TENANT,
                            subject,
                            Optional.of(Email.of(parts[0] + "@example.com", true)),
                            Profile.named(Optional.empty()),
                            START,
                            START,
                            Optional.empty())));
        }
        return found;
    }

    private static Client client(boolean firstParty) {
        var draft = new Draft(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(List.of("https://app.example/cb")),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(firstParty),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        return new Client(TENANT, CLIENT, Registration.metadata(CLIENT, draft), Optional.empty());
    }

    private static AuthorizationRequest request(String prompt, Optional<Duration> maxAge, Optional<String> loginHint) {
        Set<Prompt> prompts = Prompt.parse(prompt);
        return new AuthorizationRequest(
                CLIENT,
                "https://app.example/cb",
                ResponseMode.QUERY,
                Scope.parse("openid email"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                prompts,
                maxAge,
                loginHint,
                Optional.empty(),
                List.of(),
                List.of(),
                List.of(),
                ClaimsRequest.NONE,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false);
    }

    private static String told(NextStep step) {
        return switch (step) {
            case NextStep.LogIn(var again) ->
                "login" + again.map(one -> " " + one.session().subject()).orElse("");
            case NextStep.ChooseAccount _ -> "choose";
            case NextStep.AskConsent(var who) -> "consent " + who.session().subject();
            case NextStep.Issue(var who, var consent) ->
                "issue " + who.session().subject() + (consent.isPresent() ? " with consent" : "");
            case NextStep.Refuse(OAuthError error, String description) -> {
                assertEquals(false, description.isEmpty());
                yield "refuse " + error.wire();
            }
        };
    }
}
