package dev.symbolon.page;

import dev.symbolon.web.Answer;
import dev.symbolon.web.Call;
import dev.symbolon.web.Edge;
import java.util.List;

/// Pages as answers: in the person's language, with the policy that the page needs, kept by nobody.
public final class PageAnswers {
    private PageAnswers() {}

    /// @param uiLocales the languages that the application asked for (OpenID Connect Core §3.1.2.1), best first
    public static Answer page(Call call, List<String> uiLocales, Page page) {
        var texts = Texts.pick(
                uiLocales,
                call.header("accept-language").orElse(""),
                call.host().language());
        var brand = Brand.of(call.host());
        var body = Pages.render(page, texts, brand);
        var status = page instanceof Page.Error error ? error.problem().status() : 200;
        return new Answer(status, List.of(), body)
                .with("Content-Type", Pages.CONTENT_TYPE)
                .with("Content-Language", texts.language())
                .with("Content-Security-Policy", Pages.contentSecurityPolicy(page, brand))
                // Nothing leaves for another origin, and our own forms keep their Origin (Fetch: request origin).
                .with("Referrer-Policy", "same-origin")
                .with("Cache-Control", "no-store");
    }

    /// The page for a refusal or a fault: one neutral sentence and the id to tell the operator.
    public static Answer failure(Call call, Edge.Failure failure) {
        var problem = switch (failure.refusal().error()) {
            case SERVER_ERROR -> Page.Problem.FAULT;
            case TEMPORARILY_UNAVAILABLE -> Page.Problem.BUSY;
            default -> Page.Problem.REQUEST;
        };
        var page = page(call, List.of(), problem(problem, failure.id()));
        return problem == Page.Problem.BUSY ? page.with("Retry-After", "2") : page;
    }

    /// The page for an address at which there is nothing.
    public static Answer notFound(Call call, String id) {
        return page(call, List.of(), problem(Page.Problem.NOT_FOUND, id));
    }

    private static Page problem(Page.Problem problem, String id) {
        return new Page.Error(problem, id, java.util.Optional.empty(), java.util.Optional.empty());
    }
}
