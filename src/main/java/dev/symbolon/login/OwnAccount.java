package dev.symbolon.login;

import dev.symbolon.account.Enrolment;
import dev.symbolon.account.Visit;
import dev.symbolon.account.Visit.Needs;
import dev.symbolon.crypto.Interactions;
import dev.symbolon.oauth.Identity;
import dev.symbolon.oauth.Interaction;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.UpstreamState.Errand;
import dev.symbolon.page.AccountPage;
import dev.symbolon.page.Notice;
import dev.symbolon.page.StepPage.Way;
import dev.symbolon.store.Clients;
import dev.symbolon.store.Connections;
import dev.symbolon.store.Identities;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Call;
import dev.symbolon.web.Form;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/// Those pages of a person's own account that lead through the corridor: another way in, and another address. Both
/// need a fresh sign-in.
final class OwnAccount {
    private static final String EMAIL = "/account/email";
    private static final String ADD = "/account/identities/add";

    private final Clients clients;
    private final Connections connections;
    private final Identities identities;
    private final Corridor corridor;
    private final RandomGenerator random;

    OwnAccount(
            Clients clients,
            Connections connections,
            Identities identities,
            Corridor corridor,
            RandomGenerator random) {
        this.clients = clients;
        this.connections = connections;
        this.identities = identities;
        this.corridor = corridor;
        this.random = random;
    }

    /// `GET|POST /account/identities/add`: sends the person to another server to connect who they are there.
    Answer add(Call call) {
        var id = call.parameters().text("connection");
        var page = ADD + "?connection=" + Form.encode(id);
        return open(call, page, visit -> add(visit, id));
    }

    private Answer add(Visit visit, String id) {
        var account = visit.account();
        var has = identities.ofSubject(account.tenant(), account.subject()).stream()
                .map(Identity::connection)
                .collect(Collectors.toSet());
        var connection = connections
                .named(account.tenant(), id)
                .filter(one -> one.kind().isUpstream() && one.isEnabled() && !has.contains(one.id()));
        if (connection.isEmpty()) {
            return Answer.seeOther(visit.path("/account", Optional.empty()));
        }
        return visit.call().isPost()
                ? corridor.depart(step(visit, "/account"), connection.get(), Errand.CONNECT)
                : visit.show(new AccountPage.Add(visit.frame(), Way.of(connection.get())));
    }

    /// `GET|POST /account/email`: asks for a new address, which begins the proof of both.
    Answer email(Call call) {
        return open(call, EMAIL, this::email);
    }

    private Answer email(Visit visit) {
        var call = visit.call();
        if (!corridor.mails().canSend(call.host())) {
            return Answer.seeOther(visit.path("/account", Optional.empty()));
        }
        if (!call.isPost()) {
            var retry = Interactions.read(call.host().sealer(), visit.form().text("interaction"), call.now())
                    .flatMap(Interaction::retry);
            var notice = retry.flatMap(one -> Notice.of(one.notice())).or(visit::notice);
            return show(visit, retry.map(Interaction.Retry::typed).orElse(""), notice);
        }
        var typed = Step.cut(visit.form().text("username"));
        var address = address(typed);
        if (address.isEmpty()) {
            return show(visit, typed, Optional.of(Step.noAddress(typed)));
        }
        if (visit.account().isFoundBy(typed)) {
            return show(visit, typed, Optional.of(Notice.SAME_ADDRESS));
        }
        var step = step(visit, visit.path("/account", Optional.of(Notice.EMAIL_CHANGED)));
        return corridor.mails().changeEmail(step, visit.account(), address.get());
    }

    private static Optional<String> address(String typed) {
        try {
            return Optional.of(Enrolment.address(typed));
        } catch (OAuthException _) {
            return Optional.empty();
        }
    }

    private static Answer show(Visit visit, String typed, Optional<Notice> notice) {
        var now = visit.account().address().orElse("");
        return visit.show(new AccountPage.EmailForm(visit.frame(), now, typed, notice));
    }

    private Answer open(Call call, String page, Function<Visit, Answer> answer) {
        return switch (Visit.open(call, page, Needs.FRESH_SIGN_IN, corridor.sessions(), clients, random)) {
            case Visit.Opened.Instead(var instead) -> instead;
            case Visit.Opened.Ready(var visit) -> answer.apply(visit);
        };
    }

    // What a page of ours asks for is a request in progress like any other.
    private static Step step(Visit visit, String page) {
        var call = visit.call();
        var path = page.contains("?") ? page : visit.path(page, Optional.empty());
        var interaction = Interaction.forPage(path, call.now(), visit.browser().id())
                .about(Optional.of(visit.account().subject()));
        var sealed = Interactions.write(call.host().sealer(), interaction).text();
        return new Step(call, interaction, sealed, Form.parse(""), Optional.empty(), visit.browser(), visit.form());
    }
}
