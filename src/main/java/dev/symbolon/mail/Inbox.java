package dev.symbolon.mail;

import dev.symbolon.page.Pages;
import dev.symbolon.web.Json;
import dev.symbolon.web.Management.Document;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The mails of an installation from which none leaves, for whoever runs it: `GET /dev/mail` on the management
/// port.
public final class Inbox {
    /// Where it is.
    public static final String PATH = "/dev/mail";

    private static final int SHOWN_MAX = 100;

    private static final String MARK = "mark.svg";

    /// No script, no form, nothing from elsewhere; links may be followed. A browser looks for a mark of ours.
    private static final String POLICY =
            "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox";

    private static final Pattern BODY = Pattern.compile("<body[^>]*>");

    private final Post post;
    private final InstantSource clock;

    public Inbox(Post post, InstantSource clock) {
        this.post = post;
        this.clock = clock;
    }

    /// What is there: the list, one mail as HTML or as text, or everything as JSON.
    public Optional<Document> document(String path) {
        if (!post.isShown()) {
            return Optional.empty();
        }
        if (path.equals("/static/" + MARK) || path.equals("/favicon.ico")) {
            return Pages.asset(MARK).map(mark -> new Document(mark.contentType(), "default-src 'none'", mark.bytes()));
        }
        var mails = post.shown(SHOWN_MAX, clock.instant());
        if (path.equals(PATH)) {
            return Optional.of(new Document(
                    Pages.CONTENT_TYPE,
                    "default-src 'none'; img-src 'self'; style-src " + Pages.STYLE_HASH + "; frame-ancestors 'none'",
                    Pages.inbox(mails.stream().map(Inbox::line).toList())));
        }
        if (path.equals(PATH + ".json")) {
            return Optional.of(new Document("application/json", "default-src 'none'", Json.write(json(mails))));
        }
        return mails.stream()
                .filter(mail -> path.equals(PATH + "/" + mail.id()) || path.equals(PATH + "/" + mail.id() + ".txt"))
                .findFirst()
                .map(mail -> path.endsWith(".txt")
                        ? new Document(
                                "text/plain; charset=utf-8",
                                POLICY,
                                bytes(mail.letter().text()))
                        : new Document(Pages.CONTENT_TYPE, POLICY, bytes(withBar(mail))));
    }

    // The letter is otherwise as it is sent.
    private static String withBar(Post.Shown mail) {
        var bar = """
                <nav style="max-width:448px;margin:0 auto 32px;font-size:15px">
                <a href="%1$s" style="display:inline-block;padding:12px 24px 12px 0;color:inherit">All mail</a>
                <a href="%1$s/%2$s.txt" style="display:inline-block;padding:12px 0;color:inherit">The same as text</a>
                </nav>
                """.formatted(PATH, mail.id());
        return BODY.matcher(mail.letter().html()).replaceFirst(body -> Matcher.quoteReplacement(body.group() + bar));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Pages.InboxLine line(Post.Shown mail) {
        return new Pages.InboxLine(
                PATH + "/" + mail.id(),
                mail.letter().to(),
                mail.letter().subject(),
                mail.at(),
                mail.letter().from());
    }

    private static List<Object> json(List<Post.Shown> mails) {
        var all = new ArrayList<Object>();
        for (var mail : mails) {
            var one = new LinkedHashMap<String, Object>();
            one.put("id", mail.id());
            one.put("tenant", mail.tenant().value());
            one.put("kind", mail.kind());
            one.put("at", mail.at().toString());
            one.put("to", mail.letter().to());
            one.put("language", mail.letter().language());
            one.put("subject", mail.letter().subject());
            one.put("text", mail.letter().text());
            one.put("html", mail.letter().html());
            all.add(one);
        }
        return all;
    }
}
