package dev.symbolon.self;

import dev.symbolon.account.BrowserSessions;
import dev.symbolon.account.Passwords;
import dev.symbolon.account.Visit;
import dev.symbolon.account.Visit.Needs;
import dev.symbolon.mail.Mail;
import dev.symbolon.mail.Mail.Value;
import dev.symbolon.mail.Post;
import dev.symbolon.oauth.Email;
import dev.symbolon.store.Accounts;
import dev.symbolon.store.Clients;
import dev.symbolon.store.Connections;
import dev.symbolon.store.Consents;
import dev.symbolon.store.Events;
import dev.symbolon.store.Grants;
import dev.symbolon.store.Identities;
import dev.symbolon.store.Resources;
import dev.symbolon.store.Sessions;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Call;
import dev.symbolon.web.Endpoint;
import dev.symbolon.web.Route;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/// Every page of a person's own account.
public final class Self {
    private final Stores stores;
    private final Means means;
    private final RandomGenerator random;

    /// What the pages need of the store.
    public record Stores(
            Clients clients,
            Accounts accounts,
            Connections connections,
            Identities identities,
            Consents consents,
            Resources resources,
            Grants grants,
            Sessions sessions,
            Events events) {}

    /// What they need beside it.
    public record Means(BrowserSessions sessions, Passwords passwords, Post post) {}

    /// The pages of one server.
    public Self(Stores stores, Means means, RandomGenerator random) {
        this.stores = stores;
        this.means = means;
        this.random = random;
    }

    Stores stores() {
        return stores;
    }

    Means means() {
        return means;
    }

    /// Where they are.
    public Map<String, Route> byPath() {
        var overview = new Overview(this);
        var taking = new Taking(this);
        var changing = new Changing(this);
        var ending = new Ending(this);
        var routes = new TreeMap<String, Route>();
        routes.put("/", Route.page(_ -> Answer.seeOther("/account")));
        routes.put("/account", Route.page(open("/account", Needs.ANY_SIGN_IN, overview::show)));
        routes.put("/account/profile", Route.form(open("/account/profile", Needs.ANY_SIGN_IN, changing::profile)));
        routes.put("/account/password", Route.form(open("/account/password", Needs.FRESH_SIGN_IN, changing::password)));
        routes.put("/account/identities", Route.form(open("/account", Needs.FRESH_SIGN_IN, taking::identity)));
        routes.put("/account/sessions", Route.form(open("/account", Needs.ANY_SIGN_IN, taking::session)));
        routes.put("/account/applications", Route.form(open("/account", Needs.ANY_SIGN_IN, taking::application)));
        routes.put("/account/data.json", Route.page(open("/account", Needs.FRESH_SIGN_IN, ending::data)));
        routes.put("/account/delete", Route.form(open("/account/delete", Needs.FRESH_SIGN_IN, ending::delete)));
        return routes;
    }

    private Endpoint open(String page, Needs needs, Function<Visit, Answer> answer) {
        return call -> answer(call, page, needs, answer);
    }

    private Answer answer(Call call, String page, Needs needs, Function<Visit, Answer> answer) {
        return switch (Visit.open(call, page, needs, means.sessions(), stores.clients(), random)) {
            case Visit.Opened.Instead(var instead) -> instead;
            case Visit.Opened.Ready(var visit) -> answer.apply(visit);
        };
    }

    /// Tells the person by mail; nothing where no address is theirs.
    void tell(Visit visit, Mail.Kind kind, Map<Value, String> more) {
        var call = visit.call();
        var values = new EnumMap<Value, String>(Value.class);
        values.put(Value.APP, call.host().name());
        values.put(Value.NETWORK, call.remoteAddress());
        values.putAll(more);
        visit.account()
                .email()
                .filter(Email::isKey)
                .ifPresent(email -> means.post()
                        .send(
                                call.host(),
                                new Mail(kind, email.address(), visit.texts().language(), values),
                                call.now()));
    }
}
