package dev.symbolon.self;

import dev.symbolon.account.Enrolment;
import dev.symbolon.account.PasswordPolicy;
import dev.symbolon.account.ProfileClaims;
import dev.symbolon.account.SignInLimits;
import dev.symbolon.account.Visit;
import dev.symbolon.mail.Mail;
import dev.symbolon.oauth.ClaimText;
import dev.symbolon.oauth.Connection;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.page.AccountPage.PasswordForm;
import dev.symbolon.page.AccountPage.ProfileForm;
import dev.symbolon.page.Notice;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Cookies;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a person writes: the profile and the password.
final class Changing {
    private static final int VALUE_MAX_CHARACTERS = 200;

    private final Self self;

    Changing(Self self) {
        this.self = self;
    }

    Answer profile(Visit visit) {
        if (!visit.call().isPost()) {
            var known = ProfileClaims.of(visit.account().profile());
            return visit.show(new ProfileForm(visit.frame(), known, List.of(), visit.notice()));
        }
        var claims = new LinkedHashMap<String, String>();
        for (var name : ProfileForm.NAMES) {
            visit.form().get(name).ifPresent(value -> claims.put(name, value.strip()));
        }
        var wrong = ProfileForm.NAMES.stream()
                .filter(name -> isWrong(name, claims.getOrDefault(name, "")))
                .toList();
        if (!wrong.isEmpty()) {
            return visit.show(new ProfileForm(visit.frame(), claims, wrong, Optional.of(Notice.BAD_VALUE)));
        }
        var change = new Enrolment.Change(Optional.empty(), Optional.empty(), claims);
        return new Enrolment(self.stores().accounts())
                        .change(visit.account(), change, visit.call().now())
                        .isPresent()
                ? visit.to("/account", Notice.SAVED)
                : Answer.seeOther(visit.path("/account", Optional.empty())); // it was deleted meanwhile
    }

    // An empty text takes a claim away.
    private static boolean isWrong(String name, String value) {
        if (value.isEmpty()) {
            return false;
        }
        try {
            ClaimText.require(name, value);
            return value.length() > VALUE_MAX_CHARACTERS;
        } catch (OAuthException _) {
            return true;
        }
    }

    Answer password(Visit visit) {
        var call = visit.call();
        var account = visit.account();
        var isOpen = self.stores()
                .connections()
                .find(account.tenant(), Connection.DATABASE)
                .filter(Connection::isEnabled)
                .isPresent();
        if (!isOpen) {
            return Answer.seeOther(visit.path("/account", Optional.empty()));
        }
        if (!call.isPost()) {
            return show(visit, visit.notice());
        }
        var password = visit.form().text("password");
        var own = List.of(account.address().orElse(""), account.profile().name().orElse(""));
        var weakness = PasswordPolicy.weakness(password, own);
        if (weakness.isPresent()) {
            return show(visit, Optional.of(Notice.weak(weakness.get().name())));
        }
        try {
            var asker = SignInLimits.asker(
                    call, account.address().orElse(account.subject().value()));
            var hash = self.means().passwords().hash(password, asker);
            // Every session ends with the old password; this browser's begins anew at once.
            self.stores().accounts().changePassword(account.tenant(), account.subject(), hash, call.now());
            self.tell(visit, Mail.Kind.PASSWORD_CHANGED, Map.of());
            var browser =
                    SignInLimits.known(call, visit.browser(), account.address().orElse(""), Optional.of(hash));
            var answer = visit.to("/account", Notice.PASSWORD_CHANGED)
                    .cookie(Cookies.setBrowser(
                            call.host().issuer(), browser, call.host().sealer(), call.now()));
            return self.means()
                    .sessions()
                    .start(
                            call,
                            account,
                            visit.who().session().amr(),
                            call.now().plusMillis(1),
                            answer);
        } catch (OAuthException busy) {
            if (busy.error() != OAuthError.TEMPORARILY_UNAVAILABLE) {
                throw busy;
            }
            return show(visit, Optional.of(Notice.BUSY)).as(503).with("Retry-After", "2");
        }
    }

    private static Answer show(Visit visit, Optional<Notice> notice) {
        return visit.show(
                new PasswordForm(visit.frame(), visit.account().address().orElse(""), notice));
    }
}
