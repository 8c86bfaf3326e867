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

/// The mails of an installation from which none leaves, for whoever runs it: `GET /dev/mail` on the management port.
public final class Inbox {
    /// Where it is.
    public static final String PATH = "/dev/mail";

    private static final int SHOWN_MAX = 100;

    /// No script, no form, nothing from elsewhere; links may be followed.
    private static final String POLICY =
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox";

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
        var mails = post.shown(SHOWN_MAX, clock.instant());
        if (path.equals(PATH)) {
            return Optional.of(new Document(
                    Pages.CONTENT_TYPE,
                    "default-src 'none'; style-src " + Pages.STYLE_HASH + "; frame-ancestors 'none'",
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
                        : new Document(
                                Pages.CONTENT_TYPE, POLICY, bytes(mail.letter().html())));
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
