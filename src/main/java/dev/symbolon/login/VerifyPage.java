package dev.symbolon.login;

import dev.symbolon.account.TicketPost;
import dev.symbolon.crypto.BrowserCookie;
import dev.symbolon.crypto.Interactions;
import dev.symbolon.crypto.Tickets;
import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.Interaction;
import dev.symbolon.oauth.Ticket;
import dev.symbolon.page.Notice;
import dev.symbolon.page.Page;
import dev.symbolon.page.PageAnswers;
import dev.symbolon.page.StepPage;
import dev.symbolon.store.Clients;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Call;
import dev.symbolon.web.Cookies;
import dev.symbolon.web.Csrf;
import dev.symbolon.web.ErrorId;
import dev.symbolon.web.Form;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `GET|POST /verify`: the code of a mail is typed, or its link was opened. Opening the link changes nothing,
/// whoever or whatever does it; only the button does. Code and link are used together, once.
public final class VerifyPage {
    private static final Logger LOG = LoggerFactory.getLogger(VerifyPage.class);

    private final Clients clients;
    private final Corridor corridor;
    private final Proven proven;
    private final RandomGenerator random;

    /// A page that verifies.
    public VerifyPage(Clients clients, Corridor corridor, Proven proven, RandomGenerator random) {
        this.clients = clients;
        this.corridor = corridor;
        this.proven = proven;
        this.random = random;
    }

    /// Shows a form or the button of a link, or takes either.
    public Answer answer(Call call) {
        var link = call.parameters().get("link");
        if (link.isPresent()) {
            return link(call, link.get());
        }
        return switch (Step.open(call, clients, random)) {
            case Step.Opened.Instead(var answer) -> answer;
            case Step.Opened.Ready(var step) -> code(step);
        };
    }

    private Answer code(Step step) {
        var call = step.call();
        var text = step.form().text("ticket");
        var ticket = Tickets.read(call.host().sealer(), text, call.now())
                .filter(one -> one.browser().equals(step.browser().id()));
        var isOver = ticket.filter(one -> !corridor.mails().isUsed(call, one)).isEmpty();
        if (isOver && corridor.isDone(step)) {
            return corridor.signedIn(step);
        }
        if (ticket.isEmpty()) {
            return step.isChangeOfAddress() ? Proven.over(step) : step.again("/login", Notice.CODE_OVER, step.typed());
        }
        if (!call.isPost()) {
            return step.show(page(step, text, ticket.get(), step.notice()));
        }
        return switch (step.action()) {
            case "cancel" -> step.cancel();
            // Whoever finished it elsewhere has an account by now, which no further code makes.
            case "resend" ->
                isOver && ticket.get().kind() == Ticket.Kind.SIGN_UP
                        ? step.again(
                                "/login",
                                Notice.CODE_OVER,
                                new Step.Typed(ticket.get().address(), ""))
                        : corridor.mails()
                                .again(step, ticket.get())
                                .orElseGet(() -> again(step, text, Notice.TOO_MANY_MAILS));
            default ->
                switch (corridor.mails().check(call, ticket.get(), step.form().text("code"))) {
                    case RIGHT -> proven.by(step, ticket.get());
                    case WRONG -> again(step, text, Notice.WRONG_CODE);
                    case SPENT -> again(step, text, Notice.CODE_SPENT);
                    case OVER -> again(step, text, Notice.CODE_OVER);
                };
        };
    }

    /// The form again, with the ticket that it had.
    static Answer again(Step step, String ticket, Notice why) {
        var retry = new Interaction.Retry("/verify", why.name(), "", "");
        return Answer.seeOther(step.with(step.interaction().again(retry)).href("/verify") + "&ticket=" + ticket);
    }

    private static StepPage page(Step step, String sealed, Ticket ticket, Optional<Notice> notice) {
        var path = switch (ticket.kind()) {
            case SIGN_UP -> "/signup";
            case SIGN_IN -> "/login";
            case RECOVER -> "/recover";
            case CHANGE_EMAIL_NEW, CHANGE_EMAIL_OLD, CHANGE_EMAIL_UNDO -> "/account/email";
        };
        // Nothing of what was said before, and all that was typed before.
        var retry = new Interaction.Retry(
                "/verify",
                "",
                ticket.address(),
                ticket.newcomer().flatMap(Ticket.Newcomer::name).orElse(""));
        var back = path.startsWith("/account")
                ? path
                : step.with(step.interaction().again(retry)).href(path) + "&fresh=1";
        return new StepPage.Code(step.frame(), sealed, ticket.kind(), ticket.address(), back, notice);
    }

