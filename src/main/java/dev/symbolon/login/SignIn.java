package dev.symbolon.login;

import dev.symbolon.account.BrowserSessions;
import dev.symbolon.account.Passwords;
import dev.symbolon.account.SignInLimits;
import dev.symbolon.account.TicketPost;
import dev.symbolon.client.RefusedCallbacks;
import dev.symbolon.connection.Enlistment;
import dev.symbolon.connection.Upstreams;
import dev.symbolon.store.Accounts;
import dev.symbolon.store.Clients;
import dev.symbolon.store.Connections;
import dev.symbolon.store.Consents;
import dev.symbolon.store.Identities;
import dev.symbolon.store.OneTimeCodes;
import dev.symbolon.store.Operators;
import dev.symbolon.store.Resources;
import dev.symbolon.store.Tallies;
import dev.symbolon.web.Route;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// Every page between an application's request and its answer.
public final class SignIn {
    private final LoginPage login;
    private final SignUpPage signUp;
    private final RecoverPage recover;
    private final VerifyPage verify;
    private final ConnectPage connect;
    private final CallbackPage callback;
    private final ConsentPage consent;
    private final AccountsPage chooser;
    private final OwnAccount own;

    /// What the pages need of the store.
    public record Stores(
            Clients clients,
            Accounts accounts,
            Connections connections,
            Identities identities,
            Consents consents,
            Resources resources,
            OneTimeCodes codes,
            Operators operators) {}

    /// What people show who they are with, beside the store.
    public record Means(
            BrowserSessions sessions,
            Passwords passwords,
            SignInLimits limits,
            Upstreams upstreams,
            TicketPost tickets,
            RefusedCallbacks refused,
            Tallies tallies) {}

    /// The pages of one server.
    public SignIn(Stores stores, Means means, RandomGenerator random) {
        var clients = stores.clients();
        var accounts = stores.accounts();
        var mails = new MailedCodes(means.tickets());
        var ways = new Ways(stores.connections(), stores.identities(), accounts, means.tickets());
        var corridor = new Corridor(means.sessions(), ways, mails, means.upstreams(), means.tallies());
        var proven = new Proven(accounts, corridor);
        this.login = new LoginPage(clients, accounts, means.passwords(), means.limits(), corridor, random);
        this.signUp = new SignUpPage(clients, means.passwords(), corridor, random);
        this.recover = new RecoverPage(clients, accounts, means.passwords(), corridor, proven, random);
        this.verify = new VerifyPage(clients, corridor, proven, random);
        this.connect = new ConnectPage(clients, accounts, stores.connections(), stores.identities(), corridor, random);
        var needs = new CallbackPage.Needs(
                clients,
                stores.connections(),
                new Enlistment(stores.connections(), clients),
                means.upstreams(),
                stores.identities(),
                stores.codes(),
                new Arrivals(accounts, stores.identities(), stores.operators()),
                means.refused());
        this.callback = new CallbackPage(needs, corridor);
        this.consent = new ConsentPage(clients, stores.consents(), stores.resources(), means.sessions(), random);
        this.own = new OwnAccount(clients, stores.connections(), stores.identities(), corridor, random);
        this.chooser = new AccountsPage(clients, means.sessions(), random);
    }

    /// Where they are.
    public Map<String, Route> byPath() {
        var routes = new TreeMap<String, Route>();
        routes.put("/login", Route.form(login::answer));
        routes.put("/signup", Route.form(signUp::answer));
        routes.put("/recover", Route.form(recover::answer));
        routes.put("/verify", Route.form(verify::answer));
        routes.put("/signed-in", Route.page(verify::signedIn));
        routes.put("/connect", Route.form(connect::answer));
        routes.put("/callback", Route.page(callback::answer));
        routes.put("/connections/test", Route.page(callback::test));
        routes.put("/consent", Route.form(consent::answer));
        routes.put("/account/email", Route.form(own::email));
        routes.put("/account/identities/add", Route.form(own::add));
        routes.put("/accounts", Route.form(chooser::answer));
        return routes;
    }
}
