package dev.symbolon.dashboard;

import dev.symbolon.account.Enrolment;
import dev.symbolon.account.PasswordPolicy;
import dev.symbolon.account.SignInLimits;
import dev.symbolon.account.TicketPost;
import dev.symbolon.crypto.PasswordHash;
import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.Permission;
import dev.symbolon.oauth.Role;
import dev.symbolon.oauth.Subject;
import dev.symbolon.page.templates.desk.JtepeopleGenerated;
import dev.symbolon.page.templates.desk.JtepersonnewGenerated;
import dev.symbolon.page.templates.desk.JtepersonremoveGenerated;
import dev.symbolon.store.AccountWords;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Form;
import dev.symbolon.web.Route;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/// The people of a tenant: found by the beginning of a word, made, invited and removed. [PersonSheet] is about
/// one.
public final class PeopleRooms {
    private static final int PAGE = 50;
    private static final int SUBJECT_MAX_CHARACTERS = 255;

    private final Dashboard dashboard;
    private final AccountWords words;
    private final PersonSheet sheet;

    PeopleRooms(Dashboard dashboard) {
        this.dashboard = dashboard;
        this.words = dashboard.stores().words();
        this.sheet = new PersonSheet(dashboard, this);
    }

    void routes(Map<String, Route> routes) {
        var write = Permission.WRITE_PEOPLE;
        routes.put("/dashboard/people", dashboard.look(Room.PEOPLE, this::list));
        routes.put("/dashboard/people/new", dashboard.form(Room.PEOPLE, write, this::create));
        routes.put("/dashboard/people/{sub}", dashboard.sheet(Room.PEOPLE, write, of(sheet::answer)));
        routes.put("/dashboard/people/{sub}/remove", dashboard.fresh(Room.PEOPLE, write, of(this::remove)));
    }

    private Function<Desk, Answer> of(BiFunction<Desk, Account, Answer> work) {
        return desk -> {
            var sub = desk.call().pathValue("sub");
            var found = sub.length() <= SUBJECT_MAX_CHARACTERS && sub.indexOf(0) < 0
                    ? dashboard.stores().accounts().find(desk.call().host().id(), new Subject(sub))
                    : Optional.<Account>empty();
            return found.map(account -> guarded(desk, account, work))
                    .orElseGet(() -> desk.nothing("Nobody of this tenant has that sub. They may have been removed."));
        };
    }

    // Whoever resets an owner's password is an owner soon after.
    private Answer guarded(Desk desk, Account account, BiFunction<Desk, Account, Answer> work) {
        var theirs = role(desk, account);
        var isAbove = theirs.filter(role -> !desk.role().isAtLeast(role)).isPresent();
        if (desk.call().isPost() && isAbove) {
            return desk.trouble(
                    403,
                    "They stand above you",
                    account.title() + " is " + theirs.get().wire() + " of this tenant, and you are "
                            + desk.role().wire() + ". Only somebody of that role can change them.",
                    Optional.of(path(account)));
        }
        return work.apply(desk, account);
    }

    Optional<Role> role(Desk desk, Account account) {
        return dashboard.stores().operators().role(desk.call().host().id(), account.subject());
    }

    static String path(Account account) {
        return "/dashboard/people/" + Form.encode(account.subject().value());
    }

    /// The list.
    ///
    /// @param next where the next page begins
    public record Listing(List<Account> people, String search, Optional<String> next) {
        /// The page about somebody.
        public String href(Account account) {
            return path(account);
        }

        /// The address of the next page.
        public String nextHref() {
            return "/dashboard/people?q=" + Form.encode(search) + "&after=" + Form.encode(next.orElse(""));
        }
    }

    private Answer list(Desk desk) {
        var tenant = desk.call().host().id();
        var search = desk.call().query().text("q").strip();
        var after = desk.call().query().get("after");
        var found = search.isEmpty() ? words.all(tenant, after, PAGE) : words.search(tenant, search, after, PAGE);
        var view = new Listing(found.accounts(), search, found.next());
        var frame = desk.frame();
        return desk.show(out -> JtepeopleGenerated.render(out, null, frame, view));
    }

    /// The form of a new person.
    ///
    /// @param canInvite whether mails of this tenant reach anybody
    public record New(String name, String email, boolean canInvite, Optional<String> error) {}

    private Answer create(Desk desk) {
        if (!desk.call().isPost()) {
            return show(desk, Optional.empty());
        }
        return desk.attempt(() -> created(desk), sentence -> show(desk, Optional.of(sentence)));
    }

    private Answer show(Desk desk, Optional<String> error) {
        var view = new New(
                desk.form().text("name"),
                desk.form().text("email"),
                dashboard.means().tickets().canSend(desk.call().host()),
                error);
        var frame = desk.frame();
        return desk.show(out -> JtepersonnewGenerated.render(out, null, frame, view));
    }

    private Answer created(Desk desk) {
        var form = desk.form();
        var email = Enrolment.address(form.text("email"));
        var name = form.text("name").strip();
        var password = form.get("password");
        var invites = form.get("invite").isPresent();
        if (password.isEmpty() && !invites) {
            throw new OAuthException(
                    OAuthError.INVALID_REQUEST,
                    "Invite them by mail, or give them a password: otherwise nobody gets in.");
        }
        Optional<PasswordHash> hash = password.map(text -> {
            PasswordPolicy.acceptable(text, List.of(email, name));
            return dashboard.means().passwords().hash(text, SignInLimits.asker(desk.call(), email));
        });
        var person = new Enrolment.Person(email, form.get("verified").isPresent(), Map.of("name", name), hash);
        var account = new Enrolment(dashboard.stores().accounts())
                .enrol(desk.call().host(), person, desk.call().now())
                .orElseThrow(() -> new OAuthException(
                        OAuthError.INVALID_REQUEST, "Somebody of this tenant has this e-mail already; search for it."));
        if (invites) {
            invite(desk, account);
        }
        return desk.to(path(account), invites ? Said.SENT : Said.CREATED);
    }

    /// Sends somebody a link to set a password with.
    ///
    /// @throws OAuthException when no mail can be sent to them
    void invite(Desk desk, Account account) {
        var address = account.email()
                .filter(dev.symbolon.oauth.Email::isKey)
                .map(dev.symbolon.oauth.Email::address)
                .orElseThrow(() -> new OAuthException(
                        OAuthError.INVALID_REQUEST, "They have no e-mail that is theirs here; nothing can be sent."));
        TicketPost tickets = dashboard.means().tickets();
        if (!tickets.canSend(desk.call().host())) {
            throw new OAuthException(
                    OAuthError.INVALID_REQUEST, "No mail can be sent: SYMBOLON_SMTP is not set on the server.");
        }
        if (!tickets.invite(desk.call(), address)) {
            throw new OAuthException(
                    OAuthError.INVALID_REQUEST, "So many mails were sent to them lately that no more go for an hour.");
        }
    }

    private Answer remove(Desk desk, Account account) {
        if (!desk.call().isPost()) {
            var frame = desk.frame();
            return desk.show(out -> JtepersonremoveGenerated.render(out, null, frame, account));
        }
        dashboard
                .stores()
                .accounts()
                .remove(account.tenant(), account.subject(), desk.call().now());
        return desk.to(Room.PEOPLE.path(), Said.REMOVED);
    }
}