    private Answer link(Call call, String link) {
        var ticket = Tickets.readLink(call.host().sealer(), link, call.now())
                .filter(one -> !corridor.mails().isUsed(call, one));
        if (ticket.isEmpty()) {
            return over(call);
        }
        var known = Cookies.browser(call);
        if (call.isPost()) {
            var browser = Csrf.prove(call, call.form());
            return browser.isPresent()
                    ? proven.by(step(call, ticket.get(), browser.get()), ticket.get())
                    : problem(call, known.isEmpty() ? Page.Problem.COOKIES : Page.Problem.FORBIDDEN);
        }
        var browser = known.orElseGet(() -> BrowserCookie.fresh(call.host().sealer()));
        var asker = ticket.get().browser();
        var isElsewhere = !asker.isEmpty() && !asker.equals(browser.id());
        var page = new Page.MailLink(
                ticket.get().client().flatMap(id -> client(call, id)).map(VerifyPage::app),
                link,
                Csrf.token(call.host(), browser),
                ticket.get().kind(),
                ticket.get().address(),
                isElsewhere ? Optional.of(grouped(ticket.get().code())) : Optional.empty());
        var answer = PageAnswers.page(call, List.of(), page);
        return known.isPresent()
                ? answer
                : answer.cookie(Cookies.setBrowser(
                        call.host().issuer(), browser, call.host().sealer(), call.now()));
    }

    // The request that this browser was in when it asked for the mail, or else a page that says where to go on.
    private Step step(Call call, Ticket ticket, BrowserCookie browser) {
        var host = call.host();
        // The link of a program's ticket brings the request along, for whatever browser it is opened in.
        var kept = Cookies.step(call, ticket.id())
                .flatMap(text -> Interactions.read(host.sealer(), text, call.now()))
                .filter(one -> one.browser().equals(browser.id()))
                .or(() -> ticket.interaction()
                        .flatMap(text -> Interactions.read(host.sealer(), text, call.now()))
                        .map(one -> one.in(browser.id(), 0)));
        var interaction = kept.orElseGet(
                () -> Interaction.forPage(TicketPost.afterwards(ticket.client()), call.now(), browser.id()));
        var request = Form.parse(interaction.request());
        var client = ticket.client().flatMap(id -> client(call, id)).filter(_ -> kept.isPresent());
        var sealed = Interactions.write(host.sealer(), interaction).text();
        return new Step(call, interaction, sealed, request, client, browser, call.form());
    }

    private Optional<Client> client(Call call, ClientId id) {
        return clients.find(call.host().id(), id).filter(one -> one.disabledAt().isEmpty());
    }

    private static Page.App app(Client client) {
        return new Page.App(client.metadata().clientName(), client.home());
    }

    private static String grouped(String code) {
        return code.substring(0, 3) + " " + code.substring(3);
    }

    private Answer over(Call call) {
        return problem(call, Page.Problem.LINK_OVER);
    }

    private Answer problem(Call call, Page.Problem problem) {
        var page = new Page.Error(problem, ErrorId.of(random), Optional.empty(), Optional.empty());
        LOG.info("{} {} refused: {} [{}]", call.method(), call.path(), problem, page.errorId());
        return PageAnswers.page(call, List.of(), page);
    }

    /// `GET /signed-in`: the end of a link that was opened in another browser, with a way on to the application.
    public Answer signedIn(Call call) {
        if (corridor.sessions().of(call).isEmpty()) {
            return Answer.seeOther("/account");
        }
        var app = call.query()
                .get("client_id")
                .filter(ClientId::hasShape)
                .flatMap(id -> client(call, new ClientId(id)))
                .map(VerifyPage::app)
                .orElseGet(() -> new Page.App(call.host().name(), Optional.empty()));
        return PageAnswers.page(call, List.of(), new Page.Continue(app, app.homeUrl()));
    }
}
