package dev.symbolon.dashboard;

import dev.symbolon.crypto.BrowserCookie;
import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.Permission;
import dev.symbolon.oauth.Role;
import dev.symbolon.page.Pages;
import dev.symbolon.page.templates.desk.JtetroubleGenerated;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Call;
import dev.symbolon.web.Csrf;
import dev.symbolon.web.Form;
import gg.jte.html.HtmlTemplateOutput;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// An operator at the desk: signed in, allowed to be in the room, and the form, if there is one, was ours.
///
/// @param form the body of a POST, the query of a GET
public record Desk(Call call, Account account, Role role, BrowserCookie browser, Room room, Form form) {
    /// The policy of every page of the dashboard: our own style and script, and nothing of anybody else.
    static final String POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self';"
            + " img-src 'self'; form-action 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// What stands around every page.
    ///
    /// @param said what the page says first
    public record Frame(
            String tenant,
            String issuer,
            String who,
            Role role,
            String csrf,
            Room room,
            List<Room> rooms,
            Optional<Said> said) {
        /// Whether the operator may do it.
        public boolean may(Permission permission) {
            return role.may(permission);
        }
    }

    /// Whether the operator may do it.
    public boolean may(Permission permission) {
        return role.may(permission);
    }

    /// What stands around the page.
    public Frame frame() {
        var rooms = Arrays.stream(Room.values())
                .filter(one -> role.may(one.permission()))
                .toList();
        return new Frame(
                call.host().tenant().name(),
                call.host().issuer().value(),
                account.title(),
                role,
                Csrf.token(call.host(), browser),
                room,
                rooms,
                Said.of(call.query().text("said")));
    }

    /// A page.
    public Answer show(Consumer<HtmlTemplateOutput> template) {
        return show(200, template);
    }

    /// A page with another status.
    public Answer show(int status, Consumer<HtmlTemplateOutput> template) {
        return page(status, template);
    }

    static Answer page(int status, Consumer<HtmlTemplateOutput> template) {
        return new Answer(status, List.of(), Pages.document(template))
                .with("Content-Type", Pages.CONTENT_TYPE)
                .with("Content-Language", "en")
                .with("Content-Security-Policy", POLICY)
                .with("Referrer-Policy", "same-origin")
                .with("Cache-Control", "no-store");
    }

    /// On to another page.
    public Answer to(String path, Said said) {
        return Answer.seeOther(path + (path.contains("?") ? "&" : "?") + "said=" + said.name());
    }

    /// There is nothing of that name: the page says what to do instead.
    public Answer nothing(String sentence) {
        return trouble(404, "There is nothing here", sentence, Optional.of(room.path()));
    }

    /// A page with a sentence and a way on.
    Answer trouble(int status, String title, String sentence, Optional<String> back) {
        var frame = frame();
        return show(status, out -> JtetroubleGenerated.render(out, null, frame, title, sentence, back));
    }

    /// Tries something; whoever asked for what cannot be is told so, above what they typed.
    ///
    /// @param again the same page with the sentence
    public Answer attempt(Supplier<Answer> work, java.util.function.Function<String, Answer> again) {
        try {
            return work.get();
        } catch (OAuthException refusal) {
            return again.apply(refusal.description()).as(400);
        }
    }
}
